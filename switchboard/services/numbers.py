"""Which flow each number runs, in which version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchboard.core.legs import LegOffer
from switchboard.services.feature_call import Feature, Features
from switchboard.services.programs import Loaded, Programs


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """What a call to a number gets.

    Attributes:
        dnis: The number.
        flow: The flow it runs, by name.
        values: What the flow takes, by name.
        language: The language it begins in; None: the flow's first.
        loaded: The flows, in the version that the call keeps to its end.
    """

    dnis: str
    flow: str
    values: Mapping[str, Any]
    language: str | None
    loaded: Loaded


class Numbers:
    """The numbers of the centre.

    Args:
        programs: The flows, and with them the centre's numbers.
        features: Numbers that services serve by themselves.
        own: Serves calls of our own people to numbers that are not the centre's.
    """

    def __init__(
        self,
        programs: Programs,
        features: Features | None = None,
        own: Callable[[LegOffer], Feature | None] = lambda _: None,
    ) -> None:
        self._programs = programs
        self._features = features or {}
        self._own = own

    def find_feature(self, offer: LegOffer) -> Feature | None:
        """Return the service that serves a leg by itself, or None.

        The centre's own numbers come first, whoever calls: what a phone of ours may reach beside
        them, only who proved to be one of our people may.
        """
        if feature := self._features.get(offer.dnis):
            return feature
        if not offer.extension or offer.dnis in self._programs.live.numbers:
            return None
        return self._own(offer)

    def find_plan(self, dnis: str, caller: str, call_id: str, now: datetime) -> NumberPlan | None:
        """Return the plan of *dnis*, or None when nobody serves that number.

        A carrier may deliver a number with or without ``+``; the plan of one serves the other.

        Args:
            dnis: The number dialled.
            caller: The calling number; empty when withheld.
            call_id: The call.
            now: The moment, aware.
        """
        # The same caller gets the same version each time.
        loaded = self._programs.pick(caller or call_id)
        program = loaded.program
        for number in (dnis, dnis.removeprefix("+"), f"+{dnis}"):
            if found := program.numbers.get(number):
                entry = found.chosen(caller, program.calendars, now)
                return NumberPlan(number, entry.flow, entry.with_, entry.language or None, loaded)
        return None

    def list_numbers(self) -> tuple[str, ...]:
        """Every number that is served, sorted."""
        return tuple(sorted({*self._programs.live.numbers, *self._features}))
