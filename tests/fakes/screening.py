"""A blacklist in memory."""

from datetime import datetime

from switchboard.ports.screening import BlockedNumber


class FakeBlacklist:
    """Keeps blocked numbers; *entries* are there from the beginning."""

    def __init__(self, *entries: BlockedNumber) -> None:
        self._entries = {entry.number: entry for entry in entries}

    def block(self, entry: BlockedNumber) -> None:
        self._entries[entry.number] = entry

    def unblock(self, number: str) -> bool:
        return self._entries.pop(number, None) is not None

    def list_blocked(self) -> tuple[BlockedNumber, ...]:
        return tuple(entry for _, entry in sorted(self._entries.items()))

    def find_match(self, ani: str, now: datetime) -> BlockedNumber | None:
        matches = [e for e in self._entries.values() if ani and e.covers(ani, now)]
        return max(matches, key=lambda entry: len(entry.number), default=None)
