"""Where the switch leaves its CDRs: one document a leg, until it is taken in."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CdrFile:
    """One document that waits.

    Attributes:
        name: Tells it from the others.
        content: What the switch has written so far: JSON, when it is whole.
        age_s: Wall seconds since the switch wrote to it last.
    """

    name: str
    content: bytes
    age_s: float


class CdrFiles(Protocol):
    """The documents that wait on one node."""

    def list_waiting(self, at_most: int) -> tuple[CdrFile, ...]:
        """Documents that wait, at most so many, in any order; empty when there is no place yet."""
        ...

    def discard(self, name: str) -> None:
        """The document is on record: remove it. One that is not there is no error."""
        ...

    def set_aside(self, name: str, reason: str) -> None:
        """The document can never be taken in: keep it, with the reason, where people find it."""
        ...
