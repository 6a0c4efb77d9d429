"""A leg: one channel; the caller's, or one that we dialled. What is known of it when it arrives."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    """Who began the leg: the world (inbound) or we (outbound)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class LegOffer:
    """A leg whose socket has come to us, for the first time or again.

    Attributes:
        leg_id: The channel's uuid on its FreeSWITCH node.
        node: Name of the FreeSWITCH node, as the settings call it.
        direction: Who began the leg.
        ani: Calling number as delivered; empty when withheld. Never proof of identity.
        caller_name: Display name as delivered: data from outside, any text at all.
        dnis: The number dialled; it picks the flow.
        call_id: Our id when the leg already bears one (it has come back to us), else None.
        answered: Whether the leg is answered already.
        offered_at: When FreeSWITCH made the channel, aware UTC.
        recorded_ms: Length of the recording that the leg's last ``record`` made, in ms; None when
            it made none. Tells a server that took a call over what became of a message.
        answered_at: When it was answered, aware UTC; None when it is not, or nobody says.
        extension: The extension of ours whose password the phone proved to know; empty for a call
            from outside. Never taken from what a caller says of itself.
        talked: Whether the leg comes from a conversation or a room, into which we had put it.
        referred_to: The number to which a phone of that conversation sent it by itself (REFER);
            empty: no phone did. Data from outside.
    """

    leg_id: str
    node: str
    direction: Direction
    ani: str
    caller_name: str
    dnis: str
    call_id: str | None
    answered: bool
    offered_at: datetime
    recorded_ms: int | None = None
    answered_at: datetime | None = None
    extension: str = ""
    talked: bool = False
    referred_to: str = ""
