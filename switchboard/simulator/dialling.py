"""Dial strings: ``{VARIABLES}sofia/PROFILE/NUMBER@HOST:PORT``, and dialling.

``NUMBER%DOMAIN`` in place of the address asks the registrations; ``sofia/gateway/NAME/NUMBER`` asks
the phones that are reached through a gateway. What cannot be dialled has a cause of its own before
any leg is made.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from switchboard.simulator.channels import Action, Channel, Extension
from switchboard.simulator.executors import Executor, Life
from switchboard.simulator.lives import be_dialled, be_dialled_for
from switchboard.simulator.network import write_dialled
from switchboard.simulator.people import Person
from switchboard.simulator.profiles import Profile, Times

if TYPE_CHECKING:
    from switchboard.simulator.node import Node

DIAL = re.compile(r"(?:\{(?P<variables>[^}]*)\})?(?P<target>\S+)(?:\s+(?P<place>.+))?", re.DOTALL)
SOFIA = re.compile(
    r"sofia/(?:gateway/(?P<gateway>[^/]+)/(?P<outside>[^/@%]+)"
    r"|[^/]+/(?P<number>[^@%]+)(?:@(?P<host>[^:]+):(?P<port>\d+)|%(?P<domain>.+)))"
)
ASSIGNED = re.compile(r"\s*([^=,]+)=(?:'([^']*)'|([^,]*))")
APPLICATION = re.compile(r"&(?P<name>\w+)(?:\((?P<argument>.*)\))?", re.DOTALL)
NOBODY = "0000000000"  # the number shown when none is given
DEFAULT_TIMEOUT_S = 60
TIMEOUTS = ("originate_timeout", "leg_timeout", "call_timeout")


class CannotDial(Exception):  # noqa: N818 - an answer, not a fault
    """No leg can be made; the argument is the cause."""


@dataclass(frozen=True)
class Address:
    """Where a phone is reached: at a port of the loopback, or through a gateway."""

    number: str
    port: int = 0
    gateway: str = ""

    @property
    def host(self) -> str:
        """The host that its address names."""
        return self.gateway or f"127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Dial:
    """What is to be dialled.

    Attributes:
        variables: What stood in braces.
        target: The dial string behind them.
        extension: What the leg executes once it is answered; None: it waits to be joined.
    """

    variables: Mapping[str, str]
    target: str
    extension: Extension | None = None

    @property
    def timeout_s(self) -> int:
        """How long it may ring."""
        texts = [self.variables.get(name, "") for name in TIMEOUTS]
        return next((int(text) for text in texts if text.isdigit()), DEFAULT_TIMEOUT_S)


def parse_dial(argument: str) -> Dial | None:
    """Parse the argument of ``originate``; None when it is no dial string with a place to go."""
    found = DIAL.fullmatch(argument.strip())
    if found is None or found["place"] is None:
        return None
    return Dial(_variables(found), found["target"], _parse_place(found["place"].strip()))


def parse_bridge(argument: str, inherited: Mapping[str, str]) -> Dial | None:
    """Parse the argument of ``bridge``; what stands in braces goes before what is inherited."""
    found = DIAL.fullmatch(argument.strip())
    if found is None or found["place"] is not None:
        return None
    return Dial({**inherited, **_variables(found)}, found["target"])


def _variables(found: re.Match[str]) -> dict[str, str]:
    """Read ``NAME=VALUE,NAME='VALUE, QUOTED'``."""
    pairs = ASSIGNED.findall(found["variables"] or "")
    return {name.strip(): quoted or plain for name, quoted, plain in pairs}


def _parse_place(text: str) -> Extension | None:
    """Parse ``&APPLICATION(ARGUMENT)``, or ``NUMBER [DIALPLAN [CONTEXT]]``."""
    found = APPLICATION.fullmatch(text)
    if found is None and text.startswith("&"):
        return None
    if found is None:
        return Extension("transfer", "transfer", (Action("transfer", text),))
    action = Action(found["name"], found["argument"] or "")
    return Extension(action.application, action.application, (action,))


def dial(node: "Node", wanted: Dial, caller: Executor | None = None) -> Executor:
    """Make a leg and let it ring.

    Args:
        node: The node.
        wanted: What is dialled.
        caller: For whom (``bridge``); None: for nobody (``originate``).

    Raises:
        CannotDial: nothing can be dialled by that string.
    """
    address = _find_address(node, wanted.target)
    leg_id = wanted.variables.get("origination_uuid") or str(uuid.uuid4())
    if node.find(leg_id) is not None:
        raise CannotDial("DESTINATION_OUT_OF_ORDER")
    profile = _profile(node, wanted, address, caller)
    channel = Channel(leg_id, node.next_number(), [profile(leg_id)])
    write_dialled(channel, address.host, wanted.variables)
    if caller is not None:
        for name in ("signal_bond", "call_uuid"):
            channel.variables.set(name, caller.channel.leg_id)
    person = Person(node.ticks, lambda _: None)
    executor = Executor(node, channel, person, _life(wanted))
    executor.address = address
    node.take_up(executor)
    return executor


def _life(wanted: Dial) -> Life:
    if wanted.extension is None:
        return be_dialled_for
    return partial(be_dialled, extension=wanted.extension)


def _profile(
    node: "Node", wanted: Dial, address: Address, caller: Executor | None
) -> Callable[[str], Profile]:
    """Return what makes the profile of a dialled leg, given its id."""
    at, variables = node.ticks.moment(), wanted.variables
    theirs = None if caller is None else caller.channel.profile
    return partial(
        Profile,
        direction="outbound",
        number=variables.get("origination_caller_id_number", theirs.number if theirs else NOBODY),
        name=variables.get("origination_caller_id_name", theirs.name if theirs else ""),
        destination=address.number,
        context=theirs.context if theirs else "default",
        channel_name=f"sofia/internal/{address.number}@{address.host}",
        times=Times(at, at),
        source="src/switch_ivr_originate.c",
        other=theirs,
        other_type="originator" if theirs else "",
    )


def _find_address(node: "Node", target: str) -> Address:
    found = SOFIA.fullmatch(target)
    if found is None:
        raise CannotDial("CHAN_NOT_IMPLEMENTED")
    if found["gateway"] is not None:
        return Address(found["outside"], gateway=found["gateway"])
    if found["domain"] is None:
        return Address(found["number"], int(found["port"]))
    registration = node.registrations.find(found["number"], found["domain"])
    if registration is None:
        raise CannotDial("USER_NOT_REGISTERED")
    return Address(found["number"], registration.port)
