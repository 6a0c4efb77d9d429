"""Why the network ended a leg: FreeSWITCH's hangup causes, with their ITU-T Q.850 numbers.

Source: the cause table of FreeSWITCH 1.11.1 (``switch_channel.c``); only the causes that this
product gives or has seen in a trace are named. A cause outside this list is kept as its text by
:func:`cause_of`, so that no record is lost for want of a name.
"""

from enum import StrEnum


class HangupCause(StrEnum):
    """A cause that we may give when we hang up, or must understand when the switch does."""

    NORMAL_CLEARING = "NORMAL_CLEARING"
    NORMAL_UNSPECIFIED = "NORMAL_UNSPECIFIED"
    UNALLOCATED_NUMBER = "UNALLOCATED_NUMBER"
    USER_BUSY = "USER_BUSY"
    NO_USER_RESPONSE = "NO_USER_RESPONSE"
    NO_ANSWER = "NO_ANSWER"
    CALL_REJECTED = "CALL_REJECTED"
    DESTINATION_OUT_OF_ORDER = "DESTINATION_OUT_OF_ORDER"
    NORMAL_CIRCUIT_CONGESTION = "NORMAL_CIRCUIT_CONGESTION"
    NORMAL_TEMPORARY_FAILURE = "NORMAL_TEMPORARY_FAILURE"
    SWITCH_CONGESTION = "SWITCH_CONGESTION"
    CHAN_NOT_IMPLEMENTED = "CHAN_NOT_IMPLEMENTED"
    RECOVERY_ON_TIMER_EXPIRE = "RECOVERY_ON_TIMER_EXPIRE"
    ORIGINATOR_CANCEL = "ORIGINATOR_CANCEL"
    LOSE_RACE = "LOSE_RACE"
    USER_NOT_REGISTERED = "USER_NOT_REGISTERED"
    MANAGER_REQUEST = "MANAGER_REQUEST"
    ALLOTTED_TIMEOUT = "ALLOTTED_TIMEOUT"
    MEDIA_TIMEOUT = "MEDIA_TIMEOUT"
    BLIND_TRANSFER = "BLIND_TRANSFER"
    ATTENDED_TRANSFER = "ATTENDED_TRANSFER"
    SYSTEM_SHUTDOWN = "SYSTEM_SHUTDOWN"


Q850: dict[HangupCause, int] = {
    HangupCause.NORMAL_CLEARING: 16,
    HangupCause.NORMAL_UNSPECIFIED: 31,
    HangupCause.UNALLOCATED_NUMBER: 1,
    HangupCause.USER_BUSY: 17,
    HangupCause.NO_USER_RESPONSE: 18,
    HangupCause.NO_ANSWER: 19,
    HangupCause.CALL_REJECTED: 21,
    HangupCause.DESTINATION_OUT_OF_ORDER: 27,
    HangupCause.NORMAL_CIRCUIT_CONGESTION: 34,
    HangupCause.NORMAL_TEMPORARY_FAILURE: 41,
    HangupCause.SWITCH_CONGESTION: 42,
    HangupCause.CHAN_NOT_IMPLEMENTED: 66,
    HangupCause.RECOVERY_ON_TIMER_EXPIRE: 102,
    # Causes of FreeSWITCH's own have no Q.850 number; it reports 16 for them in hangup_cause_q850.
    HangupCause.ORIGINATOR_CANCEL: 16,
    HangupCause.LOSE_RACE: 16,
    HangupCause.USER_NOT_REGISTERED: 16,
    HangupCause.MANAGER_REQUEST: 16,
    HangupCause.ALLOTTED_TIMEOUT: 16,
    HangupCause.MEDIA_TIMEOUT: 16,
    HangupCause.BLIND_TRANSFER: 16,
    HangupCause.ATTENDED_TRANSFER: 16,
    HangupCause.SYSTEM_SHUTDOWN: 16,
}
"""The number that FreeSWITCH writes as ``hangup_cause_q850`` for each cause."""


def cause_of(text: str) -> HangupCause | str:
    """Return the cause named *text*, or *text* itself when we have no name for it."""
    try:
        return HangupCause(text)
    except ValueError:
        return text
