"""One leg through its own socket: what a call asks becomes executes of FreeSWITCH.

Kept to :class:`switchboard.ports.legs.Leg`. What FreeSWITCH demands and a call need not know is
done here: keys that end a sound are named before it, a recording is protected from the death of
this server, and after a hang-up nothing is sent any more (FreeSWITCH would answer ``+OK`` and do
nothing). What happens to the leg is reported
by its :class:`~switchboard.switch.leg_report.LegReport`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

import gevent
import structlog

from switchboard.core.causes import HangupCause
from switchboard.esl import commands
from switchboard.esl.arguments import (
    CallId,
    Nothing,
    Playlist,
    SecretOrder,
    Switching,
    Uuid,
    VariableValue,
    keys,
    playable,
)
from switchboard.esl.commands import Execution
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.events import Event, Reply
from switchboard.esl.names import Application, Header, Variable
from switchboard.ports.inboxes import Start
from switchboard.ports.leg_offers import FactSink
from switchboard.ports.legs import LegGone
from switchboard.switch.inbound import Node, NodeAway
from switchboard.switch.leg_report import LegReport, Running
from switchboard.switch.side_recording import SideRecordings
from switchboard.switch.wires import ThroughNode, Wire

log = structlog.get_logger(__name__)

# A break takes effect within a tick of 20 ms and shows within another; later, it was forgotten.
BREAK_AGAIN_S = 0.1

MOST_BREAKS = 20

# After a hang-up the completion of a recording comes within a millisecond, or never.
LAST_WORDS_S = 0.5

Values = Mapping[Variable, VariableValue]

# While a secret is keyed FreeSWITCH tells no key to anybody; what was keyed goes at once.
SECRECY: Values = {
    Variable.SENSITIVE_DTMF: Switching("true"),
    Variable.READ_TERMINATOR_USED: Nothing(""),
}
OPENNESS: Values = {Variable.SENSITIVE_DTMF: Switching("false"), Variable.SECRET: Nothing("")}


class SwitchLeg:
    """One channel under our control, for as long as its socket is open.

    Args:
        snapshot: What the channel told when its socket came. An id that is no uuid raises
            :class:`LocalProtocolError`: nothing could be asked of such a channel.
        socket: The channel's own connection; of a channel that we dialled, its node's.
        node: Its FreeSWITCH.
        start: Begins greenlets.
        new_id: Makes a uuid.
    """

    def __init__(
        self,
        snapshot: Event,
        socket: Wire,
        node: Node,
        start: Start,
        new_id: Callable[[], str],
    ) -> None:
        self._uuid = Uuid(snapshot.text(Header.UNIQUE_ID))
        self._socket = socket
        self.node = node
        self._start = start
        call_id = snapshot.variable(Variable.CALL_ID)
        self.log = log.bind(leg_id=self._uuid.text, **({"call_id": call_id} if call_id else {}))
        self._new_id = new_id
        self._ending = False
        self.talks = False  # it has no socket to us any more, until it comes back
        self.may_come_back = not isinstance(socket, ThroughNode)
        self._stop_keys = snapshot.variable(Variable.PLAYBACK_TERMINATORS)
        # False when the server that recorded died: the protection outlived the recording.
        self._resumes = snapshot.variable(Variable.SOCKET_RESUME) != "false"
        # True when the server that gathered a secret died: keys would be told to nobody any more.
        self._is_secretive = snapshot.variable(Variable.SENSITIVE_DTMF) == "true"
        self._has_talked = snapshot.variable(Variable.TALKS) == "true"
        answered = snapshot.text(Header.ANSWER_STATE) == "answered"
        self.report = LegReport(self._uuid.text, answered=answered)
        self._recordings = SideRecordings(self._uuid, node, self.report)

    # --- the port -----------------------------------------------------------------------------

    @property
    def leg_id(self) -> str:
        """The channel's uuid on its node."""
        return self._uuid.text

    def mark(self, call_id: str) -> None:
        """Write our call id on the leg; see the port."""
        self._refuse_if_gone()
        self.log = self.log.bind(call_id=call_id)
        self._set_soon({Variable.CALL_ID: CallId(call_id)})

    def answer(self) -> str:
        """Answer; see the port."""
        with self._asked() as execution_id:
            self._execute(commands.answer(), execution_id, Running(Application.ANSWER))
        return execution_id.text

    def play(self, files: Sequence[str], *, stop_keys: str = "") -> str:
        """Play files one behind another; see the port.

        Of several files those that are missing are left out without a word.
        """
        if not files:
            raise ValueError("nothing to play: name at least one file")
        with self._asked() as execution_id:
            execution = commands.play(files)
            self._set_now(self._stop_key_change(stop_keys))
            self._execute(execution, execution_id, Running(Application.PLAYBACK))
        return execution_id.text

    def record(self, file: str, *, at_most_s: int, silence_s: int, end_keys: str) -> str:
        """Record what the person says; see the port.

        The file's folder must exist: FreeSWITCH ends a call whose recording it cannot begin.
        """
        with self._asked() as execution_id:
            execution = commands.record(file, at_most_s=at_most_s, silence_s=silence_s)
            change = self._stop_key_change(end_keys)
            self._resumes = False
            # With socket_resume the death of this server would end the call in the middle of the
            # message; and the length of an earlier recording must not be taken for this one's.
            protection: Values = {
                Variable.SOCKET_RESUME: Switching("false"),
                Variable.RECORD_MS: Nothing(""),
            }
            self._set_now({**change, **protection})
            self._execute(execution, execution_id, Running(Application.RECORD, file))
        return execution_id.text

    def gather_secret(
        self,
        files: Sequence[str],
        *,
        longest: int,
        end_keys: str,
        first_key_within_ms: int,
        next_key_within_ms: int,
    ) -> str:
        """Play files and gather a secret; see the port."""
        with self._asked() as execution_id:
            playlist = Playlist(tuple(playable(file) for file in files))
            order = SecretOrder(
                playlist, longest, keys(end_keys), first_key_within_ms, next_key_within_ms
            )
            self._set_now(SECRECY)
            # Only now: what is heard while the node answers is not the end of this secret.
            self._is_secretive = True
            running = Running(Application.PLAY_AND_GET_DIGITS)
            self._execute(commands.gather_secret(order), execution_id, running)
        return execution_id.text

    def start_recording(self, file: str) -> None:
        """Record both sides beside whatever else is done; see the port."""
        self._refuse_if_gone()
        self._recordings.start(file)

    def stop_recording(self, file: str) -> None:
        """End a recording; see the port."""
        self._refuse_if_gone()
        self._recordings.stop(file)

    def mask(self, file: str) -> None:
        """Write silence; see the port."""
        self._refuse_if_gone()
        self._recordings.mask(file)

    def unmask(self, file: str) -> None:
        """Write again; see the port."""
        self._refuse_if_gone()
        self._recordings.unmask(file)

    def stop(self) -> None:
        """End at once what plays or records; see the port. What waits behind it follows.

        Only the node's connection can: the leg's own commands wait behind the sound. FreeSWITCH
        forgets a break that comes a moment before the sound begins, so it is told until the sound
        has ended. (``uuid_break all`` would not be forgotten, but drops what waits: executes that
        never complete.)
        """
        self._refuse_to_execute()
        execution_id = self.report.find_sound()
        if execution_id is not None:
            self.report.stop_was_asked(execution_id)
            self._break_off()
            self._start("sound to stop", lambda: self._break_until_ended(execution_id))

    def hang_up(self, cause: HangupCause) -> None:
        """End the leg; see the port. A sound or a recording does not delay it."""
        self._refuse_if_gone()
        if self.talks or (self.report.find_sound() and self.node.is_ready):
            self._kill(cause)
        else:
            self._execute(commands.hang_up(cause), Uuid(self._new_id()))

    # --- the switch room ----------------------------------------------------------------------

    def take_over(self, sink: FactSink) -> None:
        """Somebody owns the leg: report to them, and undo what a former server left set."""
        self.report.attach(sink)
        with suppress(LegGone):
            if not self._resumes:
                self._restore_resume()
            if self._is_secretive:
                self._end_secrecy()
            if self._has_talked:
                self._set_soon({Variable.TALKS: Nothing("")})

    @property
    def has_socket(self) -> bool:
        """Whether it speaks through a socket of its own."""
        return self.may_come_back and not self.talks

    def execute_long(self, execution: Execution, running: Running) -> str:
        """Execute something whose end is reported; returns the execution id."""
        with self._asked() as execution_id:
            self._execute(execution, execution_id, running)
        return execution_id.text

    def let_go(self, at: datetime) -> None:
        """The leg talks from here on: its socket is given up, and nothing is executed any more.

        FreeSWITCH would tell a second socket everything twice, and an idle one costs it work.
        """
        if not self.talks:
            self.talks = True
            self.report.cut(at)
            with suppress(LocalProtocolError):
                self._socket.send(commands.exit_())

    def hear(self, event: Event) -> None:
        """Take an event of this leg, from its own socket or from its node."""
        recorded = self.report.records
        self.report.observe(event)
        if recorded and not self.report.records and not self._is_gone:
            self._restore_resume()
        if self._is_secretive and not self.report.gathers_secret and not self._is_gone:
            self._end_secrecy()
        if self.report.has_hung_up and not self.report.ended and not self._ending:
            self._ending = True
            self._start("end of a leg", self._end_soon)

    # --- inside -------------------------------------------------------------------------------

    @property
    def _is_gone(self) -> bool:
        lost = self._socket.ended_by is not None and not self.talks
        return self.report.is_gone or lost

    def _refuse_if_gone(self) -> None:
        if self._is_gone:
            raise LegGone(f"leg {self.leg_id} has hung up, or its socket is lost")

    def _refuse_to_execute(self) -> None:
        self._refuse_if_gone()
        if self.talks:
            raise LegGone(f"leg {self.leg_id} is in a conversation")

    @contextmanager
    def _asked(self) -> Iterator[Uuid]:
        """An ask that cannot be put to FreeSWITCH fails as a fact, as one that it refuses does."""
        self._refuse_to_execute()
        execution_id = Uuid(self._new_id())
        try:
            yield execution_id
        except LocalProtocolError as fault:
            self.log.warning("cannot be asked of a leg", fault=str(fault))
            self.report.failed(execution_id.text, str(fault))

    def _execute(
        self, execution: Execution, execution_id: Uuid, running: Running | None = None
    ) -> None:
        self._refuse_to_execute()
        if running is not None:
            self.report.began(execution_id.text, running)
        command = commands.execute(execution, execution_id)
        self._socket.send(command, on_reply=lambda reply: self._replied(execution_id, reply))

    def _replied(self, execution_id: Uuid, reply: Reply | None) -> None:
        if reply is not None and reply.is_error:
            self.report.failed(execution_id.text, f"FreeSWITCH refused it: {reply.text}")
        elif reply is None and not self._is_gone:
            self.report.failed(execution_id.text, "FreeSWITCH did not answer in time")

    def _stop_key_change(self, stop_keys: str) -> Values:
        wanted = keys(stop_keys)
        if wanted.text == self._stop_keys:
            return {}
        self._stop_keys = wanted.text
        return {Variable.PLAYBACK_TERMINATORS: wanted}

    def _set_now(self, values: Values) -> None:
        """Set variables before what is executed next; waits for the node's answer."""
        if not values:
            return
        try:
            reply = self.node.ask(commands.set_variables(self._uuid, values))
        except NodeAway as away:
            self.log.warning("variables go the long way", why=str(away))
        else:
            if not reply.is_error:
                return
        self._set_in_turn(values)

    def _set_soon(self, values: Values) -> None:
        """Set variables without waiting."""

        def answered(reply: Reply | None) -> None:
            if reply is None or reply.is_error:
                with suppress(LegGone, LocalProtocolError):
                    self._set_in_turn(values)

        try:
            self.node.post(commands.set_variables(self._uuid, values), answered)
        except NodeAway:
            answered(None)

    def _set_in_turn(self, values: Values) -> None:
        """Set variables by executes, when the node cannot be asked: each waits for its turn."""
        for name, value in values.items():
            self._execute(commands.assign(name, value), Uuid(self._new_id()))

    def _restore_resume(self) -> None:
        self._resumes = True
        self._set_soon({Variable.SOCKET_RESUME: Switching("true")})

    def _end_soon(self) -> None:
        """A hang-up waits for the length of a recording, but not for ever."""
        gevent.sleep(LAST_WORDS_S)
        self.report.finish()

    def _end_secrecy(self) -> None:
        self._is_secretive = False
        self._set_soon(OPENNESS)

    def _break_until_ended(self, execution_id: str) -> None:
        gevent.sleep(BREAK_AGAIN_S)
        for _ in range(MOST_BREAKS):
            if not self.report.is_running(execution_id) or self._is_gone:
                return
            self._break_off()
            gevent.sleep(BREAK_AGAIN_S)
        # Its completion was lost: to break on would cut what is said next.
        self.report.failed(execution_id, "it was stopped, and its end was never told")

    def _kill(self, cause: HangupCause) -> None:
        try:
            self.node.post(commands.kill(self._uuid, cause))
        except NodeAway as away:
            self.log.warning("leg cannot be hung up yet", why=str(away))

    def _break_off(self) -> None:
        try:
            self.node.post(commands.break_off(self._uuid))
        except NodeAway as away:
            self.log.warning("sound cannot be stopped yet", why=str(away))
