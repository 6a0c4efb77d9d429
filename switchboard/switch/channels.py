"""What FreeSWITCH says of its live channels when it is asked for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from switchboard.esl.errors import ProtocolError

# What a channel executes that was joined with another.
JOINED = "uuid_bridge"
UNANSWERED = frozenset({"", "DOWN", "DIALING", "RINGING", "EARLY"})


@dataclass(frozen=True, slots=True)
class LiveChannel:
    """One row of ``show channels``.

    Attributes:
        leg_id: The channel's uuid.
        node: Our name of its FreeSWITCH.
        direction: ``inbound`` or ``outbound``.
        application: What it executes now; ``socket`` when it waits for an application server.
        dnis: Number dialled, as it stands now (a transfer overwrites it).
        created_at: When it was made, aware UTC, to the second.
        argument: What the application that it executes was given.
        answered: Whether it is answered.
    """

    leg_id: str
    node: str
    direction: str
    application: str
    dnis: str
    created_at: datetime
    argument: str = ""
    answered: bool = False

    @property
    def room(self) -> str:
        """The conference room it is in; empty for none."""
        return self.argument.partition("@")[0] if self.application == "conference" else ""

    def partner_among(self, channels: Iterable["LiveChannel"]) -> str:
        """The channel it talks with, when each of the two says so; empty for none.

        What was joined last stands in a channel's row for ever: alone it proves nothing.
        """
        if self.application != JOINED:
            return ""
        for other in channels:
            if other.leg_id == self.argument:
                mutual = other.application == JOINED and other.argument == self.leg_id
                return other.leg_id if mutual else ""
        return ""


def list_pairs(channels: Sequence[LiveChannel]) -> tuple[tuple[str, str], ...]:
    """Each channel that talks, with whom; every pair both ways round."""
    found = ((one.leg_id, one.partner_among(channels)) for one in channels)
    return tuple((leg_id, partner) for leg_id, partner in found if partner)


def read_channels(text: str, node: str) -> tuple[LiveChannel, ...]:
    """Read the answer to ``show channels as json``; none gives an empty tuple.

    Raises:
        ProtocolError: it is not such an answer.
    """
    try:
        answer = orjson.loads(text)
        rows = answer.get("rows", []) if answer["row_count"] else []
        return tuple(_channel(row, node) for row in rows)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise ProtocolError(f"no list of channels: {text[:80]!r}") from fault


def _channel(row: dict[str, str], node: str) -> LiveChannel:
    return LiveChannel(
        leg_id=row["uuid"],
        node=node,
        direction=row["direction"],
        application=row["application"],
        dnis=row["dest"],
        created_at=datetime.fromtimestamp(int(row["created_epoch"]), UTC),
        argument=row.get("application_data", ""),
        answered=row.get("callstate", "") not in UNANSWERED,
    )
