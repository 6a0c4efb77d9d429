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
from switchboard.esl.names import Header
from switchboard.esl.seen import Seen
from switchboard.ports.clock import Clock
from switchboard.ports.inboxes import Start
from switchboard.ports.leg_offers import LegDeferred, LegRefused, LegTaker
from switchboard.ports.metrics import Metrics
from switchboard.switch import translation
from switchboard.switch.channels import LiveChannel
from switchboard.switch.connection import Connection
from switchboard.switch.counters import Counters, SwitchFigures
from switchboard.switch.inbound import Node, NodeAway
from switchboard.switch.leg import SwitchLeg
from switchboard.switch.leg_report import vanished
from switchboard.switch.nodes import FreeSwitchNode, Listener
from switchboard.switch.outbound import OutboundServer, turn_away
from switchboard.switch.repeating import repeat
from switchboard.switch.watchdog import Watchdog

log = structlog.get_logger(__name__)

# How often late answers are looked for; each waits at least as long as it was given.
SWEEP_EVERY_S = 0.5
# The node reports a hang-up within one tick of 20 ms after the leg's own socket has closed.
HANGUP_WITHIN_S = 0.25


class Switch:
    """Everything between us and FreeSWITCH.

    Args:
        nodes: The FreeSWITCH nodes; at least one.
        listener: Where they call us.
        taker: Takes legs whose sockets come.
        clock: Stamps what FreeSWITCH does not stamp.
        start: Begins greenlets, each once.
        metrics: Told whether nodes are connected, and of lost sockets.
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
            [Watchdog(nodes, listener.fetch_to, self.owns, start, self._counters)]
            if listener.fetch_to
            else []
        )
        self._legs: dict[str, SwitchLeg] = {}
        self._seen = Seen()
        self._stopping = False

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

    def stop(self, drain_s: float = 0.0) -> None:
        """Take no new sockets, wait until no leg is left, then close everything.

        Legs that are left go on in their dialplan: to another server, or to the fallback.

        Args:
            drain_s: Longest wait for the legs, in wall seconds.
        """
        self.stop_taking()
        drained_by_s = time.monotonic() + drain_s
        while self._legs and time.monotonic() < drained_by_s:
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
        """Whether the leg's socket is open to us, or was and the leg has not ended."""
        return leg_id in self._legs

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
            leg = SwitchLeg(snapshot, connection, node, self._start, lambda: str(uuid4()))
        except LocalProtocolError as fault:
            raise ProtocolError(f"a channel without a usable id: {fault}") from fault
        if former := self._legs.pop(leg.leg_id, None):
            # Its socket stays open: FreeSWITCH takes the closing of any socket of a channel for the
            # death of its app, and would tear the leg from the new one (socket_resume). It closes
            # both when the channel ends.
            former.report.lose_socket()
        self._legs[leg.leg_id] = leg
        self._counters.legs_offered += 1
        try:
            leg.take_over(self._taker.take(offer, leg))
        except LegRefused as refusal:
            self._refuse(leg, connection, refusal)
            return None
        except LegDeferred as deferral:
            self._forget(leg)
            log.warning("leg deferred", leg_id=leg.leg_id, why=str(deferral))
            connection.close("deferred")
            return None
        except BaseException:
            self._forget(leg)  # its socket is closed: the dialplan takes the call on
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
        self._forget(leg)
        leg.log.info("leg refused", cause=refusal.cause.value, why=refusal.reason)
        if connection.phase is Phase.CONNECTED:
            turn_away(connection, refusal.cause)

    # --- what happens -------------------------------------------------------------------------

    def hear(self, leg: SwitchLeg, event: Event) -> None:
        """Something happened to a leg of ours; a second copy is dropped."""
        if not self._seen.is_first(event.identity):
            self._counters.events_twice += 1
            return
        leg = self._legs.get(leg.leg_id, leg)  # the first copy may come on a socket it had before
        leg.hear(event)
        if leg.report.ended:
            self._forget(leg)

    def node_event(self, node: Node, event: Event) -> None:
        """A node reports; see :class:`~switchboard.switch.inbound.NodeListener`."""
        del node
        leg = self._legs.get(event.text(Header.UNIQUE_ID))
        if leg is not None:
            self.hear(leg, event)

    def node_ready(self, node: Node, channels: tuple[LiveChannel, ...]) -> None:
        """A node is connected: legs that ended while it was not are reported now."""
        self._metrics.event_socket(node.name, connected=True)
        live = {channel.leg_id for channel in channels}
        for leg in list(self._legs.values()):
            if leg.node is node and leg.leg_id not in live:
                self._report_if_vanished(leg)

    def node_away(self, node: Node) -> None:
        """A node's connection was lost."""
        self._metrics.event_socket(node.name, connected=False)

    # --- sockets that go ----------------------------------------------------------------------

    def socket_ended(self, leg: SwitchLeg) -> None:
        """A leg's own socket has ended; that of a leg that lives is reported as lost."""
        if leg.report.has_hung_up:
            leg.report.finish()
            self._forget(leg)
        elif not leg.report.is_gone:
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
            leg.report.finish(vanished(leg.leg_id, self._clock.now()))
            self._forget(leg)

    def _forget(self, leg: SwitchLeg) -> None:
        if self._legs.get(leg.leg_id) is leg:
            del self._legs[leg.leg_id]

    def _sweep(self) -> None:
        self._server.sweep()
        for node in self._nodes:
            node.sweep()


class _Visit:
    """A leg while its socket is open."""

    def __init__(self, switch: Switch, leg: SwitchLeg) -> None:
        self._switch = switch
        self._leg = leg

    def hear(self, event: Event) -> None:
        self._switch.hear(self._leg, event)

    def socket_ended(self) -> None:
        self._switch.socket_ended(self._leg)
