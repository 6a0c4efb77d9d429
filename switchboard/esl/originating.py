"""The one string of FreeSWITCH's that is dangerous by itself: what ``originate`` is to dial.

Its braces set variables, its variables can run commands, and whatever ends a brace early chooses
where the call goes. So it is written here only, of typed values with narrow grammars, in a fixed
order; everything else that a leg needs is set on it when it exists.
"""

import re
from dataclasses import dataclass

from switchboard.esl.arguments import Argument, CallId, Checked, Uuid
from switchboard.esl.errors import LocalProtocolError


class Extension(Argument):
    """A phone that registers."""

    GRAMMAR = re.compile(r"[0-9]{2,12}", re.ASCII)
    MEANING = "an extension: 2 to 12 digits"


class Domain(Argument):
    """The phones' domain."""

    GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
    MEANING = "a domain"


class GatewayName(Argument):
    """A gateway of the configuration."""

    GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
    MEANING = "a gateway's name"


class PhoneNumber(Argument):
    """A number of the telephone network."""

    GRAMMAR = re.compile(r"\+?[0-9]{1,32}", re.ASCII)
    MEANING = "a number: digits, with an optional leading +"


class ShownName(Argument):
    """A name of ours that is shown at the other end."""

    GRAMMAR = re.compile(r"[\w.-](?:[\w. -]{0,38}[\w.-])?")
    MEANING = "a name to show: letters, digits, space and _-., at most 40"


class Profile(Argument):
    """A name of a SIP profile or of a dialplan context of ours."""

    GRAMMAR = re.compile(r"[a-z][a-z-]{0,39}", re.ASCII)
    MEANING = "a profile or context"


@dataclass(frozen=True)
class PhoneAddress(Checked):
    """A registered phone, wherever it registered from."""

    profile: Profile
    extension: Extension
    domain: Domain

    def written(self) -> str:
        """Return it as mod_sofia looks it up among its registrations."""
        return f"sofia/{self.profile.text}/{self.extension.text}%{self.domain.text}"


@dataclass(frozen=True)
class GatewayAddress(Checked):
    """A number behind a gateway."""

    gateway: GatewayName
    number: PhoneNumber

    def written(self) -> str:
        """Return it as mod_sofia reads it."""
        return f"sofia/gateway/{self.gateway.text}/{self.number.text}"


@dataclass(frozen=True, kw_only=True)
class Origination(Checked):
    """A leg to dial; answered, it is parked, and it is parked again after each conversation.

    Attributes:
        leg: Its id.
        call: Our call.
        address: Who is dialled.
        ring_s: How long it may ring; then it ends with NO_ANSWER. At most ten minutes.
        context: Dialplan context of whoever its phone transfers to (REFER).
        number: Number shown; None: withheld.
        name: Name shown; None: the number.
        auto_answer: Whether the phone is asked to answer by itself.
    """

    leg: Uuid
    call: CallId
    address: PhoneAddress | GatewayAddress
    ring_s: int
    context: Profile
    number: PhoneNumber | None = None
    name: ShownName | None = None
    auto_answer: bool = False

    def written(self) -> str:
        """Return what ``originate`` takes."""
        if not 1 <= self.ring_s <= 600:
            raise LocalProtocolError(f"a leg rings for {self.ring_s} s, not 1 to 600")
        number = self.number.text if self.number else "anonymous"
        values = {
            "origination_uuid": self.leg.text,
            "originate_timeout": str(int(self.ring_s)),
            "ignore_early_media": "true",
            "origination_caller_id_number": number,
            "origination_caller_id_name": f"'{self.name.text}'" if self.name else number,
            "park_after_bridge": "true",
            "force_transfer_context": self.context.text,
            "force_transfer_dialplan": "XML",
            "switchboard_call_id": self.call.text,
            **({"sip_auto_answer": "true"} if self.auto_answer else {}),
        }
        variables = ",".join(f"{name}={value}" for name, value in values.items())
        return f"{{{variables}}}{self.address.written()} &park()"
