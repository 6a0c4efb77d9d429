"""What FreeSWITCH says of its live channels when it is asked for all of them."""

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from switchboard.esl.errors import ProtocolError


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
    """

    leg_id: str
    node: str
    direction: str
    application: str
    dnis: str
    created_at: datetime


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
    )
