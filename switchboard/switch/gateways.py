"""Asks FreeSWITCH how each provider's trunk stands; nothing is dialled.

FreeSWITCH asks a gateway by SIP OPTIONS (``ping``) where that is configured and registers where it
is told to; it tells both as lines of two words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from switchboard.esl import commands
from switchboard.esl.arguments import Login, Password
from switchboard.esl.errors import ProtocolError
from switchboard.esl.originating import GatewayName
from switchboard.switch.inspection import Conversation
from switchboard.switch.nodes import FreeSwitchNode

UNKNOWN = "Invalid Gateway"
# States of a registration in which calls go through: none is asked for, or it stands.
REGISTERED = frozenset({"NOREG", "REGED"})


@dataclass(frozen=True, slots=True)
class GatewayState:
    """How a gateway stands.

    Attributes:
        name: The gateway, as the settings call it.
        answers: Whether FreeSWITCH takes it for reachable.
        registration: ``NOREG`` where none is asked for, ``REGED``, or what else it says.
        fault: Why nothing is known of it; empty otherwise.
    """

    name: str
    answers: bool = False
    registration: str = ""
    fault: str = ""

    @property
    def works(self) -> bool:
        """Whether calls can go out by it now."""
        return not self.fault and self.answers and self.registration in REGISTERED


def look_at_gateways(node: FreeSwitchNode, names: Iterable[str]) -> tuple[GatewayState, ...]:
    """Return how each gateway stands on *node*; of a node that is away each has the fault."""
    wanted = tuple(names)
    try:
        with Conversation(node.host, node.port) as talk:
            talk.log_in(Password(node.password), Login(node.user) if node.user else None)
            return tuple(
                state_of(name, talk.ask(commands.gateway_status(GatewayName(name))).text)
                for name in wanted
            )
    except (OSError, ProtocolError) as fault:
        return tuple(GatewayState(name, fault=str(fault)) for name in wanted)


def state_of(name: str, told: str) -> GatewayState:
    """Read what FreeSWITCH tells of a gateway."""
    if UNKNOWN in told:
        return GatewayState(name, fault="FreeSWITCH does not know it")
    fields = dict(
        line.split(None, 1) for line in told.splitlines() if len(line.split(None, 1)) == 2
    )
    if "Status" not in fields:
        return GatewayState(name, fault=f"FreeSWITCH says {told.strip()[:80]!r}")
    return GatewayState(
        name, fields["Status"].strip().startswith("UP"), fields.get("State", "").strip()
    )
