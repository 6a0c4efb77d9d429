"""How a call of a script begins: the number it dials, what the flow takes, calendars and splits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from switchboard.flow.calendars import Calendar, DayState
from switchboard.flow.engine import begin
from switchboard.flow.program import Program
from switchboard.flow.runs import CallFacts, Run
from switchboard.flow.scripts.forms import Given

WITHHELD = "withheld"


def begin_given(program: Program, flow: str, given: Given, now: datetime) -> Run:
    """Return a run as it begins in the world that a script gives.

    A number that is dialled begins what the centre says; without one the script's flow begins with
    what it takes.
    """
    number = None if given.from_ == WITHHELD else given.from_ or given.outbound_to
    call = CallFacts(number, None, given.to or "", now)
    if given.to is not None and given.to in program.numbers:
        chosen = program.numbers[given.to].chosen(number or "", program.calendars, now)
        flow, values = chosen.flow, {**chosen.with_, **given.takes}
        return begin(
            program,
            flow,
            call=call,
            values=values,
            language=chosen.language or None,
            settings=settings_by_flow(flow, given.settings),
        )
    settings = settings_by_flow(flow, given.settings)
    return begin(program, flow, call=call, values=given.takes, settings=settings)


def settings_by_flow(flow: str, given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return settings by flow: a name without a dot is of the script's own flow."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in given.items():
        owner, _, own = name.rpartition(".")
        found.setdefault(owner or flow, {})[own] = value
    return found


def given_program(program: Program, given: Given, flow: str) -> Program:
    """Return the program with the calendars and splits that a script gives."""
    calendars = {
        name: _Always(one.name, one.zone, one.week, one.holidays, one.days, given.calendars[name])
        if name in given.calendars
        else one
        for name, one in program.calendars.items()
    }
    flows = dict(program.flows)
    for name, way in given.splits.items():
        owner, _, node_name = name.rpartition(".")
        found = flows[owner or flow]
        node = replace(found.nodes[node_name], prepared=way)
        flows[found.name] = replace(found, nodes={**found.nodes, node_name: node})
    return replace(program, calendars=calendars, flows=flows)


@dataclass(frozen=True, slots=True)
class _Always(Calendar):
    """A calendar that says what a script wants."""

    always: DayState

    def state(self, moment: datetime) -> DayState:
        del moment
        return self.always
