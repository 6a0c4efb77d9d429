"""Traces that the stand-in is not held to yet, and what they wait for."""

AGENTS = "an agent's leg that is joined to a caller's: comes with the queues and agents"
FAX = "the fax"

WAITING = {
    "app_dies_in_conference": AGENTS,
    "fax_received": FAX,
    "outside_number_by_bridge_application": AGENTS,
    "phone_transfers_by_refer": AGENTS,
    "phone_transfers_by_refer_into_our_dialplan": AGENTS,
    "sent_to_conference_and_kicked": AGENTS,
    "supervisor_listens_whispers_barges": AGENTS,
    "three_way_conference": AGENTS,
}
