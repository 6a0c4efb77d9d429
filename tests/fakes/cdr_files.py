"""CDR documents in memory, as a node leaves them."""

from switchboard.ports.cdr_files import CdrFile


class FakeCdrFiles:
    """Keeps documents until they are discarded or set aside.

    Attributes:
        aside: Reasons by name, of what was set aside.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, CdrFile] = {}
        self.aside: dict[str, str] = {}

    def leave(self, name: str, content: bytes, age_s: float = 0.0) -> None:
        """The node writes a document, or more of it."""
        self._waiting[name] = CdrFile(name, content, age_s)

    def list_waiting(self, at_most: int) -> tuple[CdrFile, ...]:
        return tuple(self._waiting.values())[:at_most]

    def discard(self, name: str) -> None:
        self._waiting.pop(name, None)

    def set_aside(self, name: str, reason: str) -> None:
        self._waiting.pop(name, None)
        self.aside[name] = reason
