"""Queues and agents as people set them up (port: ``switchboard/ports/roster.py``)."""

import time
from collections.abc import Callable, Sequence

from switchboard.ports.roster import RosterKind, RosterRow
from switchboard.store.copies import Copy
from switchboard.store.database import Database
from switchboard.store.fields import clean, from_json, to_json, to_us
from switchboard.store.queue_models import RosterRow as Model
from switchboard.store.rows import Row
from switchboard.store.statements import put_in_place


class StoredRoster:
    """The :class:`switchboard.ports.roster.Roster` of a database."""

    def __init__(self, database: Database, now_s: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._copy = Copy(self._read, now_s)

    def put(self, rows: Sequence[RosterRow]) -> None:
        """Keep these in place of what they were before."""
        written: list[Row] = [
            {
                "key": f"{row.kind}/{row.name}",
                "kind": row.kind,
                "name": row.name,
                "settings": to_json(row.settings),
                "changed_at": to_us(row.changed_at),
                "changed_by": clean(row.by),
            }
            for row in rows
        ]
        self._database.write(lambda engine: put_in_place(engine, Model, written))
        self._copy.read_anew()

    def remove(self, kind: RosterKind, name: str) -> bool:
        """Take one away; False when there is none."""
        query = Model.delete().where(Model.key == f"{kind}/{name}")
        taken = self._database.write(query.execute)
        self._copy.read_anew()
        return bool(taken)

    def list_rows(self) -> tuple[RosterRow, ...]:
        """Everything, agents first, by name."""
        return self._copy.read_anew()

    def rows(self) -> tuple[RosterRow, ...]:
        """Everything as it was a second ago at most."""
        return self._copy.rows()

    def _read(self) -> tuple[RosterRow, ...]:
        query = Model.select().order_by(Model.kind, Model.name)
        rows = self._database.read(lambda engine: list(query.bind(engine)))
        return tuple(
            RosterRow(
                RosterKind(row.kind),
                row.name,
                from_json(row.settings),
                row.changed_at,
                row.changed_by,
            )
            for row in rows
        )
