"""Traces that the stand-in is not held to yet, and what they wait for."""

FAX = "the fax"

WAITING = {
    "fax_received": FAX,
}
