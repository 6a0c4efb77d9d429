"""A telephone exchange without a switch: legs that are dialled, joined, parked, brought into rooms.

The test is everybody's hands: what was dialled stands in ``orders``, and :meth:`leg` gives the
:class:`~tests.fakes.legs.FakeLeg` that rings, answers, presses keys and hangs up. What was asked
of conversations stands in ``asked``, and is done at once. Held to the same contract suite as the
real one (``tests/contract/test_conversations.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    LegFact,
    LegHeld,
    LegHungUp,
    LegJoined,
    LegParted,
    LegRetrieved,
    LegRinging,
    ListeningEnded,
    RoomEntered,
    RoomLeft,
)
from switchboard.core.legs import Direction
from switchboard.ports.conversations import ClipAct, Hearers, LiveLeg, NotDone
from switchboard.ports.dialling import DialOrder, DialRefused, Phone
from switchboard.ports.leg_offers import FactSink
from switchboard.ports.legs import LegGone
from tests.fakes.legs import FakeLeg


@dataclass
class _Known:
    """A leg that lives, and what it is in."""

    leg: FakeLeg
    sink: FactSink
    node: str
    number: str
    direction: Direction
    joined_to: str = ""
    room: str = ""
    listens_to: str = ""
    execution_id: str = ""


class FakeExchange:
    """Keeps :class:`Dialler` and :class:`Conversations`, in one.

    Args:
        now: The time of day that facts bear; the machine's when not given.
        come_back: Told the id of each leg that comes back, which the test then offers anew
            (:meth:`offered`); by default they are kept in ``came_back``.

    Attributes:
        orders: Every order to dial, oldest first.
        asked: Every ask as (method, arguments), oldest first.
        refuses_to_dial: Set by a test: why every order is refused.
        refuses: Set by a test: why every ask is refused.
        muted: Legs that nobody hears.
        locked: Rooms that nobody else gets into.
        came_back: Legs that came back and were not offered anew yet.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        come_back: Callable[[str], None] | None = None,
    ) -> None:
        self._now = now
        self.came_back: list[str] = []
        self._come_back = come_back or self.came_back.append
        self._known: dict[str, _Known] = {}
        self.orders: list[DialOrder] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.refuses_to_dial = ""
        self.refuses = ""
        self.muted: set[str] = set()
        self.locked: set[str] = set()

    # --- what the test lets happen ------------------------------------------------------------

    def leg(self, leg_id: str) -> FakeLeg:
        """The leg of that id, to be answered, hung up and so on by the test."""
        return self._known[leg_id].leg

    def rings(self, leg_id: str) -> None:
        """The phone at the other end rings."""
        self._known[leg_id].sink(LegRinging(leg_id, self._now()))

    def offered(self, leg_id: str, sink: FactSink, *, node: str = "fs1") -> FakeLeg:
        """A caller's leg is offered, for the first time or again; answered, with a socket."""
        leg = FakeLeg(leg_id, self._teller(leg_id), now=self._now)
        leg.answered = True
        self._known[leg_id] = _Known(leg, sink, node, "", Direction.INBOUND)
        return leg

    def _teller(self, leg_id: str) -> FactSink:
        def tell(fact: LegFact) -> None:
            known = self._known[leg_id]
            if isinstance(fact, LegHungUp):
                self._leave(known)
                del self._known[leg_id]
            known.sink(fact)

        return tell

    # --- the dialler --------------------------------------------------------------------------

    def dial(self, order: DialOrder, sink: FactSink) -> FakeLeg:
        if self.refuses_to_dial:
            raise DialRefused(self.refuses_to_dial)
        if order.leg_id in self._known:
            raise DialRefused(f"there is a leg {order.leg_id} already")
        target = order.target
        number = target.extension if isinstance(target, Phone) else target.number
        if not number.removeprefix("+").isdigit():
            raise DialRefused(f"{number!r} is no number to dial")
        self.orders.append(order)
        leg = FakeLeg(order.leg_id, self._teller(order.leg_id), now=self._now)
        self._known[order.leg_id] = _Known(
            leg, sink, order.node or "fs1", number, Direction.OUTBOUND
        )
        return leg

    # --- conversations ------------------------------------------------------------------------

    def join(self, leg_id: str, other_leg_id: str) -> None:
        one, other = self._ask("join", leg_id, other_leg_id)
        if not (one.leg.answered and other.leg.answered):
            raise NotDone("a leg that is not answered cannot talk")
        if one.joined_to == other_leg_id:
            return
        for known in (one, other):
            self._leave(known, returns=False)
        for known, partner in ((one, other), (other, one)):
            known.joined_to = partner.leg.leg_id
            known.leg.talks(heard_only=known.direction is Direction.INBOUND)
            known.sink(LegJoined(known.leg.leg_id, partner.leg.leg_id, self._now()))

    def park(self, leg_id: str) -> None:
        (known,) = self._ask("park", leg_id)
        if known.direction is Direction.INBOUND:
            raise NotDone("a caller's leg is not parked: bring it back")
        self._leave(known)

    def bring_back(self, leg_id: str) -> None:
        (known,) = self._ask("bring_back", leg_id)
        known.direction = Direction.INBOUND
        self._leave(known)

    def hold(self, leg_id: str) -> None:
        (known,) = self._ask("hold", leg_id)
        known.sink(LegHeld(leg_id, self._now()))

    def retrieve(self, leg_id: str) -> None:
        (known,) = self._ask("retrieve", leg_id)
        known.sink(LegRetrieved(leg_id, self._now()))

    def mute(self, leg_id: str) -> None:
        self._ask("mute", leg_id)
        self.muted.add(leg_id)

    def unmute(self, leg_id: str) -> None:
        self._ask("unmute", leg_id)
        self.muted.discard(leg_id)

    def send_keys(self, leg_id: str, keys: str) -> None:
        self._ask("send_keys", leg_id, more=(keys,))

    def play_clip(self, leg_id: str, file: str, hearers: Hearers) -> None:
        self._ask("play_clip", leg_id, more=(file, hearers.value))

    def control_clip(self, leg_id: str, act: ClipAct) -> None:
        self._ask("control_clip", leg_id, more=(act.value,))
        if not any(ask[0] == "play_clip" for ask in self.asked):
            raise NotDone("no clip plays")

    def enter_room(self, leg_id: str, room: str) -> None:
        (known,) = self._ask("enter_room", leg_id, more=(room,))
        if room in self.locked:
            raise NotDone(f"room {room} is locked")
        self._leave(known, returns=False)
        known.room = room
        known.leg.talks(heard_only=known.direction is Direction.INBOUND)
        known.sink(RoomEntered(leg_id, room, self._now()))

    def lock_room(self, room: str) -> None:
        self._ask("lock_room", more=(room,))
        if all(known.room != room for known in self._known.values()):
            raise NotDone(f"nobody is in room {room}")
        self.locked.add(room)

    def unlock_room(self, room: str) -> None:
        self._ask("unlock_room", more=(room,))
        self.locked.discard(room)

    def listen(self, leg_id: str, to_leg_id: str) -> str:
        known, _ = self._ask("listen", leg_id, to_leg_id)
        self._leave(known)
        known.listens_to = to_leg_id
        known.execution_id = f"listening {len(self.asked)}"
        return known.execution_id

    def speak_to(self, leg_id: str, hearers: Hearers) -> None:
        (known,) = self._ask("speak_to", leg_id, more=(hearers.value,))
        if not known.listens_to:
            raise NotDone("a leg that does not listen cannot whisper")

    def hang_up(self, leg_id: str, cause: HangupCause = HangupCause.NORMAL_CLEARING) -> None:
        (known,) = self._ask("hang_up", leg_id, more=(cause.value,))
        known.leg.hangs_up(cause)

    def follow(self, leg_id: str, node: str, sink: FactSink) -> FakeLeg:
        del node
        (known,) = self._ask("follow", leg_id)
        known.sink = sink
        return known.leg

    def list_legs(self) -> tuple[LiveLeg, ...]:
        return tuple(
            LiveLeg(
                leg_id=leg_id,
                node=known.node,
                direction=known.direction,
                answered=known.leg.answered,
                joined_to=known.joined_to,
                room=known.room,
                number=known.number,
                began_at=self._now(),
            )
            for leg_id, known in self._known.items()
        )

    # --- inside -------------------------------------------------------------------------------

    def _ask(self, method: str, *leg_ids: str, more: tuple[str, ...] = ()) -> list[_Known]:
        self.asked.append((method, (*leg_ids, *more)))
        if self.refuses:
            raise NotDone(self.refuses)
        if missing := [leg_id for leg_id in leg_ids if leg_id not in self._known]:
            raise LegGone(f"there is no leg {missing[0]}")
        return [self._known[leg_id] for leg_id in leg_ids]

    def _leave(self, known: _Known, *, returns: bool = True) -> None:
        """Take a leg out of what it is in; a caller's comes back unless it is wanted elsewhere."""
        leg_id = known.leg.leg_id
        if known.joined_to:
            partner = self._known[known.joined_to]
            self._part(known)
            self._part(partner)
            self._settle(partner)
        if known.room:
            room, known.room = known.room, ""
            known.sink(RoomLeft(leg_id, room, self._now()))
        self._end_listening(known)
        for listener in [one for one in self._known.values() if one.listens_to == leg_id]:
            if known.leg.has_hung_up:
                self._end_listening(listener)
        if returns:
            self._settle(known)

    def _end_listening(self, known: _Known) -> None:
        if known.listens_to:
            known.listens_to = ""
            known.sink(ListeningEnded(known.leg.leg_id, known.execution_id, self._now()))

    def _part(self, known: _Known) -> None:
        other, known.joined_to = known.joined_to, ""
        known.sink(LegParted(known.leg.leg_id, other, self._now()))

    def _settle(self, known: _Known) -> None:
        if known.direction is Direction.INBOUND and not known.leg.has_hung_up:
            self._come_back(known.leg.leg_id)
