"""A channel's own thread: finds its route, executes applications one by one, and ends it.

FreeSWITCH gives each channel a thread; here it is a greenlet that wakes on ticks. Whatever waits
in an application waits in :meth:`Executor.rest`, which ends on time, on a key, on a break, or when
the channel is taken away, and which meanwhile executes what was sent to the channel: nested into
what runs, unless ``event-lock`` holds it back.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import TYPE_CHECKING

import gevent
import structlog

from switchboard.simulator.applications.registry import find_application
from switchboard.simulator.channels import Action, Applied, CallState, Channel, State
from switchboard.simulator.endings import write_last_variables
from switchboard.simulator.headers import full_headers, state_headers
from switchboard.simulator.lines import PhoneLine
from switchboard.simulator.network import (
    write_answer,
    write_ending,
)
from switchboard.simulator.people import Person
from switchboard.simulator.ticks import TICK_MS, Pulse

if TYPE_CHECKING:
    from switchboard.simulator.bridges import Bridge
    from switchboard.simulator.channels import Message
    from switchboard.simulator.dialling import Address
    from switchboard.simulator.files import PlayedFile
    from switchboard.simulator.hearing import Stretch
    from switchboard.simulator.node import Node
    from switchboard.simulator.outbound import OutboundSocket
    from switchboard.simulator.recordings import SideRecording

log = structlog.get_logger(__name__)

VARIABLE = re.compile(r"\$\{([^{}]*)\}")


Life = Callable[["Executor"], None]


class Rest(Enum):
    """Why a wait ended."""

    TIME = auto()  # it was as long as it was to be
    KEY = auto()  # a key waits to be read
    BROKEN = auto()  # somebody broke it off
    GONE = auto()  # the channel is hung up, reset, or transferred away


class Executor:
    """Runs one channel.

    Args:
        node: The node it is on.
        channel: The channel.
        person: Who is at the other end.
        life: What it does until it is down; see :mod:`switchboard.simulator.lives`.

    Attributes:
        sockets: Outbound sockets that live with the channel, oldest first.
        recordings: Recordings that run beside whatever is executed, by file.
        bridge: What joins it, or will join it, to another channel; None: nothing.
        outcome: Poked when the phone that we dial answers, and when the channel is hung up.
        files: What plays now, the innermost last.
        listeners: Channels that listen to this one.
        hold_music: What a partner hears while this leg is held; None: nothing.
        line: The line to the person's phone.
        address: Where the phone is reached, for a leg that we dialled; None for one that arrived.
    """

    def __init__(self, node: "Node", channel: Channel, person: Person, life: "Life") -> None:
        self.node = node
        self.channel = channel
        self.person = person
        self._life = life
        self.sockets: list[OutboundSocket] = []
        self.recordings: dict[str, SideRecording] = {}
        self.line = PhoneLine(self)
        self.address: Address | None = None
        self.bridge: Bridge | None = None
        self.listeners: list[Executor] = []
        self.files: list[PlayedFile] = []
        self.hold_music: tuple[Executor, Stretch] | None = None
        self._pulse = Pulse()
        self.outcome = Pulse()
        self._locked = False
        self._running: gevent.Greenlet[[], None] = gevent.Greenlet(self._run)

    # --- what others do to it -------------------------------------------------------------------

    def start(self) -> None:
        """Begin to run the channel, in a greenlet of its own."""
        self._running.start()

    def send(self, message: "Message") -> None:
        """Queue a private event for the channel."""
        self.channel.messages.append(message)
        self.poke()

    def key(self, digit: str) -> None:
        """Take a key that the person has released."""
        self.channel.keys.append(digit)
        self.poke()

    def break_off(self, *, everything: bool) -> None:
        """End what plays or records; with *everything*, what was sent and waits is dropped."""
        if everything:
            self.channel.messages.clear()
        self.channel.break_asked = True
        self.poke()

    def hang_up(self, cause: str) -> None:
        """Hang the channel up; what runs on it ends on the next tick."""
        if self.channel.is_down:
            return
        self.channel.state = State.CS_HANGUP
        self.channel.cause = cause
        if self.bridge is not None and self.bridge.holds:
            partner = self.bridge.other_of(self).channel
            partner.variables.set("last_bridge_hangup_cause", cause)
        self.fire("CHANNEL_HANGUP")
        self._leave_bridge()
        self.wake()
        self.node.ticks.poke(self.outcome)
        for listener in self.listeners:
            listener.poke()

    @property
    def is_up(self) -> bool:
        """Whether the call still is."""
        return not self.channel.is_down

    def vanish(self) -> None:
        """Be gone without a word: the switch has died. The person notices."""
        self._running.kill(block=False)
        for app in self.sockets:
            app.connection.cut()
        self.channel.state = State.CS_DESTROY
        self.person.was_hung_up("NETWORK_OUT_OF_ORDER")

    def take_to(self, state: State) -> None:
        """Let the channel do something else; what runs on it ends on the next tick."""
        self.channel.transferred = True
        self.channel.state = state
        self._leave_bridge()
        self.wake()

    def let_go(self) -> None:
        """Be parked no more: the socket that controlled the channel has ended.

        What runs goes on to its end; a channel that is parked only afterwards stays parked.
        """
        self.channel.controlled = False
        self.poke()

    def reset(self) -> None:
        """Let the next action of the dialplan run: the app's socket has gone."""
        if not self.channel.is_down and not self.channel.transferred:
            self.channel.state = State.CS_RESET
            self._leave_bridge()
            self.poke()

    def _leave_bridge(self) -> None:
        if self.bridge is not None and self.bridge.has_begun:
            self.bridge.end()

    def poke(self) -> None:
        """Let what waits look up on the next tick."""
        self.node.ticks.poke(self._pulse)

    def wake(self) -> None:
        """Let what waits look up on the next tick, a socket that waits for its app too."""
        self.poke()
        for app in self.sockets:
            self.node.ticks.call_in(TICK_MS, app.look_up)

    # --- what applications use ------------------------------------------------------------------

    def fire(self, name: str, more: Mapping[str, str] | None = None) -> None:
        """Fire an event of this channel, with its variables and, behind them, *more*."""
        self.node.events.fire(
            name,
            lambda: {**full_headers(self.channel), **(more or {})},
            leg_id=self.channel.leg_id,
        )

    def fire_brief(self, name: str, more: Mapping[str, str] | None = None) -> None:
        """Fire one of the events of a channel that come without its variables."""
        self.node.events.fire(
            name,
            lambda: {**state_headers(self.channel), **(more or {})},
            leg_id=self.channel.leg_id,
        )

    def respond(self, text: str) -> None:
        """Say what the running application answers."""
        self.channel.variables.set("current_application_response", text)

    def rest(self, until: int | None = None) -> Rest:
        """Wait for a tick, or for whatever comes first; executes meanwhile what was sent."""
        while True:
            if not self.channel.is_ready:
                return Rest.GONE
            if self.channel.break_asked:
                self.channel.break_asked = False
                return Rest.BROKEN
            if self.execute_sent():
                continue
            if self.channel.keys:
                return Rest.KEY
            if until is not None and self.node.ticks.now >= until:
                return Rest.TIME
            self.node.ticks.wait(self._pulse, until)

    def watch(self, leg: "Executor") -> None:
        """Look up when the phone of *leg*, dialled for this channel, answers or is gone."""
        leg.outcome = self._pulse

    def pause(self, until: int | None = None) -> None:
        """Wait for a poke, or for the tick *until*."""
        self.node.ticks.wait(self._pulse, until)

    def rest_until_answered(self) -> None:
        """Wait for the answer of the phone that we dialled, or for the end of the channel."""
        while not (self.channel.answered or self.channel.is_down):
            self.node.ticks.wait(self._pulse)

    def read_key(self) -> str:
        """Read the oldest key that waits; the app is told, unless the keys are secret."""
        digit = self.channel.keys.popleft()
        if not self.channel.variables.is_true("sensitive_dtmf"):
            self.channel.digits_dialed += digit
            heard = {"DTMF-Digit": digit, "DTMF-Duration": "960", "DTMF-Source": "RTP"}
            self.fire_brief("DTMF", heard)
        return digit

    def park(self) -> None:
        """Stay, execute what is sent, and read keys, until taken away."""
        channel = self.channel
        if channel.controlled or channel.state is State.CS_RESET:
            return
        channel.controlled = True
        self.fire("CHANNEL_PARK")
        while channel.controlled and channel.is_ready:
            if self.execute_sent():
                continue
            if channel.keys:
                self.read_key()
            else:
                self.node.ticks.wait(self._pulse)
        channel.controlled = False
        self.fire("CHANNEL_UNPARK")

    def answer(self) -> None:
        """Answer the channel, once."""
        channel = self.channel
        if channel.answered or channel.is_down:
            return
        channel.answered = True
        channel.profile.times.answered = self.node.ticks.moment()
        write_answer(channel)
        self.fire("CHANNEL_ANSWER")
        channel.call_state = CallState.ACTIVE
        channel.variables.set("endpoint_disposition", "ANSWER")
        self.node.ticks.poke(self.outcome)
        self.person.was_answered()

    def answer_early(self) -> None:
        """Let sound flow before an answer, as playing to an unanswered channel does."""
        channel = self.channel
        if channel.answered or channel.early:
            return
        channel.early = True
        channel.profile.times.progress_media = self.node.ticks.moment()
        self.fire("CHANNEL_PROGRESS_MEDIA")
        channel.call_state = CallState.EARLY
        channel.variables.set("endpoint_disposition", "EARLY MEDIA")

    def execute(self, name: str, argument: str = "", execution_id: str = "") -> None:
        """Execute an application; one that does not exist ends the call."""
        application = find_application(name)
        if application is None:
            self.hang_up("DESTINATION_OUT_OF_ORDER")
            return
        channel, argument = self.channel, self._expand(argument)
        channel.variables.set("current_application_response", None)
        channel.variables.set("current_application_data", argument)
        channel.variables.set("current_application", name)
        channel.log.append(Applied(name, argument, self.node.ticks.moment()))
        channel.shown_action = Action(name, argument)
        what = {"Application": name} | ({"Application-Data": argument} if argument else {})
        which = {"Application-UUID": execution_id or str(uuid.uuid4())}
        self.fire("CHANNEL_EXECUTE", what | which)
        channel.break_asked = False
        application(self, argument)
        response = channel.variables.get("current_application_response") or "_none_"
        self.fire("CHANNEL_EXECUTE_COMPLETE", what | {"Application-Response": response} | which)

    # --- its life -------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._life(self)
        except Exception as fault:
            log.exception("channel failed", leg_id=self.channel.leg_id)
            self.node.failures.append(fault)
            self.hang_up("DESTINATION_OUT_OF_ORDER")
        self._end()

    def _end(self) -> None:
        channel = self.channel
        channel.running_state = State.CS_HANGUP
        channel.profile.times.hungup = self.node.ticks.moment()
        self.node.stop_recordings(self)
        if not channel.answered:  # such a socket does not live to hear of the end
            self._close_sockets()
        write_last_variables(channel, self.node.ticks.moment())
        write_ending(channel)
        channel.running_state = channel.state = State.CS_REPORTING
        channel.call_state = CallState.HANGUP
        self.fire("CHANNEL_HANGUP_COMPLETE")
        self._close_sockets()
        self.node.forget(self)
        self.person.was_hung_up(channel.cause)

    def _close_sockets(self) -> None:
        for socket in self.sockets:
            socket.channel_is_down()
        self.sockets.clear()

    # --- what was sent --------------------------------------------------------------------------

    @property
    def number_shown(self) -> str:
        """The number under which the person is known to others."""
        profile = self.channel.profile
        return profile.number if profile.direction == "inbound" else profile.destination

    def execute_sent(self) -> bool:
        """Execute the oldest private event, unless one holds the lock; False when there is none."""
        if self._locked or not self.channel.messages:
            return False
        message = self.channel.messages.popleft()
        self._locked = message.header("event-lock").lower() == "true"
        try:
            self._obey(message)
        finally:
            self._locked = False
        return True

    def _obey(self, message: "Message") -> None:
        if message.header("call-command") == "hangup":
            self.hang_up(message.header("hangup-cause") or "NORMAL_CLEARING")
        elif message.header("call-command") == "execute" and message.header("execute-app-name"):
            argument = message.header("execute-app-arg")
            if not argument and message.header("content-type").lower() == "text/plain":
                argument = message.body
            name = message.header("execute-app-name")
            loops = message.header("loops") or "1"
            self.channel.variables.set("current_loop", "1")
            self.channel.variables.set("total_loops", loops)
            self.execute(name, argument, message.header("event-uuid"))
            self.channel.variables.set("current_loop", None)
            self.channel.variables.set("total_loops", None)

    def _expand(self, argument: str) -> str:
        """Put variables in; a function call is dropped, for API expansion is off."""
        return VARIABLE.sub(lambda found: self.channel.variables.get(found[1]), argument)
