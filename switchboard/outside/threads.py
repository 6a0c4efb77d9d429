"""Threads of one system: whoever asks waits, the hub goes on, other systems do not notice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from gevent.threadpool import ThreadPool

T = TypeVar("T")

# A system that stalls holds as many threads as calls ask it within its time limit; then they queue.
THREADS = 8


@dataclass(frozen=True, slots=True)
class _Raised:
    fault: BaseException


class Threads:
    """A few threads, started when they are needed."""

    def __init__(self, size: int = THREADS) -> None:
        self._pool = ThreadPool(size)

    def run(self, job: Callable[[], T]) -> T:
        """Run *job* on a thread and return what it returns; what it raises is raised here."""

        def attempt() -> T | _Raised:
            try:
                return job()
            except BaseException as fault:  # noqa: BLE001 - raised again on the other side
                # gevent would also print it as the failure of a thread: an outage is no such thing.
                return _Raised(fault)

        outcome = self._pool.apply(attempt)
        if isinstance(outcome, _Raised):
            raise outcome.fault
        return outcome

    def close(self) -> None:
        """End the threads that do nothing; one that is stuck ends with the process."""
        self._pool.kill()
