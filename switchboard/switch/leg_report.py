"""What was asked of a leg and has not ended, and what is reported of the leg: each thing once.

The same event may come over the leg's own socket and over its node's connection, in either order;
whichever comes first is reported. A hang-up is reported last: where a recording runs, its length
still comes, a moment after the hang-up itself. A hang-up and the loss of the socket end silently
whatever else runs.
"""

from dataclasses import dataclass
from datetime import datetime

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    ExecutionFailed,
    LegAnswered,
    LegFact,
    LegHungUp,
    ListeningEnded,
    RecordingStarted,
    RecordingStopped,
    SocketLost,
)
from switchboard.esl.events import Event
from switchboard.esl.names import Application, EventName, Header
from switchboard.ports.leg_offers import FactSink
from switchboard.switch import translation

RINGING = frozenset({EventName.CHANNEL_PROGRESS, EventName.CHANNEL_PROGRESS_MEDIA})
HOLDING = frozenset({EventName.CHANNEL_HOLD, EventName.CHANNEL_UNHOLD})
HANGING_UP = frozenset({EventName.CHANNEL_HANGUP, EventName.CHANNEL_HANGUP_COMPLETE})

SOUNDS = frozenset({Application.PLAYBACK, Application.RECORD, Application.PLAY_AND_GET_DIGITS})


@dataclass(slots=True)
class Running:
    """Something that was asked for and has not ended.

    Attributes:
        application: What runs.
        file: The file it records into.
        stop_asked: We asked for its end.
        told_by_node: The event by which the node told that the recording has ended.
    """

    application: Application
    file: str = ""
    stop_asked: bool = False
    told_by_node: Event | None = None


