"""Traces that the stand-in is not held to yet, and what they wait for."""

AGENTS = "an agent's leg that is joined to a caller's: comes with the queues and agents"
FAX = "the fax"

WAITING = {
    "agent_leaves_caller_returns": AGENTS,
    "app_dies_in_conference": AGENTS,
    "app_dies_while_they_talk": AGENTS,
    "app_dies_while_they_talk_unprotected": AGENTS,
    "attended_transfer": AGENTS,
    "blind_transfer_to_agent": AGENTS,
    "blind_transfer_to_flow": AGENTS,
    "caller_leaves_while_agent_rings": AGENTS,
    "consult_and_back": AGENTS,
    "fax_received": FAX,
    "hold_mute_keys_in_conversation": AGENTS,
    "outside_number_by_bridge_application": AGENTS,
    "phone_transfers_by_refer": AGENTS,
    "phone_transfers_by_refer_into_our_dialplan": AGENTS,
    "queued_caller_meets_agent_caller_leaves": AGENTS,
    "recording_spans_ivr_and_conversation": AGENTS,
    "ring_all_loser_cancelled": AGENTS,
    "sent_to_conference_and_kicked": AGENTS,
    "socket_given_up_right_behind_bridge": AGENTS,
    "supervisor_listens_whispers_barges": AGENTS,
    "supervisor_takes_over": AGENTS,
    "three_way_conference": AGENTS,
}
