"""The errands of one call: begun beside it, awaited in its inbox, told in its journal.

Each try has a time limit; who waits longer than a second hears what the flow says meanwhile, once.
A hang-up does not end an errand (docs/decisions/0007).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from switchboard.core.journal import EntryKind
from switchboard.flow import Program, Run
from switchboard.flow.effects import (
    Effect,
    Failed,
    LookUp,
    OnKey,
    OpenSecret,
    Resume,
    Say,
    Speech,
    TakenUp,
)
from switchboard.ports.clock import Clock
from switchboard.ports.journal import Journal
from switchboard.ports.metrics import Metrics
from switchboard.ports.outages import StoreAway
from switchboard.services.caller import Caller
from switchboard.services.errand_story import entry_of, target_of
from switchboard.services.errands import Errand, Errands, Occasion
from switchboard.services.story import Story

log = structlog.get_logger(__name__)

BeginErrand = Callable[[str, Callable[[], Resume]], None]
"""Begins work of that id beside the call; its outcome arrives in the call's inbox."""

# A caller who hears nothing for longer thinks that the line is dead.
MEANWHILE_AFTER_S = 1.0


@dataclass(slots=True)
class CallErrands:
    """Carries errands out for one call.

    Attributes:
        errands: Makes them of effects.
        caller: The person on the line.
        number: Calling number; empty when withheld.
        program: The flows of the call.
        story: Its journal, and where all journals are read.
        journal: See *story*.
        clock: Counts the time limits.
        metrics: Is told how long it took.
        begin: Begins work beside the call.
        answer: Answers the leg; None when it is answered.
        taken_up: Whether the call was begun by a server that died.
    """

    errands: Errands
    caller: Caller
    number: str
    program: Program
    story: Story
    journal: Journal
    clock: Clock
    metrics: Metrics
    begin: BeginErrand
    answer: Callable[[], object | None]
    taken_up: bool = False

    def began_with(self, resume: Resume) -> None:
        """Note how this server got the call."""
        self.taken_up = isinstance(resume, TakenUp)

    def find_errand(self, effect: Effect, run: Run) -> Errand | None:
        """Return the errand that an effect asks for; None when it asks for something else."""
        key = self._key(run)
        occasion = Occasion(
            call_id=self.story.call_id,
            key=key,
            caller=self.number,
            program=self.program,
            keyed=self.caller.secrets,
            was_sent=lambda: self.taken_up and self._was_sent(key),
        )
        return self.errands.find_errand(effect, occasion)

    def carry_out(self, effect: Effect, errand: Errand, run: Run) -> Resume:
        """Have it done, its tries one after another, and tell what came of it."""
        if not isinstance(effect, LookUp | OpenSecret):
            self._make_durable()
        began_s = self.clock.seconds()
        meanwhile = errand.meanwhile
        resume: Resume = Failed("it was never tried")
        for attempt in range(errand.retries + 1):
            resume = self._try(f"{self._key(run)}-{attempt}", errand, meanwhile)
            meanwhile = ()
            if not isinstance(resume, Failed):
                break
        kind, details = entry_of(effect, resume)
        took_s = self.clock.seconds() - began_s
        self.story.tell(kind, **details, took_ms=round(took_s * 1000), errand=self._key(run))
        failed = isinstance(resume, Failed)
        self.metrics.errand_ended(target_of(effect), took_s, failed=failed)
        return resume

    def _try(self, errand_id: str, errand: Errand, meanwhile: Speech) -> Resume:
        line = self.caller.line
        deadline_s = self.clock.seconds() + errand.within_s
        line.expect(errand_id)
        self.begin(errand_id, errand.work)
        resume = None
        if meanwhile:
            resume = line.await_outcome(min(deadline_s, self.clock.seconds() + MEANWHILE_AFTER_S))
            if resume is None and self.answer() is None:
                self.caller.say(Say(meanwhile, OnKey.IGNORE))
        if resume is None:
            resume = line.await_outcome(deadline_s)
        return resume or Failed(f"no answer within {errand.within_s:g} s")

    def _make_durable(self) -> None:
        """See that the run stands at this wait before something is changed outside.

        Else a server that takes the call up might come here with another choice of the caller's,
        under the same key. While the store is away calls go on all the same.
        """
        with suppress(StoreAway):
            self.journal.settle()

    def _was_sent(self, key: str) -> bool:
        """Whether a message went before this server took the call up: its row would say so."""
        return any(
            entry.kind is EntryKind.SENT
            and entry.details.get("errand") == key
            and entry.details.get("outcome") == "done"
            for entry in self.journal.list_entries(self.story.call_id)
        )

    def _key(self, run: Run) -> str:
        return f"{self.story.call_id}-{run.waits}"
