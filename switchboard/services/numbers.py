"""Which flow each number runs, in which version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.flow import Program


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """What a call to a number gets.

    Attributes:
        dnis: The number.
        flow: The flow it runs, by name.
        values: What the flow takes, by name.
        language: The language it begins in; None: the flow's first.
        program: The flows, in the version that the call keeps to its end.
    """

    dnis: str
    flow: str
    values: Mapping[str, Any]
    language: str | None
    program: Program


class Numbers:
    """The numbers of the centre.

    Args:
        program: The flows and the centre's numbers.
    """

    def __init__(self, program: Program) -> None:
        self._program = program

    def find_plan(self, dnis: str) -> NumberPlan | None:
        """Return the plan of *dnis*, or None when nobody serves that number.

        A carrier may deliver a number with or without ``+``; the plan of one serves the other.
        """
        for number in (dnis, dnis.removeprefix("+"), f"+{dnis}"):
            if entry := self._program.numbers.get(number):
                return NumberPlan(
                    number, entry.flow, entry.with_, entry.language or None, self._program
                )
        return None

    def list_numbers(self) -> tuple[str, ...]:
        """Every number that is served, sorted."""
        return tuple(sorted(self._program.numbers))
