"""Joins, parts and serves legs, for :class:`switchboard.ports.conversations.Conversations`.

A caller's leg that talks would be torn from the conversation by the death of its app
(``socket_resume``), so that is taken away before, and where it goes afterwards is said beforehand
(``transfer_after_bridge``; a leg that we dialled is parked). Traces: ``app_dies_while_they_talk``,
``socket_given_up_right_behind_bridge``, ``attended_transfer``, ``three_way_conference``,
``supervisor_listens_whispers_barges``.
"""

from collections.abc import Callable, Sequence

import gevent

from switchboard.core.causes import HangupCause
from switchboard.core.legs import Direction
from switchboard.esl import commands, talking
from switchboard.esl.arguments import Destination, IntoRoom, Onward, RoomName, Switching, Uuid
from switchboard.esl.commands import Command, Word
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.names import Application, Variable
from switchboard.ports.conversations import ClipAct, Hearers, LiveLeg, NotDone
from switchboard.ports.leg_offers import FactSink
from switchboard.ports.legs import LegGone
from switchboard.switch.channels import LiveChannel
from switchboard.switch.configuration import CONTEXT, RESUME_DESTINATION
from switchboard.switch.dialled import DialledLeg
from switchboard.switch.inbound import Node, NodeAway
from switchboard.switch.leg import SwitchLeg, Values
from switchboard.switch.leg_book import LegBook
from switchboard.switch.leg_report import Running
from switchboard.switch.means import Means

BACK = Destination(RESUME_DESTINATION)
ROOMS = RoomName(CONTEXT)
"""The profile of conferences, named as our dialplan context is."""

PROTECTED: Values = {
    Variable.SOCKET_RESUME: Switching("false"),
    Variable.TALKS: Switching("true"),
    Variable.TRANSFER_AFTER_BRIDGE: BACK,
}

# The keys of FreeSWITCH's eavesdrop, and which leg a clip is played to.
WHISPER_KEYS = {Hearers.LEG: "2", Hearers.OTHER: "1", Hearers.BOTH: "3", Hearers.NOBODY: "0"}
CLIP_WORDS = {Hearers.LEG: Word.ALEG, Hearers.OTHER: Word.BLEG, Hearers.BOTH: Word.BOTH}

CLIP_ACTS = {
    ClipAct.PAUSE: Word.PAUSE,
    ClipAct.RESTART: Word.RESTART,
    ClipAct.STOP: Word.STOP,
}


