"""Systems that a flow asks over HTTP. Addresses, headers and keys stand in the settings only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class ConnectionFault(Exception):  # noqa: N818 - a state of the world
    """Nobody answered, or what came was no answer; the message says which system and why."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request.

    Attributes:
        method: ``GET``, ``POST``, ``PUT`` or ``DELETE``.
        path: Path and query behind the system's address; values in it are percent-encoded.
        body: Sent as JSON; None for nothing.
        within_s: Longest wait, in wall seconds.
        key: Of the occasion, sent as ``Idempotency-Key``: asked again it means the same.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None
    within_s: float
    key: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: the status, and the body as JSON gave it; None when it was no JSON."""

    status: int
    body: Any = None


class Connection(Protocol):
    """One system. Blocks its greenlet, never the hub."""

    def ask(self, ask: Ask) -> Reply:
        """Ask and return the answer, whatever its status.

        Raises:
            ConnectionFault: there was none.
        """
        ...


Connections = Mapping[str, Connection]
"""The connections of the settings, by name."""
