"""Recordings of a leg that run beside whatever it does: both sides, in two channels.

Asked for over the node's connection, in order, and told by its events. What cannot be done is
refused in words: whoever wants a secret kept out of a file must know that it was not masked.
"""

from switchboard.esl import commands
from switchboard.esl.arguments import Switching, Uuid
from switchboard.esl.commands import Command, Word
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.names import Variable
from switchboard.ports.legs import RecordingRefused
from switchboard.switch.inbound import Node, NodeAway
from switchboard.switch.leg_report import LegReport


class SideRecordings:
    """What is recorded of one leg.

    Args:
        leg: The leg.
        node: Its FreeSWITCH.
        report: Tells of their beginning and end.
    """

    def __init__(self, leg: Uuid, node: Node, report: LegReport) -> None:
        self._leg = leg
        self._node = node
        self._report = report

    def start(self, file: str) -> None:
        """Begin a recording; what the caller says comes first, what is said to the caller second.

        FreeSWITCH reads RECORD_STEREO as the recording begins: a variable set by an execute might
        still wait behind a prompt (trace ``call_recording_stereo_mask``).
        """
        self._ask(commands.set_variables(self._leg, {Variable.RECORD_STEREO: Switching("true")}))
        self._report.began_beside(file)
        try:
            self._act(Word.START, file)
        except RecordingRefused:
            self._report.never_began_beside(file)
            raise

    def stop(self, file: str) -> None:
        """End it."""
        self._report.began_beside(file)
        self._act(Word.STOP, file)

    def mask(self, file: str) -> None:
        """Write silence."""
        self._act(Word.MASK, file)

    def unmask(self, file: str) -> None:
        """Write what is heard again."""
        self._act(Word.UNMASK, file)

    def _act(self, act: Word, file: str) -> None:
        try:
            command = commands.record_beside(self._leg, act, file)
        except LocalProtocolError as fault:
            raise RecordingRefused(str(fault)) from fault
        self._ask(command)

    def _ask(self, command: Command) -> None:
        try:
            reply = self._node.ask(command)
        except NodeAway as away:
            raise RecordingRefused(str(away)) from away
        if reply.is_error:
            raise RecordingRefused(f"FreeSWITCH refused it: {reply.text.strip()}")
