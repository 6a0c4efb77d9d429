"""Disk work for the whole room: done on the hub's thread pool, so that nobody's tick is late."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import gevent

P = ParamSpec("P")
T = TypeVar("T")


def off_hub(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do blocking work in a thread, and let others go on meanwhile."""
    result: T = gevent.get_hub().threadpool.apply(work, args, kwargs)
    return result


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    beside.write_bytes(content)
    beside.replace(path)
