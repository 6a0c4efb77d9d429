"""The switch room's door: all nodes, all sockets, all legs, and what is reported of them.

Legs are brought to whoever takes them (:class:`~switchboard.ports.leg_offers.LegTaker`); each
leg's facts then go into the sink that was given for it. Nothing here knows a call.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict
from uuid import uuid4

import gevent
import structlog

from switchboard.core.causes import HangupCause
from switchboard.esl import commands
from switchboard.esl.arguments import Uuid
from switchboard.esl.errors import LocalProtocolError, ProtocolError
from switchboard.esl.events import Event
from switchboard.esl.exchange import Phase
from switchboard.esl.names import EventName, Header, Subclass
from switchboard.esl.seen import Seen
from switchboard.ports.clock import Clock
from switchboard.ports.inboxes import Start
from switchboard.ports.leg_offers import LegDeferred, LegRefused, LegTaker
from switchboard.ports.metrics import Metrics
from switchboard.switch import translation
from switchboard.switch.channels import LiveChannel, list_pairs
from switchboard.switch.connection import Connection
from switchboard.switch.conversing import Conversing
from switchboard.switch.counters import Counters, SwitchFigures
from switchboard.switch.dialled import DialledLeg
from switchboard.switch.dialling import Dialling
from switchboard.switch.inbound import Node, NodeAway
from switchboard.switch.leg import SwitchLeg
from switchboard.switch.leg_book import LegBook
from switchboard.switch.leg_report import HANGING_UP, vanished
from switchboard.switch.means import Means
from switchboard.switch.nodes import FreeSwitchNode, Listener
from switchboard.switch.outbound import OutboundServer, turn_away
from switchboard.switch.registrations import Registrations
from switchboard.switch.repeating import repeat
from switchboard.switch.watchdog import Watchdog

log = structlog.get_logger(__name__)

# How often late answers are looked for; each waits at least as long as it was given.
SWEEP_EVERY_S = 0.5
# The node reports a hang-up within one tick of 20 ms after the leg's own socket has closed.
HANGUP_WITHIN_S = 0.25
PAIRING = frozenset({EventName.CHANNEL_BRIDGE, EventName.CHANNEL_UNBRIDGE})


class Switch:
    """Everything between us and FreeSWITCH.

    Args:
        nodes: The FreeSWITCH nodes; at least one.
        listener: Where they call us.
        taker: Takes legs whose sockets come.
        clock: Stamps what FreeSWITCH does not stamp.
        start: Begins greenlets, each once.
        metrics: Told whether nodes are connected, and of lost sockets.

    Attributes:
        dialler: Dials legs (:class:`switchboard.ports.dialling.Dialler`).
        conversations: Joins and serves them (:class:`switchboard.ports.conversations`).
        phones: Which are registered (:class:`switchboard.ports.phones.Phones`).
    """

    def __init__(
        self,
        *,
        nodes: Sequence[FreeSwitchNode],
        listener: Listener,
        taker: LegTaker,
        clock: Clock,
        start: Start,
        metrics: Metrics,
    ) -> None:
        if not nodes:
            raise ValueError("no FreeSWITCH node: name at least one in the settings")
        self._taker = taker
        self._clock = clock
        self._start = start
        self._metrics = metrics
        self._counters = Counters()
        self._nodes = tuple(Node(node, self, start, self._counters) for node in nodes)
        self._addresses = {node.host: known for node, known in zip(nodes, self._nodes, strict=True)}
        self._server = OutboundServer(listener, self._welcome, start, self._counters)
        self._watchdogs = (
            [Watchdog(nodes, listener, self.owns, start, self._counters)]
            if listener.fetch_to
            else []
        )
        self._legs = LegBook()
        self._seen = Seen()
        self._stopping = False
        self.phones = Registrations(clock)
        means = Means(clock, start, _new_id)
        self.dialler = Dialling(self._nodes, self._legs, self.phones, means)
        self.conversations = Conversing(self._nodes, self._legs, means)

    # --- for whoever runs the server ----------------------------------------------------------

    def start(self) -> None:
        """Listen for FreeSWITCH, and call every node until :meth:`stop`.

        Raises:
            OSError: the address cannot be listened on.
        """
        self._server.listen()
        for node in self._nodes:
            self._start(f"node {node.name} calling", node.run)
        for watchdog in self._watchdogs:
            watchdog.start()
        self._start(
            "late answers", lambda: repeat(self._sweep, SWEEP_EVERY_S, lambda: self._stopping)
        )

    def stop_taking(self) -> None:
        """Take no new sockets; FreeSWITCH tries the next server of its dialplan."""
        self._server.stop_listening()
        for watchdog in self._watchdogs:
            watchdog.stop()

    def stop(self, drain_s: float = 0.0) -> None:
        """Take no new sockets, wait until no socket is left, then close everything.

        Legs that are left go on in their dialplan: to another server, or to the fallback.
        Conversations go on by themselves.

        Args:
            drain_s: Longest wait for the legs, in wall seconds.
        """
        self.stop_taking()
        drained_by_s = time.monotonic() + drain_s
        while self._legs.with_socket and time.monotonic() < drained_by_s:
            gevent.sleep(0.05)
        self._stopping = True
        for watchdog in self._watchdogs:
            watchdog.stop()
        self._server.close_all("the server stops")
        for node in self._nodes:
            node.stop()

    @property
    def address(self) -> tuple[str, int]:
        """Address and port on which FreeSWITCH is awaited."""
        return self._server.address

    @property
    def is_ready(self) -> bool:
        """Whether a call could be served now: sockets are taken, and a node is connected."""
        return self._server.is_listening and any(node.is_ready for node in self._nodes)

    def nodes_connected(self) -> dict[str, bool]:
        """Each node's name, and whether our connection to it is up."""
        return {node.name: node.is_ready for node in self._nodes}

    def live_channels(self) -> tuple[LiveChannel, ...]:
        """Every channel of every node that can be asked now."""
        found: list[LiveChannel] = []
        for node in self._nodes:
            try:
                found += node.list_channels()
            except NodeAway as away:
                log.info("node cannot be asked", node=node.name, why=str(away))
        return tuple(found)

    def owns(self, leg_id: str) -> bool:
        """Whether the leg's socket is open to us, or was and the leg has not ended.

        Not of one that was put into a conversation: does it wait for a socket, it is stranded.
        """
        leg = self._legs.find_leg(leg_id)
        return leg is not None and leg.has_socket

    def figures(self) -> SwitchFigures:
        """Return what was counted, for metrics."""
        return SwitchFigures(self._server.open_count, len(self._legs), asdict(self._counters))

    # --- sockets that come --------------------------------------------------------------------

    def _welcome(self, snapshot: Event, connection: Connection, peer: str) -> "_Visit | None":
        node = self._find_node(snapshot, peer)
        if node is None:
            log.error("socket of an unknown node", peer=peer)
            turn_away(connection, HangupCause.NORMAL_TEMPORARY_FAILURE)
            return None
        offer = translation.offer_of(snapshot, node.name)
        try:
            leg = SwitchLeg(snapshot, connection, node, self._start, _new_id)
        except LocalProtocolError as fault:
            raise ProtocolError(f"a channel without a usable id: {fault}") from fault
        if self._legs.is_overtaken(leg.leg_id, connection.number):
            leg.log.info("a newer socket has brought the leg already")
            return None
        self._legs.enter(leg, self._clock.now())
        self._counters.legs_offered += 1
        try:
            leg.take_over(self._taker.take(offer, leg))
        except LegRefused as refusal:
            self._refuse(leg, connection, refusal)
            return None
        except LegDeferred as deferral:
            self._legs.forget(leg)
            log.warning("leg deferred", leg_id=leg.leg_id, why=str(deferral))
            connection.close("deferred")
            return None
        except BaseException:
            self._legs.forget(leg)  # its socket is closed: the dialplan takes the call on
            raise
        return _Visit(self, leg)

    def _find_node(self, snapshot: Event, peer: str) -> Node | None:
        core = snapshot.text(Header.CORE_UUID)
        for node in self._nodes:
            if node.core and node.core == core:
                return node
        return self._nodes[0] if len(self._nodes) == 1 else self._addresses.get(peer)

    def _refuse(self, leg: SwitchLeg, connection: Connection, refusal: LegRefused) -> None:
        self._counters.legs_refused += 1
        self._legs.forget(leg)
        leg.log.info("leg refused", cause=refusal.cause.value, why=refusal.reason)
        if connection.phase is Phase.CONNECTED:
            turn_away(connection, refusal.cause)

    # --- what happens -------------------------------------------------------------------------

    def hear(self, leg: SwitchLeg, event: Event) -> None:
        """Something happened to a leg of ours; a second copy is dropped."""
        if not self._seen.is_first(event.identity):
            self._counters.events_twice += 1
            return
        # The first copy may come on a socket that it had before.
        leg = self._legs.find_leg(leg.leg_id) or leg
        if event.name in HANGING_UP:
            self._legs.company.leave_all(leg.leg_id, translation.moment_of(event))
        leg.hear(event)
        self._legs.drop_ended(leg)

    def node_event(self, node: Node, event: Event) -> None:
        """A node reports; see :class:`~switchboard.switch.inbound.NodeListener`."""
        if event.name in PAIRING:
            self._legs.company.hear_of_pair(event)
        elif event.name == EventName.BACKGROUND_JOB:
            self._take_result(event)
        elif event.name != EventName.CUSTOM:
            leg = self._legs.find_leg(event.text(Header.UNIQUE_ID))
            if leg is not None:
                self.hear(leg, event)
        elif event.text(Header.SUBCLASS) == Subclass.CONFERENCE:
            self._legs.company.hear_of_room(event)
        else:
            self.phones.hear(node, event)

    def _take_result(self, event: Event) -> None:
        leg = self._legs.find_leg(event.text(Header.JOB_UUID))
        if isinstance(leg, DialledLeg):
            leg.take_result(event)
            self._legs.drop_ended(leg)

    def node_ready(self, node: Node, channels: tuple[LiveChannel, ...]) -> None:
        """A node is connected: legs that ended while it was not are reported now."""
        self._metrics.event_socket(node.name, connected=True)
        live = {channel.leg_id for channel in channels}
        for leg in self._legs.legs_of(node):
            fresh = isinstance(leg, DialledLeg) and leg.may_not_be_there
            if leg.leg_id not in live and not fresh:
                self._report_if_vanished(leg)
        left = [leg.leg_id for leg in self._legs.legs_of(node)]
        self._legs.company.match(list_pairs(channels), left, self._clock.now())
        self.phones.read_all(node)

    def node_away(self, node: Node) -> None:
        """A node's connection was lost."""
        self._metrics.event_socket(node.name, connected=False)

    # --- sockets that go ----------------------------------------------------------------------

    def socket_ended(self, leg: SwitchLeg) -> None:
        """A leg's own socket has ended; that of a leg that lives is reported as lost."""
        if leg.report.has_hung_up:
            leg.report.finish()
            self._legs.forget(leg)
        elif not leg.report.is_gone and not leg.talks:
            self._start("leg without socket", lambda: self._settle(leg))

    def _settle(self, leg: SwitchLeg) -> None:
        if not self._stopping:
            gevent.sleep(HANGUP_WITHIN_S)
            if not leg.report.is_gone:
                self._report_if_vanished(leg)
        if not leg.report.is_gone:
            self._metrics.socket_lost()
            leg.log.warning("leg lost its socket")
            leg.report.lose_socket()

    def _report_if_vanished(self, leg: SwitchLeg) -> None:
        try:
            answer = leg.node.ask(commands.exists(Uuid(leg.leg_id)))
        except NodeAway:
            return
        if answer.text == "false" and not leg.report.ended:
            now = self._clock.now()
            self._legs.company.leave_all(leg.leg_id, now)
            leg.report.finish(vanished(leg.leg_id, now))
            self._legs.forget(leg)

    def _sweep(self) -> None:
        self._server.sweep()
        for node in self._nodes:
            node.sweep()


def _new_id() -> str:
    return str(uuid4())


class _Visit:
    """A leg while its socket is open."""

    def __init__(self, switch: Switch, leg: SwitchLeg) -> None:
        self._switch = switch
        self._leg = leg

    def hear(self, event: Event) -> None:
        self._switch.hear(self._leg, event)

    def socket_ended(self) -> None:
        self._switch.socket_ended(self._leg)
