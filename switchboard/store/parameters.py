"""Changed settings of flows (port: ``switchboard/ports/parameters.py``)."""

import time
from collections import defaultdict
from collections.abc import Callable

from switchboard.ports.parameters import Parameter, Values
from switchboard.store.copies import Copy
from switchboard.store.database import Database
from switchboard.store.fields import clean, to_us
from switchboard.store.models import ParameterRow
from switchboard.store.rows import Row
from switchboard.store.statements import put_in_place


class StoredParameters:
    """The :class:`switchboard.ports.parameters.Parameters` of a database."""

    def __init__(self, database: Database, now_s: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._copy = Copy(self._read, now_s)

    def change(self, parameter: Parameter) -> None:
        """Keep it in place of what it was before."""
        row: Row = {
            "key": f"{parameter.flow}/{parameter.name}",
            "flow": parameter.flow,
            "name": parameter.name,
            "value": clean(parameter.value),
            "changed_at": to_us(parameter.changed_at),
            "changed_by": clean(parameter.by),
        }
        self._database.write(lambda engine: put_in_place(engine, ParameterRow, [row]))
        self._copy.read_anew()

    def reset(self, flow: str, name: str) -> bool:
        """Let the flow's own default hold again; False when it did."""
        query = ParameterRow.delete().where(ParameterRow.key == f"{flow}/{name}")
        taken = self._database.write(query.execute)
        self._copy.read_anew()
        return bool(taken)

    def list_changed(self) -> tuple[Parameter, ...]:
        """Everything that was changed, by flow and name."""
        return self._copy.read_anew()

    def values(self) -> Values:
        """What calls that begin now get."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for one in self._copy.rows():
            found[one.flow][one.name] = one.value
        return dict(found)

    def _read(self) -> tuple[Parameter, ...]:
        query = ParameterRow.select().order_by(ParameterRow.flow, ParameterRow.name)
        rows = self._database.read(lambda engine: list(query.bind(engine)))
        return tuple(
            Parameter(row.flow, row.name, row.value, row.changed_at, row.changed_by) for row in rows
        )
