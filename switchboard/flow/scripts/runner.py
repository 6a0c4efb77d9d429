"""Runs the call scripts of a flow on a virtual clock, in the pure engine: milliseconds a call."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from switchboard.flow.effects import Enqueue
from switchboard.flow.engine import Left, Passed
from switchboard.flow.faults import FlowFault
from switchboard.flow.program import Program
from switchboard.flow.scripts.beginning import begin_given, given_program
from switchboard.flow.scripts.conversation import Conversation
from switchboard.flow.scripts.doubles import Doubles, NotGiven, ScriptFailed
from switchboard.flow.scripts.forms import AnotherCaller, CallForm, Given, ScriptFile, Step
from switchboard.flow.scripts.outcomes import broken
from switchboard.flow.scripts.queues import MakeQueues
from switchboard.flow.scripts.steps import short, take
from switchboard.flow.scripts.utterances import Utterance
from switchboard.flow.source import Path

MOST_SILENCES = 20  # of another caller, who presses nothing on the way to a queue


class Outcome(StrEnum):
    """How a call of a script went."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_PLAYED = "not_played"  # placed as a call: it needs what a line does not have


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


def run_script(
    program: Program, script: ScriptFile, make_queues: MakeQueues
) -> Iterator[CallResult]:
    """Yield how each call of a script goes; see :func:`run_call`."""
    for number, call in enumerate(script.calls):
        yield run_call(program, script, call, make_queues, ("calls", number))


def run_call(
    program: Program,
    script: ScriptFile,
    call: CallForm,
    make_queues: MakeQueues,
    at: Path = (),
) -> CallResult:
    """Run one call of a script.

    Args:
        program: The flows.
        script: The script that it stands in.
        call: The call.
        make_queues: Makes the queues of its world.
        at: Where it stands, for what fails.
    """
    playing = _Playing(program, script, call.world(script.given), make_queues)
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

    def __init__(
        self, program: Program, script: ScriptFile, given: Given, make_queues: MakeQueues
    ) -> None:
        self._program = given_program(program, given, script.script)
        self._script = script
        self._given = given
        self._make_queues = make_queues
        self._talks: list[Conversation] = []
        self._others: list[Conversation] = []  # calls of other callers
        self._world: Doubles | None = None
        self.route: Path = ()
        self._story: list[Told] = []
        self._told = 0  # so many utterances of the last call stand in the story

    def begin(self) -> None:
        at = self._given.at
        if at is None:
            raise ScriptFailed("the script does not say when: write `at` under `given`")
        queues = self._make_queues(self._program, self._given)
        self._world = Doubles(self._program, self._given, at, queues=queues)
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
        elif step.another_caller is not None:
            self._another_calls(step.another_caller)
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
        yield from broken(call.afterwards, self._talks, self._others, secrets)

    def story(self) -> tuple[Told, ...]:
        return tuple(self._story)

    def _tell(self, step: Step | None) -> None:
        heard = self._talks[-1].heard
        self._story.append(Told(len(self._talks) - 1, step, tuple(heard[self._told :])))
        self._told = len(heard)

    def passed(self) -> tuple[Passed, ...]:
        return tuple(one for talk in (*self._talks, *self._others) for one in talk.trace)

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
        self._world.pass_time(again.after)
        update = {"from_": again.from_, "to": again.to}
        self._call(self._given.model_copy(update={k: v for k, v in update.items() if v}))

    def _another_calls(self, another: AnotherCaller) -> None:
        """Somebody else calls and, without pressing a key, comes to where the script says."""
        given = self._given.model_copy(update={"from_": another.from_, "to": another.to})
        talk = self._begun(given)
        self._others.append(talk)
        wanted = another.is_in_queue
        for _ in range(MOST_SILENCES):
            talk.settle()
            effect = talk.effect
            if wanted is None or (isinstance(effect, Enqueue) and effect.queue == wanted):
                return
            if talk.over or isinstance(effect, Enqueue):
                break
            talk.stay_silent()
        raise ScriptFailed(f"{another.from_} should wait in {wanted}, and is at {talk.node}")

    def _call(self, given: Given) -> None:
        self._talks.append(self._begun(given))

    def _begun(self, given: Given) -> Conversation:
        assert self._world is not None
        run = begin_given(self._program, self._script.script, given, self._world.now)
        number = len(self._talks) + len(self._others) + 1
        return Conversation(self._program, run, self._world, f"call-{number}")
