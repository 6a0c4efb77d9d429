"""A leg that we dialled, from the order to its end: no socket of its own, all over its node's.

FreeSWITCH tells what becomes of it twice, by events and by the result of the job that dials, in
either order, or once, or (a lost result, a phone that is not registered) only by the job, or never.
Whatever comes first is told, the rest is not; and what never comes is asked for.
"""

import time
from collections.abc import Callable

import gevent

from switchboard.core.causes import HangupCause, cause_of
from switchboard.core.facts import LegHungUp
from switchboard.esl import commands
from switchboard.esl.arguments import Uuid
from switchboard.esl.events import Event, Reply
from switchboard.esl.names import EventName, Header
from switchboard.switch import translation
from switchboard.switch.inbound import Node, NodeAway
from switchboard.switch.leg import SwitchLeg
from switchboard.switch.means import Means
from switchboard.switch.wires import ThroughNode

# The job's result follows an answer within a millisecond: only then can the leg be used.
RESULT_WITHIN_S = 0.5
# How often it is asked whether a leg that rings still does: its end may have been lost.
LOOK_EVERY_S = 5.0
# FreeSWITCH makes the channel in a thread of its own: so long it need not be there yet.
FRESH_S = 2.0
# A leg that is cancelled as soon as it is ordered is not there yet.
KILL_AGAIN_S = 0.1
LONGEST_PAUSE_S = 2.0


class DialledLeg(SwitchLeg):
    """One leg that we dialled.

    Args:
        leg_id: Its id.
        node: Its FreeSWITCH.
        means: What it needs to work.
        answered: Whether it is answered already: it was found alive.
    """

    def __init__(self, leg_id: str, node: Node, means: Means, *, answered: bool = False) -> None:
        state = "answered" if answered else "ringing"
        snapshot = Event(
            {
                "Event-Name": EventName.CHANNEL_DATA.value,
                Header.UNIQUE_ID.value: leg_id,
                Header.ANSWER_STATE.value: state,
            }
        )
        super().__init__(snapshot, ThroughNode(Uuid(leg_id), node), node, means.start, means.new_id)
        self._clock = means.clock
        self._dialled = answered
        self._answer: Event | None = None
        self._cancelled: HangupCause | None = None
        self.gateway = ""
        self._ordered_s = time.monotonic()

    @property
    def may_not_be_there(self) -> bool:
        """Whether it was ordered just now, so that its channel need not be there yet."""
        return not self._dialled and time.monotonic() - self._ordered_s < FRESH_S

    def hang_up(self, cause: HangupCause) -> None:
        """End the leg, or cancel its ringing; see the port."""
        self._refuse_if_gone()
        if self._cancelled is None and not self.report.answered:
            self._cancelled = cause
            self._start("leg to cancel", lambda: self._cancel(cause))
        else:
            self._kill(cause)

    def hear(self, event: Event) -> None:
        """Take an event of this leg; an answer is told when the leg can be used."""
        if event.name == EventName.CHANNEL_ANSWER and not self._dialled:
            self._answer = event
            self._start("answer of a leg", self._await_result)
        else:
            super().hear(event)

    def take_result(self, event: Event) -> None:
        """Take the result of the job that dialled."""
        result = event.text(Header.BODY).strip()
        if result.startswith("+OK"):
            self._can_be_used(self._answer or event)
        else:
            self.was_not_dialled(cause_of(result.removeprefix("-ERR").strip()))

    def was_not_dialled(self, cause: HangupCause | str) -> None:
        """The leg ends without a channel, or its channel's end is told by the job first."""
        if not self.report.ended:
            self.report.finish(LegHungUp(self.leg_id, cause, self._clock.now()))

    def take_order_reply(self, reply: Reply | None) -> None:
        """Take what FreeSWITCH says to the order itself; no answer is no reason to give up."""
        if reply is not None and reply.is_error:
            self.log.error("FreeSWITCH does not dial", answer=reply.text)
            self.was_not_dialled(HangupCause.NORMAL_TEMPORARY_FAILURE)

    def watch(self, ended: Callable[["DialledLeg"], None]) -> None:
        """Until the leg is answered or has ended, ask now and then whether it lives."""
        missing = 0
        while not self.report.answered and not self.report.is_gone:
            gevent.sleep(LOOK_EVERY_S)
            missing = missing + 1 if self._is_missing() else 0
            # Twice: FreeSWITCH may be so busy that the leg is not made yet.
            if missing == 2:
                self.was_not_dialled(HangupCause.NORMAL_TEMPORARY_FAILURE)
                ended(self)

    # --- inside -------------------------------------------------------------------------------

    def _can_be_used(self, event: Event) -> None:
        if not self._dialled:
            self._dialled = True
            at = translation.moment_of(event)
            self.report.answer_at(at)

    def _await_result(self) -> None:
        gevent.sleep(RESULT_WITHIN_S)
        if self._answer is not None:
            self._can_be_used(self._answer)

    def _is_missing(self) -> bool:
        try:
            return self.node.ask(commands.exists(Uuid(self.leg_id))).text == "false"
        except NodeAway:
            return False

    def _cancel(self, cause: HangupCause) -> None:
        pause_s = KILL_AGAIN_S
        while not self.report.is_gone:
            self._kill(cause)
            gevent.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
