"""A system asked over HTTP: JSON out, JSON back. Address, headers and keys are the settings'.

A flow gives path and query, with its values percent-encoded; nothing of it can reach another host
or climb out of the address's own path. Redirects are not followed, answers are bounded.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlsplit

import urllib3

from switchboard.outside.threads import Threads
from switchboard.outside.values import as_json, as_plain
from switchboard.ports.connections import Ask, ConnectionFault, Reply

LARGEST_BYTES = 2**20
PATH = re.compile(r"/[0-9A-Za-z._~%!$&'()*+,;=:@/?-]*", re.ASCII)


class HttpConnection:
    """One system.

    Args:
        name: What flows call it.
        url: Its address, ``https://host/base``.
        headers: Sent along with everything.
    """

    def __init__(self, name: str, url: str, headers: Mapping[str, str]) -> None:
        self._name = name
        self._url = url.rstrip("/")
        self._headers = {"Accept": "application/json", "User-Agent": "switchboard", **headers}
        self._threads = Threads()
        self._idle: list[urllib3.PoolManager] = []  # each used by one thread at a time

    def ask(self, ask: Ask) -> Reply:
        """Ask and return the answer; see the port."""
        climbs = any(part in {".", ".."} for part in urlsplit(ask.path).path.split("/"))
        if not PATH.fullmatch(ask.path) or ask.path.startswith("//") or climbs:
            raise ConnectionFault(f"{self._name} is not asked: its path is none")
        return self._threads.run(lambda: self._ask_here(ask))

    def _ask_here(self, ask: Ask) -> Reply:
        pool = self._idle.pop() if self._idle else urllib3.PoolManager(maxsize=1)
        body = None if ask.body is None else json.dumps(as_json(ask.body)).encode()
        headers = {**self._headers, "Idempotency-Key": ask.key}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            reply = pool.request(
                ask.method,
                self._url + ask.path,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(total=ask.within_s),
                retries=urllib3.Retry(0, redirect=False, raise_on_redirect=False),
                redirect=False,
                preload_content=False,
            )
            content = reply.read(LARGEST_BYTES + 1)
            reply.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as fault:
            # The fault's own words would hold the address, and so what the caller keyed.
            raise ConnectionFault(
                f"{self._name} does not answer ({type(_root(fault)).__name__})"
            ) from fault
        self._idle.append(pool)
        if len(content) > LARGEST_BYTES:
            raise ConnectionFault(f"{self._name} answered with more than {LARGEST_BYTES} bytes")
        return Reply(reply.status, _parsed(content))


def _root(fault: BaseException) -> BaseException:
    reason = getattr(fault, "reason", None)
    return reason if isinstance(reason, BaseException) else fault


def _parsed(content: bytes) -> object:
    try:
        return as_plain(json.loads(content, parse_float=Decimal, parse_constant=lambda _: None))
    except (ValueError, RecursionError):
        return None
