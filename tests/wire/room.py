"""A switch room on loopback, with a scripted FreeSWITCH on the other side of every socket."""

from switchboard.core.legs import LegOffer
from switchboard.ports.legs import Leg
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.greenlets import Greenlets
from switchboard.switch.nodes import FreeSwitchNode, Listener, Reach
from switchboard.switch.switch import Switch
from tests.fakes.metrics import FakeMetrics
from tests.wire.peer import PASSWORD, PATIENCE_S, ScriptedFreeSwitch, wait_for


class Taken:
    """A leg that was taken, and what it has reported."""

    def __init__(self, offer: LegOffer, leg: Leg) -> None:
        self.offer = offer
        self.leg = leg
        self.facts: list[object] = []

    def next(self, kind: type, within_s: float = PATIENCE_S) -> object:
        """Wait for the next fact, which must be of this kind, and take it."""
        wait_for(lambda: self.facts, f"a {kind.__name__}", within_s)
        fact = self.facts.pop(0)
        assert isinstance(fact, kind), fact
        return fact


class Taker:
    """Takes every leg, unless a test says otherwise."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.refuses: Exception | None = None

    def take(self, offer: LegOffer, leg: Leg):
        if self.refuses is not None:
            raise self.refuses
        taken = Taken(offer, leg)
        self.taken.append(taken)
        return taken.facts.append

    def next(self) -> Taken:
        """Wait for the next leg that was taken."""
        wait_for(lambda: self.taken, "a leg taken")
        return self.taken.pop(0)


class Room:
    """A switch room with its surroundings.

    Attributes:
        node: The FreeSWITCH.
        switch: The room.
    """

    def __init__(self, reach: Reach | None = None, **listener) -> None:
        self.node = ScriptedFreeSwitch()
        self.taker = Taker()
        self.metrics = FakeMetrics()
        self.greenlets = Greenlets()
        self.switch = Switch(
            nodes=[
                FreeSwitchNode("fs1", "127.0.0.1", self.node.port, PASSWORD, reach=reach or Reach())
            ],
            listener=Listener(port=0, **listener),
            taker=self.taker,
            clock=ScaledClock(),
            start=self.greenlets.start_task,
            metrics=self.metrics,
        )

    def open(self) -> "Room":
        self.switch.start()
        wait_for(lambda: self.switch.is_ready, "the switch room is ready")
        return self

    def call(self, leg_id: str | None = None, **headers: str):
        """Let a channel reach the room; returns the channel and what was taken of it."""
        extra = {} if leg_id is None else {"leg_id": leg_id}
        channel = self.node.call(self.switch.address, **extra, **headers)
        return channel, self.taker.next()

    def close(self) -> None:
        self.switch.stop()
        self.node.stop()
        self.greenlets.stop()

    def total(self, name: str) -> int:
        return self.switch.figures().totals[name]
