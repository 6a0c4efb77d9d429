"""One call from its first moment to its last: resume, advance the flow, carry out, wait, again.

The loop runs in the call's own greenlet and waits in one place only (:class:`Caller`). Before each
wait the run is saved, so that a server that takes the call over goes on where it stood; every step
is a fact in the journal. It never decides what comes next: the flow does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import structlog

from switchboard.core.causes import HangupCause
from switchboard.core.journal import EntryKind
from switchboard.core.legs import LegOffer
from switchboard.flow import FlowFault, Run, advance
from switchboard.flow.effects import (
    Done,
    Effect,
    Failed,
    HangUp,
    HungUp,
    KeepMessage,
    Listen,
    Record,
    Recorded,
    Resume,
    Say,
    SpeakLanguage,
    Speech,
    Started,
    TakenUp,
    TellAgent,
)
from switchboard.ports.flow_versions import FlowOutcome
from switchboard.ports.inboxes import InboxClosed
from switchboard.ports.journal import Journal
from switchboard.ports.metrics import Metrics
from switchboard.ports.parameters import Parameters
from switchboard.ports.recordings import RecordingState
from switchboard.ports.runs import Runs, SavedRun
from switchboard.services.beside import Beside
from switchboard.services.call_errands import CallErrands
from switchboard.services.call_recording import CallRecorder, RecordingMeans, spoken_record
from switchboard.services.call_story import tell_answer, tell_passed
from switchboard.services.caller import Caller, Means
from switchboard.services.errands import Errands
from switchboard.services.line import CallerLost
from switchboard.services.mailboxes import Mailboxes, message_of
from switchboard.services.people import People, PeopleMeans, Talking
from switchboard.services.programs import Loaded, Programs
from switchboard.services.saved_calls import saved_form
from switchboard.services.story import Story
from switchboard.services.wording import Wording

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class World:
    """What calls need of the world, the same for all of them."""

    means: Means
    journal: Journal
    runs: Runs
    mailboxes: Mailboxes
    recording: RecordingMeans
    metrics: Metrics
    errands: Errands
    programs: Programs
    parameters: Parameters
    people: PeopleMeans
    new_id: Callable[[], str]


class Call:
    """One call: a caller, the run of a flow, and what is told of both.

    Args:
        offer: How the caller's leg arrived.
        caller: The person on it.
        loaded: The version of the flows that the call keeps to its end.
        story: Its journal.
        world: The rest.
        beside: Begins work beside the call, and lets it learn of other legs.
    """

    def __init__(
        self,
        offer: LegOffer,
        caller: Caller,
        loaded: Loaded,
        story: Story,
        world: World,
        beside: Beside,
    ) -> None:
        self.call_id = story.call_id
        self._offer = offer
        self._caller = caller
        self._loaded = loaded
        self._program = loaded.program
        self._run: Run | None = None  # where it stands
        self._failed = False
        self._abandoned = False
        self._story = story
        self._world = world
        self._errands = CallErrands(
            errands=world.errands,
            caller=caller,
            number=offer.ani,
            program=loaded.program,
            story=story,
            journal=world.journal,
            clock=world.means.clock,
            metrics=world.metrics,
            begin=beside.begin,
            answer=self._answer,
        )
        self._people = People(offer, caller, beside, story, loaded.program, world.people)
        self._flow, self._language = "", ""
        self._recorder = CallRecorder(
            world.recording,
            story,
            caller,
            offer.dnis,
            consent=self._consent,
            told=lambda fault: self._fault("recording", fault),
        )
        self._people.recorder = self._recorder

    def carry_through(self, run: Run, resume: Resume) -> None:
        """Serve the caller until the flow has ended and the leg with it.

        A server that is going down leaves the leg as it is: the run is saved, the leg's dialplan
        finds another server or waits for this one.
        """
        self._begin(run, resume)
        self._serve(lambda: self._go_on(run, resume))

    def talk_on(self, run: Run, talking: Talking) -> None:
        """Look after a conversation that another server began, then serve as ever."""
        self._begin(run, TakenUp())
        self._serve(lambda: self._go_on(run, self._told(self._people.talk_on(talking))))

    def _serve(self, work: Callable[[], None]) -> None:
        cause = HangupCause.NORMAL_CLEARING
        try:
            work()
        except InboxClosed:
            log.info("call left to another server")
            return
        except FlowFault as fault:
            self._fault("flow", str(fault))
            cause = HangupCause.NORMAL_TEMPORARY_FAILURE
        except CallerLost as lost:
            self._fault("socket", str(lost))
        except Exception:
            self._fault("server", "an unforeseen fault; the log has it")
            self._close(HangupCause.NORMAL_TEMPORARY_FAILURE)
            raise
        self._close(cause)

    def end(self, run: Run, cause: HangupCause) -> None:
        """End the leg and the call: the flow had ended when its server went."""
        self._begin(run, TakenUp())
        self._close(cause)

    def _begin(self, run: Run, resume: Resume) -> None:
        structlog.contextvars.bind_contextvars(call_id=self.call_id)  # of this greenlet alone
        self._run, self._flow, self._language = run, run.root, run.language
        self._errands.began_with(resume)
        if not isinstance(resume, Started):
            self._recorder.adopt()
        if isinstance(resume, Recorded):
            tell_answer(self._story, resume)

    def _go_on(self, run: Run, resume: Resume) -> None:
        self._save(run)
        awaited: Resume | None = resume
        while awaited is not None:
            step = advance(self._program, run, awaited, now=self._world.means.clock.now())
            self._run = run = step.run
            awaited = None
            self._language = run.language
            for reason in tell_passed(self._story, step.trace):
                self._fault("speech", reason)
            for effect in step.effects:
                awaited = self._carry_out(effect, run)

    # --- effects ------------------------------------------------------------------------------

    def _carry_out(self, effect: Effect, run: Run) -> Resume | None:
        """Carry one effect out; the answer is what the flow waits for, None where it waits not."""
        match effect:
            case SpeakLanguage():
                self._story.tell(EntryKind.LANGUAGE, language=effect.language)
                return None
            case HangUp():
                self._abandoned = effect.reason == "caller_gone"
                self._story.tell(EntryKind.FLOW_ENDED, reason=effect.reason)
                return None
            case KeepMessage():
                return self._keep_message(effect)
        errand = self._errands.find_errand(effect, run)
        if errand is not None:
            self._save(run)
            return self._errands.carry_out(effect, errand, run)
        answered = self._answer()
        if answered is not None:
            return answered
        match effect:
            case Say():
                self._save(run)
                return self._told(self._caller.say(effect))
            case Listen():
                self._save(run)
                return self._told(self._listen(effect))
            case Record():
                return self._record(effect, run)
            case TellAgent():
                self._story.tell(EntryKind.AGENT_TOLD, labels=dict(effect.labels))
                return None
        met = self._people.carry_out(effect, self._language, partial(self._save, run))
        return self._told(met or Failed(f"this server cannot do {type(effect).__name__}"))

    def _listen(self, effect: Listen) -> Resume:
        """Listen; what a secret's keys sound like is kept out of the recording."""
        if not effect.secret:
            return self._caller.listen(effect)
        with self._recorder.masked() as is_masked:
            if not is_masked:
                return Failed("a secret is not asked while it would be recorded")
            return self._caller.listen(effect)

    def _record(self, effect: Record, run: Run) -> Resume:
        """Record; its record stands before its file, so that neither is lost unnoticed."""
        recording_id = self._world.new_id()
        self._save(run, recording_id=recording_id)
        record = spoken_record(recording_id, self.call_id, self._world.means.clock.now())
        self._world.recording.book.put(record)
        resume = self._told(self._caller.record(effect, recording_id))
        self._world.recording.book.put(replace(record, state=RecordingState.ENDED))
        return resume

    def _consent(self, prompt: str) -> Speech:
        wording = Wording(lambda: self._program, "house")
        return wording.speech(prompt, self._language, self._world.means.clock.now())

    # --- the caller ---------------------------------------------------------------------------

    def _answer(self) -> HungUp | Failed | None:
        was_answered = self._caller.answered
        refused = self._caller.answer()
        if self._caller.answered and not was_answered:
            self._story.tell_answered()
            self._world.metrics.call_answered()
        if self._caller.answered:
            self._recorder.begin()
        return refused

    def _told(self, resume: Resume) -> Resume:
        """Write down what came back."""
        for fault in self._take_faults():
            self._fault("speech", fault)
        if isinstance(resume, Failed):
            self._fault("switch", resume.reason)
        tell_answer(self._story, resume)
        return resume

    def _keep_message(self, effect: KeepMessage) -> Resume:
        message = message_of(effect, self._offer, self.call_id, self._world.means.clock.now())
        taken = self._world.mailboxes.take(message)
        if not isinstance(taken, Done):
            self._fault("mailbox", taken.reason)
            return taken
        self._story.tell(
            EntryKind.MESSAGE_KEPT,
            mailbox=message.mailbox,
            message_id=message.message_id,
            duration_ms=message.duration_ms,
        )
        self._world.metrics.message_kept(message.mailbox)
        return taken

    # --- what is kept -------------------------------------------------------------------------

    def _save(self, run: Run, **pending: str) -> None:
        self._world.runs.save(
            SavedRun(
                call_id=self.call_id,
                leg_id=self._offer.leg_id,
                dnis=self._offer.dnis,
                run=saved_form(run, pending, self._loaded.version_id),
                saved_at=self._world.means.clock.now(),
            )
        )

    def _take_faults(self) -> list[str]:
        faults, self._caller.faults = self._caller.faults, []
        return faults

    def _fault(self, where: str, reason: str) -> None:
        log.error("call has a fault", where=where, reason=reason)
        self._story.tell(EntryKind.FAULT, where=where, reason=reason)
        self._failed = self._failed or where != "speech"
        if where == "flow":
            self._world.metrics.flow_fault(self._flow)

    def _close(self, cause: HangupCause) -> None:
        """End the leg if it has not ended, and the call with it.

        That the flow has ended is saved before: a server that takes the call up does not begin its
        last step anew.
        """
        by = "caller" if self._caller.hung_up else "us"
        if self._run is not None and not self._caller.hung_up:
            self._save(self._run, ending=str(cause))
        try:
            self._caller.hang_up(cause)
        except CallerLost as lost:
            self._fault("socket", str(lost))
        except InboxClosed:
            log.info("call left to another server while it ends")
            return
        self._recorder.close()
        self._story.tell_hung_up(self._caller.hung_up, by)
        self._world.runs.forget(self.call_id)
        now = self._world.means.clock.now()
        self._world.metrics.call_ended((now - self._offer.offered_at).total_seconds())
        self._world.programs.tell_outcome(
            FlowOutcome(self.call_id, self._loaded.version_id, self._failed, self._abandoned, now)
        )
