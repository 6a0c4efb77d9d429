"""The engine: advances a run by one answer of the world.

``advance`` takes a run and a resume and gives the run where it waits next, what is asked of the
world, and the nodes it passed. It is a function of its arguments alone: no clock, no I/O, no state.
Between two waits it goes from node to node: entering a node or answering its stage gives a *move*
(``kind.py``), and a move gives the next node, or a wait, or the end. Everything is bounded: visits
of a node, nodes in a step, flows within flows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from switchboard.flow import effects as fx
from switchboard.flow.faults import FlowFault
from switchboard.flow.here import Here
from switchboard.flow.kind import (
    Answer,
    CallerGone,
    Ended,
    EndFlow,
    Leave,
    Move,
    RunFlow,
    Stage,
    Stop,
    UnfitAnswer,
    Wait,
)
from switchboard.flow.names import AGAIN, BACK
from switchboard.flow.program import Node, Program
from switchboard.flow.runs import CallFacts, Ending, Frame, Run
from switchboard.flow.types import typed
from switchboard.flow.values import UNKNOWN

MAX_VISITS = 25  # of one node in one run of its flow, unless it says otherwise
MAX_NODES = 500  # in one step; a flow of hundreds of nodes without a wait is a mistake
MAX_NESTING = 8  # flows within flows; the samples need 2

_NEEDS_AN_EAR = (fx.Say, fx.Listen, fx.Record)


@dataclass(frozen=True, slots=True)
class Entered:
    """A node was entered."""

    flow: str
    node: str
    kind: str


@dataclass(frozen=True, slots=True)
class Left:
    """A node was left by an outcome, for another node (empty: the flow or the run ended there)."""

    flow: str
    node: str
    outcome: str
    to: str


@dataclass(frozen=True, slots=True)
class SpeechFault:
    """Something could not be said, and why; the apology of the house was said in its place."""

    flow: str
    node: str
    reason: str


Passed = Entered | Left | SpeechFault


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the engine.

    Attributes:
        run: The run where it stands now.
        effects: What is asked of the world, in order; at most the last is waited for.
        trace: What the run passed, in order.
    """

    run: Run
    effects: tuple[fx.Effect, ...]
    trace: tuple[Passed, ...]


def begin(
    program: Program,
    flow_name: str,
    *,
    call: CallFacts,
    values: Mapping[str, Any] | None = None,
    language: str | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
) -> Run:
    """Return a run at the beginning of a flow; :func:`advance` it with ``Started()``.

    Args:
        program: What runs.
        flow_name: Full name of the flow.
        call: What is known of the call.
        values: What the flow takes, by name; each gets the type that the flow declares.
        language: The caller's language; else the flow's first.
        settings: What the office set, by flow and name; the rest has its defaults.

    Raises:
        KeyError: there is no such flow.
        ValueError: a value that the flow takes is missing.
    """
    flow = program.flow(flow_name)
    spoken = language if language in flow.languages else flow.languages[0]
    taken = _taken(program, flow_name, values or {})
    missing = sorted(flow.file.takes.keys() - taken.keys())
    if missing:
        raise ValueError(f"flow {flow_name!r} takes {', '.join(missing)}; nothing was handed over")
    return Run(
        root=flow_name,
        version=program.version(flow_name),
        frames=(Frame(flow_name, flow.file.start, taken),),
        language=spoken,
        call=call,
        settings=settings or {},
    )


def advance(program: Program, run: Run, resume: fx.Resume, *, now: datetime) -> Step:
    """Advance a run by one answer.

    Args:
        program: The program that the run began with, or one of equal version.
        run: Where it stands; it is not changed.
        resume: What the world answers to the last effect; ``Started()`` for a new run,
            ``TakenUp()`` for one that was read from where it was saved, ``HungUp()`` at any wait.
        now: The moment, aware.

    Returns:
        The step. An ended run stays ended and asks for nothing.

    Raises:
        FlowFault: a limit is passed, or the answer fits nothing that was asked.
    """
    if not run.frames:
        return Step(run, (), ())
    if run.version != program.versions.get(run.root):
        raise FlowFault(run.flow, run.node, f"the run has version {run.version}, which is not here")
    journey = _Journey(program, run, now.astimezone(program.zone))
    journey.go(resume)
    return Step(journey.run, tuple(journey.effects), tuple(journey.trace))


