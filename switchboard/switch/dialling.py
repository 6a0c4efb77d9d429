"""Dials legs, for :class:`switchboard.ports.dialling.Dialler`: orders in, legs out.

An order is checked here against what may be dialled at all: grammars, gateways, the numbers that
each admits and how many legs at once. What FreeSWITCH is told is made of checked values only.
"""

from collections.abc import Sequence

from switchboard.esl import talking
from switchboard.esl.arguments import CallId, Uuid
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.events import Reply
from switchboard.esl.originating import (
    Domain,
    Extension,
    GatewayAddress,
    GatewayName,
    Origination,
    PhoneAddress,
    PhoneNumber,
    Profile,
    ShownName,
)
from switchboard.ports.dialling import DialOrder, DialRefused, Outside, Phone
from switchboard.ports.leg_offers import FactSink
from switchboard.switch.configuration import CONTEXT
from switchboard.switch.dialled import DialledLeg
from switchboard.switch.inbound import Node, NodeAway
from switchboard.switch.leg_book import LegBook
from switchboard.switch.means import Means
from switchboard.switch.phones import Gateway
from switchboard.switch.registrations import Registrations

PHONES_PROFILE = Profile("internal")


class Dialling:
    """The dialler of the switch room.

    Args:
        nodes: The nodes.
        legs: Where the legs are entered.
        phones: Which phones are registered where.
        means: What it needs to work.
    """

    def __init__(
        self, nodes: Sequence[Node], legs: LegBook, phones: Registrations, means: Means
    ) -> None:
        self._nodes = tuple(nodes)
        self._legs = legs
        self._phones = phones
        self._means = means
        self._dialled: set[DialledLeg] = set()

    def dial(self, order: DialOrder, sink: FactSink) -> DialledLeg:
        """Begin to dial; see the port."""
        if self._legs.find_leg(order.leg_id) is not None:
            raise DialRefused(f"there is a leg {order.leg_id} already")
        node = self._pick_node(order)
        target = order.target
        gateway = self._pick_gateway(target, node) if isinstance(target, Outside) else None
        try:
            command = talking.originate(_write(order, gateway, node.reach.domain))
            command.encode()
        except LocalProtocolError as fault:
            raise DialRefused(str(fault)) from fault
        leg = DialledLeg(order.leg_id, node, self._means)
        leg.gateway = gateway.name if gateway else ""
        leg.take_over(sink)
        self._legs.enter(leg, self._means.clock.now())
        try:
            node.post(command, lambda reply: self._ordered(leg, reply))
        except NodeAway as away:
            self._legs.forget(leg)
            raise DialRefused(str(away)) from away
        self._dialled.add(leg)
        self._means.start("leg that is dialled", lambda: leg.watch(self._legs.drop_ended))
        return leg

    def _ordered(self, leg: DialledLeg, reply: Reply | None) -> None:
        leg.take_order_reply(reply)
        self._legs.drop_ended(leg)

    def _pick_gateway(self, target: Outside, node: Node) -> Gateway:
        """The gateway that is named, or the first, that admits the number and has room."""
        fit = [
            gateway
            for gateway in node.reach.gateways
            if target.gateway in {"", gateway.name} and gateway.admits(target.number)
        ]
        if not fit:
            raise DialRefused(
                f"no gateway admits {target.number[:24]!r}: add its beginning to the numbers of one"
            )
        self._dialled = {leg for leg in self._dialled if not leg.report.is_gone}
        for gateway in fit:
            if sum(leg.gateway == gateway.name for leg in self._dialled) < gateway.most_legs:
                return gateway
        raise DialRefused(f"every line of {fit[0].name} is taken: it allows {fit[0].most_legs}")

    def _pick_node(self, order: DialOrder) -> Node:
        name = order.node
        if not name and isinstance(order.target, Phone):
            registration = self._phones.find_registration(order.target.extension)
            name = registration.node if registration else ""
        for node in self._nodes:
            if node.is_ready and name in {"", node.name}:
                return node
        raise DialRefused(f"{name or 'no node'}: the event socket is not connected")


def _write(order: DialOrder, gateway: Gateway | None, domain: str) -> Origination:
    address: PhoneAddress | GatewayAddress
    if isinstance(order.target, Phone):
        extension = Extension(order.target.extension)
        address = PhoneAddress(PHONES_PROFILE, extension, Domain(domain))
    else:
        name = GatewayName(gateway.name if gateway else "")
        address = GatewayAddress(name, PhoneNumber(order.target.number))
    return Origination(
        leg=Uuid(order.leg_id),
        call=CallId(order.call_id),
        address=address,
        ring_s=order.ring_s,
        context=Profile(CONTEXT),
        number=PhoneNumber(order.shown_number) if order.shown_number else None,
        name=ShownName(order.shown_name) if order.shown_name else None,
        auto_answer=order.auto_answer,
    )
