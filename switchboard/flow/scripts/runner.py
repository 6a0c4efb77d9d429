"""Runs the call scripts of a flow on a virtual clock, in the pure engine: milliseconds a call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from switchboard.flow.calendars import Calendar, DayState
from switchboard.flow.engine import Left, Passed, begin
from switchboard.flow.faults import FlowFault
from switchboard.flow.program import Program
from switchboard.flow.runs import CallFacts, Run
from switchboard.flow.scripts.conversation import Conversation, ScriptFailed
from switchboard.flow.scripts.doubles import Doubles, NotGiven
from switchboard.flow.scripts.forms import CallForm, Given, ScriptFile, Step
from switchboard.flow.scripts.outcomes import broken
from switchboard.flow.scripts.steps import NeedsQueues, short, take
from switchboard.flow.scripts.utterances import Utterance
from switchboard.flow.source import Path

WITHHELD = "withheld"


class Outcome(StrEnum):
    """How a call of a script went."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_PLAYED = "not_played"  # it needs what scripts cannot play yet


@dataclass(frozen=True, slots=True)
class Told:
    """What was heard up to a step of the script, and the step.

    Attributes:
        call: The how-manieth call of the script it is, counted from 0.
        step: What the caller did then, or what was proved; None at the end of a call.
        heard: What was said since the step before.
    """

    call: int
    step: Step | None
    heard: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class CallResult:
    """How one call went.

    Attributes:
        script: The script's flow.
        call: The call's title.
        outcome: How it went.
        reasons: What did not hold, or why it was not played.
        path: Where in the script it failed.
        passed: The nodes that its runs entered, and the ways by which they left them.
        heard: What was said, in order, to where it failed: prompts by name.
        route: Where the step stands that failed, when a route took it; empty else.
        story: The call step by step, to be played again elsewhere.
    """

    script: str
    call: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    path: Path = ()
    passed: tuple[Passed, ...] = ()
    heard: tuple[str, ...] = ()
    route: Path = ()
    story: tuple[Told, ...] = ()

    @property
    def left(self) -> tuple[Left, ...]:
        """The ways that its runs took."""
        return tuple(one for one in self.passed if isinstance(one, Left))


def run_script(program: Program, script: ScriptFile) -> Iterator[CallResult]:
    """Yield how each call of a script goes."""
    for number, call in enumerate(script.calls):
        yield run_call(program, script, call, ("calls", number))


def run_call(program: Program, script: ScriptFile, call: CallForm, at: Path = ()) -> CallResult:
    """Run one call of a script.

    Args:
        program: The flows.
        script: The script that it stands in.
        call: The call.
        at: Where it stands, for what fails.
    """
    playing = _Playing(program, script, call.world(script.given))
    path, outcome = at, Outcome.FAILED
    reasons: tuple[str, ...] = ()
    try:
        playing.begin()
        for number, step in enumerate(call.steps):
            path = (*at, "steps", number)
            playing.take(step)
        path = (*at, "afterwards") if call.afterwards.model_fields_set else at
        reasons = tuple(playing.finish(call))
        outcome = Outcome.FAILED if reasons else Outcome.PASSED
    except NeedsQueues as needs:
        outcome, reasons = Outcome.NOT_PLAYED, (str(needs),)
    except (ScriptFailed, NotGiven, FlowFault, ValueError, KeyError) as failed:
        reasons = (str(failed),)
    return CallResult(
        script=script.script,
        call=call.call,
        outcome=outcome,
        reasons=reasons,
        path=path,
        passed=playing.passed(),
        heard=playing.heard(),
        route=playing.route if outcome is Outcome.FAILED else (),
        story=playing.story(),
    )


class _Playing:
    """One call of a script being played, and the calls that follow it in the same world."""

    def __init__(self, program: Program, script: ScriptFile, given: Given) -> None:
        self._program = given_program(program, given, script.script)
        self._script = script
        self._given = given
        self._talks: list[Conversation] = []
        self._world: Doubles | None = None
        self.route: Path = ()
        self._story: list[Told] = []
        self._told = 0  # so many utterances of the last call stand in the story

    def begin(self) -> None:
        at = self._given.at
        if at is None:
            raise ScriptFailed("the script does not say when: write `at` under `given`")
        self._world = Doubles(self._program, self._given, at)
        self._call(self._given)

    def take(self, step: Step) -> None:
        if step.follows is not None:
            route = self._script.routes.get(step.follows)
            if route is None:
                raise ScriptFailed(f"there is no route {step.follows!r}")
            for number, inner in enumerate(route):
                self.route = ("routes", step.follows, number)
                self.take(inner)
            self.route = ()
        elif step.calls_again is not None:
            self._call_again(step)
        else:
            take(step, self._talks[-1])
            self._tell(step)

    def finish(self, call: CallForm) -> Iterator[str]:
        talk = self._talks[-1]
        if not talk.ended_by and talk.run.ending is None:
            talk.settle()
        if talk.run.ending is not None:
            self._tell(None)
        secrets = [] if self._world is None else self._world.secrets()
        yield from broken(call.afterwards, self._talks, secrets)

    def story(self) -> tuple[Told, ...]:
        return tuple(self._story)

    def _tell(self, step: Step | None) -> None:
        heard = self._talks[-1].heard
        self._story.append(Told(len(self._talks) - 1, step, tuple(heard[self._told :])))
        self._told = len(heard)

    def passed(self) -> tuple[Passed, ...]:
        return tuple(one for talk in self._talks for one in talk.trace)

    def heard(self) -> tuple[str, ...]:
        return tuple(short(said, talk) for talk in self._talks for said in talk.heard)

    def _call_again(self, step: Step) -> None:
        talk, again = self._talks[-1], step.calls_again
        assert self._world is not None
        assert again is not None
        talk.settle()
        if talk.run.ending is None:
            raise ScriptFailed(f"the call before is not over: it waits at {talk.node}")
        self._tell(None)
        self._told = 0
        self._world.now += timedelta(milliseconds=again.after)
        update = {"from_": again.from_, "to": again.to}
        self._call(self._given.model_copy(update={k: v for k, v in update.items() if v}))

    def _call(self, given: Given) -> None:
        assert self._world is not None
        run = begin_given(self._program, self._script.script, given, self._world.now)
        self._talks.append(Conversation(self._program, run, self._world))


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
            settings=_settings(flow, given.settings),
        )
    settings = _settings(flow, given.settings)
    return begin(program, flow, call=call, values=given.takes, settings=settings)


def _settings(flow: str, given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Settings by flow: a name without a dot is of the script's own flow."""
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
