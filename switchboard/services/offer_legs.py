"""The ids of the legs that ring for an offer, made from its id so that they are known again.

A server that has begun anew finds by them, among the legs of the switch, whoever rings or talks for
an offer of the one before. Nothing is looked up here.
"""

from uuid import NAMESPACE_OID, uuid5

MOST_SEATS = 12
"""No agent is tried at more seats than so many, one after another."""


def leg_id_of(offer_id: str, number: int) -> str:
    """Return the id of the leg that rings as *number*, from 0 on, for an offer."""
    return str(uuid5(NAMESPACE_OID, f"{offer_id}/{number}"))


def legs_of(offer_id: str) -> frozenset[str]:
    """Return the ids of all legs that may ring or talk for an offer."""
    return frozenset(leg_id_of(offer_id, number) for number in range(MOST_SEATS))
