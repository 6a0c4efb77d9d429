"""Plugs the phones of the settings in, and registers them."""

from typing import TYPE_CHECKING

from switchboard.simulator.crowd import ANY_NUMBER, PhoneGroup
from switchboard.simulator.phones import Manner, Phone
from switchboard.simulator.scripts import Step

if TYPE_CHECKING:
    from switchboard.simulator.node import Node

FIRST_PORT = 20_000


def plug_in_crowd(node: "Node", groups: tuple[PhoneGroup, ...], domain: str) -> None:
    """Plug the phones in, and register those that are no gateway's."""
    port = FIRST_PORT
    for group in groups:
        for number in group.list_numbers():
            port += 1
            low_s, high_s = group.rings_s
            phone = Phone(
                number=number,
                port=0 if group.gateway else port,
                gateway=group.gateway,
                odds=_odds(group),
                rings_ms=low_s * 1000,
                rings_longest_ms=high_s * 1000,
                lines=0 if number == ANY_NUMBER else 1,
                steps=_steps(group),
            )
            node.phones.plug_in(phone)
            if not group.gateway:
                node.registrations.register(number, domain, port)


def _steps(group: PhoneGroup) -> tuple[Step, ...]:
    if group.talks_s is None:
        return ()
    low_s, high_s = group.talks_s
    return (
        Step("await_partner"),
        Step("wait", duration_s=low_s, longest_s=high_s),
        Step("hang_up"),
    )


def _odds(group: PhoneGroup) -> tuple[tuple[Manner, float], ...]:
    return (
        (Manner.ANSWERS, group.answers),
        (Manner.BUSY, group.busy),
        (Manner.REJECTS, group.rejects),
        (Manner.RINGS, group.ignores),
    )
