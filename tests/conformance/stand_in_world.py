"""Dialling and conversations with the stand-in for a switch: its people do what people do."""

from uuid import uuid4

from switchboard.core.facts import LegAnswered, LegRinging
from switchboard.ports.dialling import DialOrder
from switchboard.ports.dialling import Phone as DialledPhone
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.greenlets import Greenlets
from switchboard.simulator.network import Invite
from switchboard.simulator.people import Person
from switchboard.simulator.phones import Manner, Phone
from switchboard.simulator.registrations import PHONE_PORT
from switchboard.simulator.running import Simulator, SimulatorSettings
from switchboard.switch.nodes import FreeSwitchNode, Listener
from switchboard.switch.switch import Switch
from tests.fakes.metrics import FakeMetrics
from tests.freeswitch.running import free_port
from tests.wire.peer import wait_for
from tests.wire.room import Taker

PASSWORD = "of-the-stand-in"
DOMAIN = "switchboard.invalid"


class Followed:
    """A leg that was dialled, and what it has reported."""

    def __init__(self):
        self.facts = []
        self.leg = None

    def next(self, kind):
        wait_for(lambda: self.facts, f"a {kind.__name__}")
        fact = self.facts.pop(0)
        assert isinstance(fact, kind), fact
        return fact


class StandInWorld:
    """The switch room, whose node is the stand-in, in this process."""

    def __init__(self):
        self.taker = Taker()
        self.greenlets = Greenlets()
        clock = ScaledClock()
        room_port = free_port()
        self.stand_in = Simulator(
            clock,
            SimulatorSettings(
                event_socket=("127.0.0.1", 0),
                control=("127.0.0.1", 0),
                password=PASSWORD,
                apps=(f"127.0.0.1:{room_port}",),
            ),
        )
        (_, port), _ = self.stand_in.start()
        self.switch = Switch(
            nodes=[FreeSwitchNode("fs1", "127.0.0.1", port, PASSWORD)],
            listener=Listener(port=room_port),
            taker=self.taker,
            clock=clock,
            start=self.greenlets.start_task,
            metrics=FakeMetrics(),
        )
        self.switch.start()
        wait_for(lambda: self.switch.is_ready, "the node is ready")

    def caller(self):
        """Somebody who calls and is answered; returns the person, and the leg as it was taken."""
        node = self.stand_in.node
        person = Person(node.ticks, lambda happening: None)
        node.place_call(person, Invite("13800138000", "Zhang San", "4000"), str(uuid4()))
        taken = self.taker.next()
        taken.leg.answer()
        taken.next(LegAnswered)
        taken.leg.mark("call-1")
        return person, taken

    def phone(self, extension, manner=Manner.ANSWERS):
        """A phone that registers and behaves so."""
        self.stand_in.node.phones.plug_in(Phone(number=extension, port=PHONE_PORT, manner=manner))
        self.stand_in.node.registrations.register(extension, DOMAIN)

    def dial(self, extension):
        followed = Followed()
        order = DialOrder(
            leg_id=str(uuid4()), call_id="call-1", target=DialledPhone(extension), ring_s=2
        )
        followed.leg = self.switch.dialler.dial(order, followed.facts.append)
        return followed

    def agent(self, extension):
        """Somebody who was dialled and has answered; returns the person, and the leg."""
        self.phone(extension)
        followed = self.dial(extension)
        followed.next(LegRinging)
        followed.next(LegAnswered)
        return self.stand_in.node.find(followed.leg.leg_id).person, followed

    def close(self):
        self.switch.stop()
        self.stand_in.stop()
        self.greenlets.stop()
        assert self.greenlets.failures == []
        assert self.stand_in.node.failures == []
