"""Finds channels that wait for an application server and have none, and brings them to us.

A channel can be left so when a server dies in the moment between a recording and the end of its
protection. Every second each node is asked for its channels, over a connection of the watchdog's
own: the answer may be megabytes, and nothing a caller waits for may stand behind it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from switchboard.core.causes import HangupCause
from switchboard.esl import commands
from switchboard.esl.arguments import HostPort, Uuid
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.events import Event
from switchboard.ports.inboxes import Start
from switchboard.switch.channels import LiveChannel
from switchboard.switch.counters import Counters
from switchboard.switch.inbound import Node, NodeAway
from switchboard.switch.nodes import FreeSwitchNode, Listener
from switchboard.switch.repeating import repeat

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
# A channel that has just come is ours within milliseconds; one that FreeSWITCH is moving is moved
# within a second. No channel is without an owner for more than five.
FETCH_AFTER_S = 2.0
END_AFTER_S = 4.5


@dataclass(slots=True)
class _Orphan:
    """A channel without an owner, since when, and whether it was fetched."""

    since_s: float
    fetched: bool = False


class Watchdog:
    """Looks after the channels of every node.

    Args:
        nodes: The nodes.
        listener: Where FreeSWITCH reaches us, and whether we are alone.
        owns: Whether a leg is ours.
        start: Begins greenlets.
        counters: Added to.
    """

    def __init__(
        self,
        nodes: Sequence[FreeSwitchNode],
        listener: Listener,
        owns: Callable[[str], bool],
        start: Start,
        counters: Counters,
    ) -> None:
        self._fetch_to = HostPort(listener.fetch_to)
        self._is_alone = listener.is_alone
        self._owns = owns
        self._start = start
        self._counters = counters
        # Its log-ins are counted and told by the nodes' own connections, not again here.
        self._nodes = tuple(
            Node(replace(node, name=f"{node.name} watchdog"), self, start, Counters(), events=())
            for node in nodes
        )
        self._orphans: dict[str, dict[str, _Orphan]] = {}  # by node, then by leg
        self._stopping = False

    def start(self) -> None:
        """Connect to every node and look every second, until :meth:`stop`."""
        for node in self._nodes:
            self._start(f"node {node.name} calling", node.run)
        self._start("watchdog", lambda: repeat(self._look, LOOK_EVERY_S, lambda: self._stopping))

    def stop(self) -> None:
        """Close the connections and look no more."""
        self._stopping = True
        for node in self._nodes:
            node.stop()

    def _look(self) -> None:
        if not self._is_alone():
            self._orphans.clear()
            return
        for node in self._nodes:
            self._look_at(node)

    def _look_at(self, node: Node) -> None:
        try:
            channels = node.list_channels()
        except NodeAway:
            return
        before = self._orphans.get(node.name, {})
        orphans = {
            channel.leg_id: before.get(channel.leg_id) or _Orphan(time.monotonic())
            for channel in channels
            if self._is_orphan(channel)
        }
        self._orphans[node.name] = orphans
        for leg_id, orphan in orphans.items():
            self._care_for(node, leg_id, orphan)

    def _is_orphan(self, channel: LiveChannel) -> bool:
        # Whoever began it: a leg that we dialled waits for a server too, once it was brought back.
        return channel.application == "socket" and not self._owns(channel.leg_id)

    def _care_for(self, node: Node, leg_id: str, orphan: _Orphan) -> None:
        waited_s = time.monotonic() - orphan.since_s
        try:
            if waited_s >= END_AFTER_S:
                log.warning("channel without an owner is ended", leg_id=leg_id)
                node.post(commands.kill(Uuid(leg_id), HangupCause.NORMAL_TEMPORARY_FAILURE))
                self._counters.orphans_ended += 1
            elif waited_s >= FETCH_AFTER_S and not orphan.fetched:
                log.warning("channel without an owner is fetched", leg_id=leg_id)
                node.post(commands.fetch(Uuid(leg_id), self._fetch_to))
                self._counters.orphans_fetched += 1
                orphan.fetched = True
        except (NodeAway, LocalProtocolError) as fault:
            log.warning("orphan left alone", leg_id=leg_id, why=str(fault))

    # --- what its connections report ----------------------------------------------------------

    def node_ready(self, node: Node, channels: tuple[LiveChannel, ...]) -> None:
        """A connection is up; the next look will use it."""

    def node_away(self, node: Node) -> None:
        """A connection is down; the next looks leave that node out."""

    def node_event(self, node: Node, event: Event) -> None:
        """No events were asked for."""