def _taken(program: Program, flow_name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a flow takes, each of its type; unknown ones are kept as unknown."""
    fields = program.fields
    takes = program.flows[flow_name].file.takes
    return {
        name: typed(values[name], kind, fields) for name, kind in takes.items() if name in values
    }


class _Journey:
    """The way of a run through one step."""

    def __init__(self, program: Program, run: Run, now: datetime) -> None:
        self.run = run
        self.effects: list[fx.Effect] = []
        self.trace: list[Passed] = []
        self._program = program
        self._now = now
        self._nodes = 0

    # --- from a move to the next, until something is waited for ---------------------------------

    def go(self, resume: fx.Resume) -> None:
        move = self._first_move(resume)
        while move is not None:
            move = self._follow(move)

    def _first_move(self, resume: fx.Resume) -> Move | None:
        if isinstance(resume, fx.Started):
            return self._enter(self.run.frames[-1].node)
        if isinstance(resume, fx.TakenUp):
            return self._ask_again()
        if isinstance(resume, fx.HungUp):
            self.run = replace(self.run, gone=True)
            return self._without_caller()
        if isinstance(resume, fx.Recorded) and resume.ended_by == "hung_up":
            self.run = replace(self.run, gone=True)
        return self._answer(resume)

    def _follow(self, move: Move) -> Move | None:
        match move:
            case Wait(stage, state):
                return self._wait(stage, state)
            case Leave(outcome):
                return self._leave(outcome)
            case RunFlow(flow, values):
                return self._run_flow(flow, values)
            case EndFlow(end, values):
                return self._end_flow(end, values)
            case CallerGone():
                return self._without_caller()
            case Stop(reason):
                frame = self.run.frames[-1]
                self._close(Ending(frame.flow, frame.node, reason))
                return None

    # --- entering and leaving nodes -------------------------------------------------------------

    def _enter(self, name: str) -> Move:
        frame = self.run.frames[-1]
        node = self._program.flows[frame.flow].nodes[name]
        visits = frame.visits.get(name, 0) + 1
        menus = _way_to(frame.menus, name) if node.kind.is_menu else frame.menus
        self._replace_frame(
            replace(frame, node=name, visits={**frame.visits, name: visits}, menus=menus, state={})
        )
        self.trace.append(Entered(frame.flow, name, node.kind.verb))
        self._count_nodes()
        here = self._here()
        most = (
            MAX_VISITS if node.model.visits is None else here.whole(node.model.visits, MAX_VISITS)
        )
        if visits > most:
            return self._too_often(node, most)
        return self._after(here, node.kind.enter(here))

    def _count_nodes(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._fault(f"passed {MAX_NODES} nodes without a wait")

    def _too_often(self, node: Node, most: int) -> Move:
        if node.target("too_often") is None:
            raise self._fault(f"entered more than {most} times, and nothing says what then")
        return Leave("too_often")

    def _leave(self, outcome: str) -> Move | None:
        frame = self.run.frames[-1]
        flow = self._program.flows[frame.flow]
        node = flow.nodes[frame.node]
        target = node.target(outcome)
        if target is None:
            raise self._fault(f"outcome {outcome!r} leads nowhere")
        if target == BACK:
            before = _menu_before(frame, node)
            if before is None and "back" in flow.file.ends:
                self.trace.append(Left(frame.flow, frame.node, outcome, ""))
                return EndFlow("back", {})
            target = before or frame.node
        elif target == AGAIN:
            target = frame.node
        self.trace.append(Left(frame.flow, frame.node, outcome, target))
        return self._enter(target)

    # --- asking and being answered --------------------------------------------------------------

    def _wait(self, stage_name: str, state: Mapping[str, Any]) -> Move | None:
        frame = self.run.frames[-1]
        self._replace_frame(replace(frame, state={**state, "stage": stage_name}))
        return self._ask(self._stage())

    def _ask(self, stage: Stage[Any]) -> Move | None:
        here = self._here()
        if stage.ask is None:
            raise self._fault("nothing is asked here")
        effect = stage.ask(here)
        self._report(here)
        if isinstance(effect, fx.Say) and not effect.speech:
            return self._answer(fx.Said())
        if self.run.gone and isinstance(effect, _NEEDS_AN_EAR):
            return self._without_caller()
        self.effects.append(effect)
        self.run = replace(self.run, waits=self.run.waits + 1)
        return None

    def _ask_again(self) -> Move | None:
        state = self.run.frames[-1].state
        if not state:
            return self._enter(self.run.frames[-1].node)
        stage = self._stage()
        if stage.again:
            kept = {name: value for name, value in state.items() if name != "stage"}
            return Wait(stage.again, kept)
        self.run = replace(self.run, waits=self.run.waits - 1)  # it asks the same once more
        return self._ask(stage)

    def _answer(self, answer: Answer) -> Move:
        if isinstance(answer, fx.Failed):
            failure = {"node": self.run.node, "reason": answer.reason}
            self.run = replace(self.run, failure=failure)
        here = self._here()
        try:
            move = self._stage().answer(here, answer)
        except UnfitAnswer as unfit:
            raise self._fault(str(unfit)) from None
        return self._after(here, move)

    def _after(self, here: Here[Any], move: Move) -> Move:
        """Take over what a rule did: the values it kept, what it asked for without waiting."""
        self.effects.extend(here.asked)
        self.run = here.run
        self._report(here)
        return move

    def _stage(self) -> Stage[Any]:
        frame = self.run.frames[-1]
        node = self._program.flows[frame.flow].nodes[frame.node]
        stage: Stage[Any] | None = node.kind.stages.get(str(frame.state.get("stage", "")))
        if stage is None:
            raise self._fault("the run has not been started here")
        return stage

    # --- the caller has gone --------------------------------------------------------------------

    def _without_caller(self) -> Move:
        """Tell the innermost flow that wants to know that the caller has gone; else end the run."""
        while True:
            frame = self.run.frames[-1]
            node = self._program.flows[frame.flow].nodes[frame.node]
            stage = node.kind.stages.get(str(frame.state.get("stage", "")))
            if stage is not None and stage.gone is not None:
                here = self._here()
                return self._after(here, stage.gone(here))
            if not frame.hung_up and node.target("hung_up") is not None:
                self._replace_frame(replace(frame, hung_up=True))
                return Leave("hung_up")
            if len(self.run.frames) == 1:
                return Stop("caller_gone")
            self.trace.append(Left(frame.flow, frame.node, "hung_up", ""))
            self.run = replace(self.run, frames=self.run.frames[:-1])

    # --- flows in flows -------------------------------------------------------------------------

    def _run_flow(self, name: str, values: Mapping[str, Any]) -> Move:
        frame = self.run.frames[-1]
        if len(self.run.frames) >= MAX_NESTING:
            raise self._fault(f"more than {MAX_NESTING} flows within flows")
        flow = self._program.flows[name]
        taken = _taken(self._program, name, values)
        for missing in flow.file.takes.keys() - taken.keys():
            taken[missing] = UNKNOWN
        self._replace_frame(replace(frame, state={"stage": "running"}))
        inner = Frame(name, flow.file.start, taken)
        self.run = replace(self.run, frames=(*self.run.frames, inner))
        return self._enter(flow.file.start)

    def _end_flow(self, end: str, values: Mapping[str, Any]) -> Move | None:
        frame = self.run.frames[-1]
        if len(self.run.frames) == 1:
            self._close(Ending(frame.flow, frame.node, "flow_ended", end, values))
            return None
        self.run = replace(self.run, frames=self.run.frames[:-1])
        return self._answer(Ended(end, values))

    def _close(self, ending: Ending) -> None:
        self.run = replace(self.run, frames=(), ending=ending)
        self.effects.append(fx.HangUp(ending.reason))

    # --- small things ---------------------------------------------------------------------------

    def _here(self) -> Here[Any]:
        return Here(self._program, self.run, self._now)

    def _replace_frame(self, frame: Frame) -> None:
        self.run = replace(self.run, frames=(*self.run.frames[:-1], frame))

    def _report(self, here: Here[Any]) -> None:
        frame = self.run.frames[-1]
        self.trace.extend(SpeechFault(frame.flow, frame.node, why) for why in here.faults)
        here.faults.clear()

    def _fault(self, reason: str) -> FlowFault:
        return FlowFault(self.run.flow, self.run.node, reason)


def _way_to(menus: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The way of menus to *name*: going back to one forgets those behind it."""
    return menus[: menus.index(name) + 1] if name in menus else (*menus, name)


def _menu_before(frame: Frame, node: Node) -> str | None:
    menus = frame.menus[:-1] if node.kind.is_menu else frame.menus
    return menus[-1] if menus else None