class LegReport:
    """Turns a leg's events into its facts.

    Args:
        leg_id: The leg.
        answered: Whether it is answered already.
    """

    def __init__(self, leg_id: str, *, answered: bool) -> None:
        self._leg_id = leg_id
        self._answered = answered
        self._rang = answered
        self._sink: FactSink | None = None
        self._early: list[LegFact] = []
        self._running: dict[str, Running] = {}
        self._beside: set[str] = set()
        self._hangup: LegHungUp | None = None
        self._lost = False
        self.ended = False

    @property
    def is_gone(self) -> bool:
        """Whether nothing more can be asked of the leg."""
        return self._hangup is not None or self._lost

    @property
    def has_hung_up(self) -> bool:
        """Whether the hang-up is known, reported or not."""
        return self._hangup is not None

    def find_sound(self) -> str | None:
        """The execution that plays or records now, the oldest that has not ended; or None."""
        for execution_id, running in self._running.items():
            if running.application in SOUNDS:
                return execution_id
        return None

    def is_running(self, execution_id: str) -> bool:
        """Whether that execution has not ended."""
        return execution_id in self._running

    @property
    def records(self) -> bool:
        """Whether a recording has not ended."""
        return self._runs(Application.RECORD)

    @property
    def gathers_secret(self) -> bool:
        """Whether the gathering of a secret has not ended."""
        return self._runs(Application.PLAY_AND_GET_DIGITS)

    def _runs(self, application: Application) -> bool:
        return any(one.application is application for one in self._running.values())

    @property
    def answered(self) -> bool:
        """Whether the leg is answered, as far as was told."""
        return self._answered

    @property
    def listens(self) -> bool:
        """Whether it listens to another leg."""
        return self._runs(Application.EAVESDROP)

    def attach(self, sink: FactSink) -> None:
        """Report to *sink* from here on, first what came before anybody listened."""
        self._sink = sink
        for fact in self._early:
            sink(fact)
        self._early.clear()

    # --- what is asked ------------------------------------------------------------------------

    def began(self, execution_id: str, running: Running) -> None:
        """Something was sent to the leg; its end will be reported."""
        self._running[execution_id] = running

    def began_beside(self, file: str) -> None:
        """A recording into *file* runs beside the rest; its end will be reported."""
        self._beside.add(file)

    def never_began_beside(self, file: str) -> None:
        """It was refused."""
        self._beside.discard(file)

    def failed(self, execution_id: str, reason: str) -> None:
        """What was asked will never complete."""
        self._running.pop(execution_id, None)
        if not self.is_gone:
            self._tell(ExecutionFailed(self._leg_id, execution_id, reason))

    def stop_was_asked(self, execution_id: str) -> None:
        """That execution is to end before its time."""
        self._running[execution_id].stop_asked = True

    def cut(self, at: datetime) -> None:
        """The leg is put into a conversation: what runs ends without a word, but listening."""
        self.end_listening(at)
        self._running.clear()

    def end_listening(self, at: datetime) -> None:
        """The leg listens to nobody any more; told once, whoever finds it first."""
        for execution_id, running in list(self._running.items()):
            if running.application is Application.EAVESDROP:
                del self._running[execution_id]
                self._tell(ListeningEnded(self._leg_id, execution_id, at))

    def carry_on(self, former: "LegReport") -> None:
        """The leg is back on a new socket: recordings that run beside go on."""
        self._beside |= former._beside

    def retire(self) -> None:
        """Another report takes the leg's place; nothing is lost."""
        self._lost = True

    # --- what happened ------------------------------------------------------------------------

    def observe(self, event: Event) -> None:
        """Take one event of this leg, from whichever connection."""
        if self.ended:
            return
        if event.name == EventName.DTMF:
            self._take_key(event)
        elif event.name == EventName.CHANNEL_EXECUTE_COMPLETE:
            self._take_completion(event)
        elif event.name == EventName.CHANNEL_ANSWER:
            self._take_answer(event)
        elif event.name == EventName.RECORD_START:
            self._take_record_start(event)
        elif event.name == EventName.RECORD_STOP:
            self._take_record_stop(event)
        elif event.name in HANGING_UP:
            self._take_hangup(event)
        else:
            self._take_state(event)

    def tell_if_live(self, fact: LegFact) -> None:
        """Report what others know of the leg, unless it has ended."""
        if not self.is_gone:
            self._tell(fact)

    def answer_at(self, at: datetime) -> None:
        """The leg is answered, and can be used."""
        if not self._answered and not self.is_gone:
            self._answered = True
            self._tell(LegAnswered(self._leg_id, at))

    def finish(self, hangup: LegHungUp | None = None) -> None:
        """Nothing more will come of a leg that has hung up: report that, if it is not yet."""
        self._hangup = self._hangup or hangup
        if self._hangup is not None and not self.ended:
            self._running.clear()
            self._tell(self._hangup)
            self.ended = True

    def lose_socket(self) -> None:
        """The socket closed though the leg lives."""
        if not self.is_gone:
            self._lost = True
            self._running.clear()
            self._tell(SocketLost(self._leg_id))

    def _take_key(self, event: Event) -> None:
        # By keys a leg that listens is told to whom it speaks: they are none of its person's.
        pressed = None if self.listens else translation.key_pressed(event)
        if pressed and not self.is_gone:
            self._tell(pressed)

    def _take_state(self, event: Event) -> None:
        if event.name in RINGING and not self._rang and not self._answered:
            self._rang = True
            self.tell_if_live(translation.rings(event))
        elif event.name in HOLDING:
            self.tell_if_live(translation.held(event))

    def _take_answer(self, event: Event) -> None:
        self.answer_at(translation.answered(event).at)

    def _take_completion(self, event: Event) -> None:
        execution_id = event.text(Header.APPLICATION_UUID)
        running = self._running.pop(execution_id, None)
        if running is None:
            return
        if running.application is Application.RECORD:
            self._tell(translation.record_ended(event, execution_id))
            self._finish_if_quiet()
        elif self._hangup is not None:
            return
        elif running.application is Application.PLAYBACK:
            self._tell(translation.play_ended(event, stop_asked=running.stop_asked))
        elif running.application is Application.PLAY_AND_GET_DIGITS:
            self._tell(translation.secret_gathered(event))
        elif running.application is Application.EAVESDROP:
            self._tell(translation.listening_ended(event, execution_id))
        elif event.text(Header.ANSWER_STATE) == "answered":
            self._take_answer(event)
        else:
            self.failed(execution_id, "the leg could not be answered")

    def _take_record_start(self, event: Event) -> None:
        file = event.text(Header.RECORD_FILE)
        if file in self._beside and not self.is_gone:
            at = translation.record_ended(event, "").at
            self._tell(RecordingStarted(self._leg_id, file, at))

    def _take_record_stop(self, event: Event) -> None:
        """The node tells the end of a recording; of `record` needed only if the socket will not.

        It may come before a key that the socket has yet to tell, and that ended the recording.
        """
        for running in self._running.values():
            if running.file and running.file == event.text(Header.RECORD_FILE):
                running.told_by_node = event
        file = event.text(Header.RECORD_FILE)
        if file in self._beside:
            self._beside.discard(file)
            stopped = translation.record_ended(event, "")
            self._tell(RecordingStopped(self._leg_id, file, stopped.recorded_ms, stopped.at))
        self._finish_if_quiet()

    def _take_hangup(self, event: Event) -> None:
        if self._hangup is None:
            self.end_listening(translation.moment_of(event))
            self._hangup = translation.hung_up(event)
            self._finish_if_quiet()

    def _finish_if_quiet(self) -> None:
        if self._hangup is None:
            return
        for execution_id, running in list(self._running.items()):
            if running.told_by_node is not None:
                del self._running[execution_id]
                self._tell(translation.record_ended(running.told_by_node, execution_id))
        if not self.records and not self._beside:
            self.finish()

    def _tell(self, fact: LegFact) -> None:
        if self._sink is None:
            self._early.append(fact)
        else:
            self._sink(fact)


def vanished(leg_id: str, at: datetime) -> LegHungUp:
    """The hang-up of a leg that is gone without a word; its CDR knows the cause."""
    return LegHungUp(leg_id, HangupCause.NORMAL_UNSPECIFIED, at)
