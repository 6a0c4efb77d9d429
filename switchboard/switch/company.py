"""Who talks with whom, and who is in which room: kept for every leg, told to both sides in order.

FreeSWITCH tells a conversation's beginning and end once, of one of its legs, and its end sometimes
after a leg has hung up or is somewhere else already. Here each end is told before what follows it,
and each thing once: what is heard later changes nothing any more.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from switchboard.core.facts import LegFact, LegJoined, LegParted, RoomEntered, RoomLeft
from switchboard.esl.events import Event
from switchboard.esl.names import EventName, Header
from switchboard.switch.translation import moment_of

FRESH_S = 0.1
ENTERS, LEAVES = "add-member", "del-member"


class Company:
    """The pairs and the rooms.

    Args:
        tell: Told each fact of a leg; it may be of a leg that nobody follows.
    """

    def __init__(self, tell: Callable[[str, LegFact], None]) -> None:
        self._tell = tell
        self._joined: dict[str, str] = {}
        self._rooms: dict[str, str] = {}
        self._joined_s: dict[str, float] = {}

    def find_partner(self, leg_id: str) -> str:
        """The leg that it talks with; empty for none."""
        return self._joined.get(leg_id, "")

    def find_room(self, leg_id: str) -> str:
        """The room it is in; empty for none."""
        return self._rooms.get(leg_id, "")

    def fresh_for_s(self, leg_id: str) -> float:
        """How long what it is in is still too fresh to be ended, in wall seconds; mostly 0.

        Measured: who is taken out of a conversation within some 20 ms of its beginning, before both
        of FreeSWITCH's threads are in it, costs the other the leg (DESTINATION_OUT_OF_ORDER).
        """
        since_s = self._joined_s.get(leg_id)
        return 0.0 if since_s is None else max(0.0, since_s + FRESH_S - time.monotonic())

    def list_in(self, room: str) -> tuple[str, ...]:
        """The legs that are in a room."""
        return tuple(leg_id for leg_id, known in self._rooms.items() if known == room)

    # --- what is told -------------------------------------------------------------------------

    def hear_of_pair(self, event: Event) -> None:
        """Take the beginning or the end of a conversation of two."""
        one, other = event.text(Header.BRIDGE_A), event.text(Header.BRIDGE_B)
        if event.name == EventName.CHANNEL_BRIDGE:
            self.join(one, other, moment_of(event))
        elif self._joined.get(one) == other:
            self._part(one, moment_of(event))

    def hear_of_room(self, event: Event) -> None:
        """Take what a conference tells; most of it concerns nobody."""
        leg_id, room = event.text(Header.UNIQUE_ID), event.text(Header.CONFERENCE_NAME)
        action = event.text(Header.ACTION)
        if action == ENTERS and leg_id:
            self._enter(leg_id, room, moment_of(event))
        elif action == LEAVES and self._rooms.get(leg_id) == room:
            self._leave_room(leg_id, moment_of(event))

    def leave_all(self, leg_id: str, at: datetime) -> None:
        """A leg has ended, or is offered anew: it is in no company any more."""
        self._part(leg_id, at)
        self._leave_room(leg_id, at)

    def join(self, one: str, other: str, at: datetime) -> None:
        """Two talk from here on; who talked with either does no more."""
        if self._joined.get(one) == other:
            return
        for leg_id in (one, other):
            self.leave_all(leg_id, at)
        self._joined[one], self._joined[other] = other, one
        self._joined_s[one] = self._joined_s[other] = time.monotonic()
        self._tell(one, LegJoined(one, other, at))
        self._tell(other, LegJoined(other, one, at))

    # --- what is found ------------------------------------------------------------------------

    def know(self, leg_id: str, partner: str, room: str) -> None:
        """A leg was found in company that nobody told of."""
        if partner:
            self._joined[leg_id], self._joined[partner] = partner, leg_id
        if room:
            self._rooms[leg_id] = room

    def match(self, pairs: Iterable[tuple[str, str]], among: Iterable[str], at: datetime) -> None:
        """What was missed is told now: *pairs* talk on a node, and nobody else *among* its legs."""
        talking = dict(pairs)
        for leg_id in among:
            partner = talking.get(leg_id, "")
            if partner and partner != self.find_partner(leg_id):
                self.join(leg_id, partner, at)
            elif not partner:
                self._part(leg_id, at)

    # --- inside -------------------------------------------------------------------------------

    def _part(self, leg_id: str, at: datetime) -> None:
        other = self._joined.pop(leg_id, "")
        if other:
            self._joined.pop(other, None)
            for one in (leg_id, other):
                self._joined_s.pop(one, None)
            self._tell(leg_id, LegParted(leg_id, other, at))
            self._tell(other, LegParted(other, leg_id, at))

    def _enter(self, leg_id: str, room: str, at: datetime) -> None:
        self.leave_all(leg_id, at)
        self._rooms[leg_id] = room
        self._tell(leg_id, RoomEntered(leg_id, room, at))

    def _leave_room(self, leg_id: str, at: datetime) -> None:
        room = self._rooms.pop(leg_id, "")
        if room:
            self._tell(leg_id, RoomLeft(leg_id, room, at))
