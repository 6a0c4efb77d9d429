"""Settings of flows that the office changes on a screen, without publishing anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Values = Mapping[str, Mapping[str, str]]
"""By flow and name the value as somebody wrote it; the flow gives it its type."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One that was changed.

    Attributes:
        flow: Full name of the flow.
        name: The setting's name.
        value: As it was written.
        changed_at: When, aware UTC.
        by: Who changed it.
    """

    flow: str
    name: str
    value: str
    changed_at: datetime
    by: str


class Parameters(Protocol):
    """Keeps what was changed. The methods that change or list raise :class:`StoreAway`."""

    def change(self, parameter: Parameter) -> None:
        """Keep it in place of what it was before."""
        ...

    def reset(self, flow: str, name: str) -> bool:
        """Let the flow's own default hold again; False when it did."""
        ...

    def list_changed(self) -> tuple[Parameter, ...]:
        """Everything that was changed, by flow and name."""
        ...

    def values(self) -> Values:
        """What calls that begin now get.

        A change by another process is seen within two seconds; while the store is away what was
        known last holds.
        """
        ...
