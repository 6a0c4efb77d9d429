"""Where a run stands: what the rule of a node may see and do, and nothing more.

A rule sees the values of its own flow, the call, the settings, and the moment of the step. It may
keep a value, change the caller's language and make speeches. It lives for one step of the engine;
whatever must outlive a wait goes into the node's state.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Generic

from switchboard.flow.effects import Effect, Piece, SpeakLanguage, Speech
from switchboard.flow.formulas import Formula
from switchboard.flow.kind import M
from switchboard.flow.program import Flow, Node, Program
from switchboard.flow.rendering import render
from switchboard.flow.runs import Run
from switchboard.flow.scopes import RunScope
from switchboard.flow.speeches import SpeechItem
from switchboard.flow.things import Ref
from switchboard.flow.values import UNKNOWN, Value


class Here(Generic[M]):
    """The place of a run, for the rule of the node it stands at.

    Attributes:
        program: What runs.
        run: The run, as it stands in this step; :meth:`keep` and :meth:`speak` renew it.
        flow: The flow.
        node: The node.
        now: The moment of the step, aware, in the centre's zone.
        faults: What could not be said, and why; the engine reports it.
        asked: What was asked for that is not waited for.
    """

    def __init__(self, program: Program, run: Run, now: datetime) -> None:
        frame = run.frames[-1]
        self.program = program
        self.run = run
        self.flow: Flow = program.flows[frame.flow]
        self.node: Node = self.flow.nodes[frame.node]
        self.now = now
        self.faults: list[str] = []
        self.asked: list[Effect] = []

    @property
    def model(self) -> M:
        """What stands in the node."""
        return self.node.model  # type: ignore[return-value] # the kind's own model, by construction

    @property
    def state(self) -> Mapping[str, Any]:
        """What the node keeps while it waits."""
        return self.run.frames[-1].state

    @property
    def gone(self) -> bool:
        """Whether the caller has gone."""
        return self.run.gone

    def scope(self, **given: Value) -> RunScope:
        """Return where formulas are computed, with *given* values on top."""
        return RunScope(self.run, self.flow, self.now, given)

    def value(self, written: object) -> Value:
        """Return what a written value is here: a formula's value, a thing's name, or itself."""
        if isinstance(written, Formula):
            return written.compute(self.scope())
        return written.name if isinstance(written, Ref) else written

    def values(self, written: Mapping[str, object]) -> dict[str, Value]:
        """Return the values of a mapping; what is unknown is as if it were not written."""
        found = {name: self.value(value) for name, value in written.items()}
        return {name: value for name, value in found.items() if value is not UNKNOWN}

    def milliseconds(self, written: object, default: int) -> int:
        """Return a span of time in milliseconds; *default* when it is unknown."""
        value = self.value(written)
        if isinstance(value, timedelta):
            return value // timedelta(milliseconds=1)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def whole(self, written: object, default: int) -> int:
        """Return a whole number; *default* when it is unknown or not whole."""
        value = self.value(written)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def speech(self, items: tuple[SpeechItem, ...], **given: Value) -> Speech:
        """Return what is said, with *given* values on top of the run's."""
        said, faults = render(self.program, self.run, self.scope(**given), items)
        self.faults.extend(faults)
        return said

    def prompt(self, name: Ref | Formula, **given: Value) -> Speech:
        """Return one prompt, by the name or formula that stands in a node."""
        return self.speech((SpeechItem(prompt=name),), **given)

    def message(self, items: tuple[SpeechItem, ...]) -> tuple[Piece, ...]:
        """Return the words of a message: values are written in figures, sounds left out."""
        said, faults = render(self.program, self.run, self.scope(), items, in_figures=True)
        self.faults.extend(faults)
        return tuple(part for part in said if isinstance(part, Piece))

    def keep(self, name: str | None, value: Value) -> None:
        """Keep a value under *name*; without a name nothing is kept."""
        if name is not None:
            frame = self.run.frames[-1]
            kept = replace(frame, values={**frame.values, name: value})
            self.run = replace(self.run, frames=(*self.run.frames[:-1], kept))

    def ask(self, effect: Effect) -> None:
        """Ask for something that is not waited for."""
        self.asked.append(effect)

    def talked_to(self, agent: str) -> None:
        """The caller has talked to this agent."""
        self.run = replace(self.run, agent=agent)

    def speak(self, language: str) -> None:
        """From here on the caller's language is this one."""
        if language != self.run.language:
            self.ask(SpeakLanguage(language))
        self.run = replace(self.run, language=language)
