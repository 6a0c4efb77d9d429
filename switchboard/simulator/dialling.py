"""Dial strings: ``{VARIABLES}sofia/PROFILE/NUMBER@HOST:PORT APPLICATION(ARGUMENT)``, and dialling.

``NUMBER%DOMAIN`` in place of the address asks the registrations. What cannot be dialled has a cause
of its own before any leg is made.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from switchboard.simulator.channels import Action, Channel, Extension
from switchboard.simulator.executors import Executor
from switchboard.simulator.lives import be_dialled
from switchboard.simulator.network import write_dialled
from switchboard.simulator.people import Person
from switchboard.simulator.profiles import Profile, Times

if TYPE_CHECKING:
    from switchboard.simulator.node import Node

DIAL = re.compile(r"(?:\{(?P<variables>[^}]*)\})?(?P<target>\S+)\s+(?P<place>.+)", re.DOTALL)
SOFIA = re.compile(
    r"sofia/[^/]+/(?P<number>[^@%]+)(?:@(?P<host>[^:]+):(?P<port>\d+)|%(?P<domain>.+))"
)
APPLICATION = re.compile(r"&(?P<name>\w+)(?:\((?P<argument>.*)\))?", re.DOTALL)
NOBODY = "0000000000"  # the number shown when none is given
DEFAULT_TIMEOUT_S = 60


class CannotDial(Exception):  # noqa: N818 - an answer, not a fault
    """No leg can be made; the argument is the cause."""


@dataclass(frozen=True)
class Dial:
    """What ``originate`` was asked for.

    Attributes:
        variables: What stood in braces.
        target: The dial string behind them.
        extension: What the leg executes once it is answered.
    """

    variables: Mapping[str, str]
    target: str
    extension: Extension

    @property
    def timeout_s(self) -> int:
        """How long it may ring."""
        text = self.variables.get("originate_timeout", "")
        return int(text) if text.isdigit() else DEFAULT_TIMEOUT_S


def parse_dial(argument: str) -> Dial | None:
    """Parse the argument of ``originate``; None when it is no dial string with a place to go."""
    found = DIAL.fullmatch(argument.strip())
    place = APPLICATION.fullmatch(found["place"].strip()) if found else None
    if found is None or place is None:
        return None
    pairs = [entry.partition("=") for entry in (found["variables"] or "").split(",") if entry]
    action = Action(place["name"], place["argument"] or "")
    return Dial(
        {name.strip(): value for name, _, value in pairs},
        found["target"],
        Extension(action.application, action.application, (action,)),
    )


def dial(node: "Node", wanted: Dial) -> Executor:
    """Make a leg and let it ring.

    Raises:
        CannotDial: nothing can be dialled by that string.
    """
    number, port = _find_address(node, wanted.target)
    leg_id = wanted.variables.get("origination_uuid") or str(uuid.uuid4())
    host = f"127.0.0.1:{port}"
    at = node.ticks.moment()
    profile = Profile(
        leg_id=leg_id,
        direction="outbound",
        number=wanted.variables.get("origination_caller_id_number", NOBODY),
        name=wanted.variables.get("origination_caller_id_name", ""),
        destination=number,
        context="default",
        channel_name=f"sofia/internal/{number}@{host}",
        times=Times(at, at),
        source="src/switch_ivr_originate.c",
    )
    channel = Channel(leg_id, node.next_number(), [profile])
    write_dialled(channel, host, wanted.variables)
    person = Person(node.ticks, lambda _: None)
    executor = Executor(node, channel, person, partial(be_dialled, extension=wanted.extension))
    executor.port = port
    node.take_up(executor)
    return executor


def _find_address(node: "Node", target: str) -> tuple[str, int]:
    found = SOFIA.fullmatch(target)
    if found is None:
        raise CannotDial("CHAN_NOT_IMPLEMENTED")
    if found["domain"] is None:
        return found["number"], int(found["port"])
    registration = node.registrations.find(found["number"], found["domain"])
    if registration is None:
        raise CannotDial("USER_NOT_REGISTERED")
    return found["number"], registration.port
