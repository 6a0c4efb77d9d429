"""Queues and agents in memory."""

from collections.abc import Sequence

from switchboard.ports.roster import RosterKind, RosterRow


class FakeRoster:
    """Keeps :class:`switchboard.ports.roster.Roster`."""

    def __init__(self) -> None:
        self._rows: dict[tuple[RosterKind, str], RosterRow] = {}

    def put(self, rows: Sequence[RosterRow]) -> None:
        self._rows |= {(row.kind, row.name): row for row in rows}

    def remove(self, kind: RosterKind, name: str) -> bool:
        return self._rows.pop((kind, name), None) is not None

    def list_rows(self) -> tuple[RosterRow, ...]:
        return tuple(self._rows[key] for key in sorted(self._rows))

    def rows(self) -> tuple[RosterRow, ...]:
        return self.list_rows()
