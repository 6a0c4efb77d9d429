"""The switch room with a real FreeSWITCH as its node, callers on its trunk side, phones inside."""

from switchboard.core.facts import LegAnswered
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.greenlets import Greenlets
from switchboard.switch.nodes import FreeSwitchNode, Listener, Reach
from switchboard.switch.switch import Switch
from tests.fakes.metrics import FakeMetrics
from tests.freeswitch.phones import RealPhone
from tests.freeswitch.running import EXTENSION_PASSWORD, PASSWORDS, free_port
from tests.wire.peer import wait_for
from tests.wire.room import Taker


class RealRoom:
    """The switch room, whose node is a real FreeSWITCH."""

    def __init__(self, freeswitch, tmp_path):
        self.freeswitch = freeswitch
        self.folder = tmp_path
        self.taker = Taker()
        self._open()
        self.lines = []
        self.phones = []

    def _open(self):
        self.greenlets = Greenlets()
        socket, phones = self.freeswitch.config.event_socket, self.freeswitch.config.phones
        self.switch = Switch(
            nodes=[
                FreeSwitchNode(
                    "fs1",
                    socket.address,
                    socket.port,
                    PASSWORDS.server,
                    socket.login,
                    Reach(phones.sip_domain, phones.gateways),
                )
            ],
            listener=Listener(port=self.freeswitch.app_ports[0]),
            taker=self.taker,
            clock=ScaledClock(),
            start=self.greenlets.start_task,
            metrics=FakeMetrics(),
        )
        self.switch.start()
        wait_for(lambda: self.switch.is_ready, "the node is ready")

    def begin_anew(self):
        """The server dies, and another begins that knows nothing."""
        self.switch.stop()
        self.greenlets.stop()
        self._open()

    def call(self, *steps):
        """A caller who is answered and then does this; returns the leg as it was taken."""
        self.lines.append(self.freeswitch.callers(*steps).call(self.folder / "caller"))
        taken = self.taker.next()
        taken.leg.answer()
        taken.next(LegAnswered)
        return taken

    def phone(self, extension):
        """A phone of ours, registered."""
        phones = self.freeswitch.config.phones
        phone = RealPhone(
            f"127.0.0.1:{phones.internal.port}", phones.sip_domain, extension, EXTENSION_PASSWORD,
            free_port(), self.folder / extension,
        )  # fmt: skip
        self.phones.append(phone)
        phone.register()
        return phone

    def outside(self, port):
        """Somebody in the telephone network, behind a gateway's proxy at this port."""
        phone = RealPhone("127.0.0.1:1", "", "outside", "", port, self.folder / "outside")
        phone.folder.mkdir()
        self.phones.append(phone)
        return phone

    def close(self):
        self.switch.stop()
        self.greenlets.stop()
        for line in self.lines:
            line.stop()
        for phone in self.phones:
            phone.stop()
        assert self.greenlets.failures == []