class Conversing:
    """The conversations of the switch room.

    Args:
        nodes: The nodes.
        legs: The legs.
        means: What it needs to work.
    """

    def __init__(self, nodes: Sequence[Node], legs: LegBook, means: Means) -> None:
        self._nodes = tuple(nodes)
        self._legs = legs
        self._means = means

    # --- together and apart -------------------------------------------------------------------

    def join(self, leg_id: str, other_leg_id: str) -> None:
        """Let two legs talk; see the port."""
        one, other = self._legs.get_leg(leg_id), self._legs.get_leg(other_leg_id)
        if self._legs.company.find_partner(leg_id) == other_leg_id:
            return
        if one.node is not other.node:
            raise NotDone(f"{leg_id} and {other_leg_id} are on two nodes")
        if not (one.report.answered and other.report.answered):
            raise NotDone("a leg that is not answered cannot talk")
        for leg in (one, other):
            self._protect(leg)
            self._let_settle(leg)
        self._ask(one, talking.bridge(_uuid(one), _uuid(other)))
        for leg in (one, other):
            self._cut(leg)

    def park(self, leg_id: str) -> None:
        """Take a leg that we dialled out of what it is in; see the port."""
        leg = self._legs.get_leg(leg_id)
        if leg.may_come_back:
            raise NotDone("a caller's leg is not parked: bring it back")
        self._let_settle(leg)
        self._ask(leg, talking.park(_uuid(leg)))
        leg.report.end_listening(self._means.clock.now())

    def bring_back(self, leg_id: str) -> None:
        """Have a leg offered to a server; see the port."""
        leg = self._legs.get_leg(leg_id)
        self._set(leg, {Variable.PARK_AFTER_BRIDGE: Switching("false"), **PROTECTED})
        self._let_settle(leg)
        self._ask(leg, talking.transfer(_uuid(leg), Onward(BACK)))
        self._cut(leg)

    def enter_room(self, leg_id: str, room: str) -> None:
        """Bring a leg into a conference room; see the port."""
        leg = self._legs.get_leg(leg_id)
        if not leg.report.answered:
            raise NotDone("a leg that is not answered cannot enter a room")
        self._protect(leg)
        self._let_settle(leg)
        then = BACK if leg.may_come_back else None
        self._ask_with(
            leg, lambda: talking.transfer(_uuid(leg), IntoRoom(RoomName(room), ROOMS, then))
        )
        self._cut(leg)

    def lock_room(self, room: str) -> None:
        """Let nobody else into a room; see the port."""
        self._act_on_room(room, Word.LOCK)

    def unlock_room(self, room: str) -> None:
        """Let others in again."""
        self._act_on_room(room, Word.UNLOCK)

    # --- while they talk ----------------------------------------------------------------------

    def hold(self, leg_id: str) -> None:
        """Put the other side on hold; see the port."""
        leg = self._legs.get_leg(leg_id)
        self._ask(leg, talking.hold(_uuid(leg)))

    def retrieve(self, leg_id: str) -> None:
        """Take the other side back from hold; see the port."""
        leg = self._legs.get_leg(leg_id)
        self._ask(leg, talking.retrieve(_uuid(leg)))

    def mute(self, leg_id: str) -> None:
        """Let nobody hear a leg; see the port."""
        leg = self._legs.get_leg(leg_id)
        self._ask(leg, talking.mute(_uuid(leg)))

    def unmute(self, leg_id: str) -> None:
        """Let a leg be heard again; see the port."""
        leg = self._legs.get_leg(leg_id)
        self._ask(leg, talking.unmute(_uuid(leg)))

    def send_keys(self, leg_id: str, keys: str) -> None:
        """Send keys out to a leg; see the port."""
        leg = self._legs.get_leg(leg_id)
        self._ask_with(leg, lambda: talking.send_keys(_uuid(leg), keys))

    def play_clip(self, leg_id: str, file: str, hearers: Hearers) -> None:
        """Play a file into a conversation; see the port."""
        leg = self._legs.get_leg(leg_id)
        word = CLIP_WORDS.get(hearers)
        if word is None:
            raise NotDone("a clip that nobody hears is not played")
        self._let_settle(leg)
        self._ask_with(leg, lambda: talking.broadcast(_uuid(leg), file, word))

    def control_clip(self, leg_id: str, act: ClipAct) -> None:
        """Pause, go on with, restart or end a clip; see the port.

        A clip that both hear is played to each of them by itself.
        """
        leg = self._legs.get_leg(leg_id)
        partner = self._legs.find_leg(self._legs.company.find_partner(leg_id))
        refusals = []
        players = (leg,) if partner is None else (leg, partner)
        for player in players:
            try:
                self._ask(player, talking.control_file(_uuid(player), CLIP_ACTS[act]))
            except NotDone as refusal:
                refusals.append(refusal)
        if len(refusals) == len(players):
            raise refusals[0]

    # --- listening ----------------------------------------------------------------------------

    def listen(self, leg_id: str, to_leg_id: str) -> str:
        """Let a parked leg hear a conversation; see the port."""
        leg, heard = self._legs.get_leg(leg_id), self._legs.get_leg(to_leg_id)
        if leg.may_come_back:
            raise NotDone("only a leg that we dialled listens")
        if not (leg.report.answered and heard.report.answered):
            raise NotDone("a leg that is not answered cannot listen, nor be listened to")
        self._set(leg, {Variable.EAVESDROP_ENABLE_DTMF: Switching("true")})
        return leg.execute_long(talking.eavesdrop(_uuid(heard)), Running(Application.EAVESDROP))

    def speak_to(self, leg_id: str, hearers: Hearers) -> None:
        """Let a leg that listens be heard; see the port."""
        leg = self._legs.get_leg(leg_id)
        if not leg.report.listens:
            raise NotDone("a leg that does not listen cannot whisper")
        self._ask(leg, talking.receive_keys(_uuid(leg), WHISPER_KEYS[hearers]))

    # --- the end, and the beginning -----------------------------------------------------------

    def hang_up(self, leg_id: str, cause: HangupCause = HangupCause.NORMAL_CLEARING) -> None:
        """End a leg; see the port."""
        self._legs.get_leg(leg_id).hang_up(cause)

    def follow(self, leg_id: str, node: str, sink: FactSink) -> SwitchLeg:
        """Take a leg's facts from here on; see the port."""
        leg = self._legs.find_leg(leg_id) or self._find_alive(leg_id, node)
        if leg.report.is_gone:
            raise LegGone(f"there is no leg {leg_id}")
        leg.report.attach(sink)
        return leg

    def list_legs(self) -> tuple[LiveLeg, ...]:
        """Every leg of every node that can be asked now."""
        found: list[LiveLeg] = []
        for node in self._nodes:
            try:
                channels = node.list_channels()
            except NodeAway:
                continue
            found += [self._live_leg(channel, channels) for channel in channels]
        return tuple(found)

    # --- inside -------------------------------------------------------------------------------

    def _protect(self, leg: SwitchLeg) -> None:
        if leg.may_come_back:
            self._set(leg, PROTECTED)

    def _cut(self, leg: SwitchLeg) -> None:
        """What ran on the leg has ended, and a socket that it has is given up."""
        now = self._means.clock.now()
        if leg.may_come_back:
            leg.let_go(now)
        else:
            leg.report.cut(now)

    def _let_settle(self, leg: SwitchLeg) -> None:
        gevent.sleep(self._legs.company.fresh_for_s(leg.leg_id))

    def _set(self, leg: SwitchLeg, values: Values) -> None:
        self._ask(leg, commands.set_variables(_uuid(leg), values))

    def _ask_with(self, leg: SwitchLeg, make: Callable[[], Command]) -> None:
        try:
            command = make()
        except LocalProtocolError as fault:
            raise NotDone(str(fault)) from fault
        self._ask(leg, command)

    def _ask(self, leg: SwitchLeg, command: Command) -> None:
        try:
            reply = leg.node.ask(command)
        except NodeAway as away:
            raise NotDone(str(away)) from away
        if leg.report.is_gone:
            raise LegGone(f"there is no leg {leg.leg_id}")
        if reply.is_error:
            raise NotDone(f"FreeSWITCH refused it: {reply.text.strip()}")

    def _act_on_room(self, room: str, act: Word) -> None:
        within = [self._legs.find_leg(leg_id) for leg_id in self._legs.company.list_in(room)]
        leg = next((leg for leg in within if leg is not None), None)
        if leg is None:
            raise NotDone(f"nobody is in room {room}")
        self._ask_with(leg, lambda: talking.room(RoomName(room), act))

    def _find_alive(self, leg_id: str, node_name: str) -> SwitchLeg:
        """A leg that a former server knew; nothing was told of it since."""
        node = next((node for node in self._nodes if node.name == node_name), None)
        try:
            channels = node.list_channels() if node else ()
        except NodeAway as away:
            raise NotDone(str(away)) from away
        channel = next((one for one in channels if one.leg_id == leg_id), None)
        if node is None or channel is None:
            raise LegGone(f"there is no leg {leg_id}")
        leg = DialledLeg(leg_id, node, self._means, answered=channel.answered)
        if channel.direction == Direction.INBOUND:
            leg.talks = leg.may_come_back = True
        self._legs.enter(leg, self._means.clock.now())
        found = self._live_leg(channel, channels)
        self._legs.company.know(leg_id, found.joined_to, found.room)
        return leg

    def _live_leg(self, channel: LiveChannel, channels: Sequence[LiveChannel]) -> LiveLeg:
        company = self._legs.company
        return LiveLeg(
            leg_id=channel.leg_id,
            node=channel.node,
            direction=Direction(channel.direction),
            answered=channel.answered,
            joined_to=company.find_partner(channel.leg_id) or channel.partner_among(channels),
            room=company.find_room(channel.leg_id) or channel.room,
            number=channel.dnis,
            began_at=channel.created_at,
        )


def _uuid(leg: SwitchLeg) -> Uuid:
    return Uuid(leg.leg_id)
