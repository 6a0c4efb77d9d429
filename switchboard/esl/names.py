"""The names we use on FreeSWITCH's side: events, applications, API commands, headers, variables.

One list each, so that a misspelt name is an error here and not silence there; a test holds them to
FreeSWITCH's own sources. Nothing outside these lists is ever sent.
"""

from enum import StrEnum


class EventName(StrEnum):
    """Events that we subscribe to or that FreeSWITCH sends us unasked."""

    CHANNEL_DATA = "CHANNEL_DATA"  # the reply to `connect`
    BACKGROUND_JOB = "BACKGROUND_JOB"
    CHANNEL_ANSWER = "CHANNEL_ANSWER"
    CHANNEL_BRIDGE = "CHANNEL_BRIDGE"
    CHANNEL_EXECUTE_COMPLETE = "CHANNEL_EXECUTE_COMPLETE"
    CHANNEL_HANGUP = "CHANNEL_HANGUP"
    CHANNEL_HANGUP_COMPLETE = "CHANNEL_HANGUP_COMPLETE"
    CHANNEL_HOLD = "CHANNEL_HOLD"
    CHANNEL_PROGRESS = "CHANNEL_PROGRESS"
    CHANNEL_PROGRESS_MEDIA = "CHANNEL_PROGRESS_MEDIA"
    CHANNEL_UNBRIDGE = "CHANNEL_UNBRIDGE"
    CHANNEL_UNHOLD = "CHANNEL_UNHOLD"
    CUSTOM = "CUSTOM"  # of a module; :class:`Subclass` says which
    DTMF = "DTMF"
    RECORD_START = "RECORD_START"
    RECORD_STOP = "RECORD_STOP"


class Subclass(StrEnum):
    """Events of modules, that FreeSWITCH all calls CUSTOM."""

    CONFERENCE = "conference::maintenance"
    PHONE_EXPIRED = "sofia::expire"
    PHONE_REGISTERED = "sofia::register"
    PHONE_UNREGISTERED = "sofia::unregister"


class Application(StrEnum):
    """Dialplan applications that we execute. One that does not exist would end the call."""

    ANSWER = "answer"
    EAVESDROP = "eavesdrop"
    HANGUP = "hangup"
    PLAYBACK = "playback"
    PLAY_AND_GET_DIGITS = "play_and_get_digits"
    RECORD = "record"
    SCHED_CANCEL = "sched_cancel"
    SET = "set"


class Api(StrEnum):
    """API commands that we send; the FreeSWITCH user of our connection is allowed only these."""

    CONFERENCE = "conference"
    GLOBAL_GETVAR = "global_getvar"
    MODULE_EXISTS = "module_exists"
    ORIGINATE = "originate"
    RELOADXML = "reloadxml"
    SHOW = "show"
    SOFIA = "sofia"
    UUID_AUDIO = "uuid_audio"
    UUID_BREAK = "uuid_break"
    UUID_BRIDGE = "uuid_bridge"
    UUID_BROADCAST = "uuid_broadcast"
    UUID_EXISTS = "uuid_exists"
    UUID_FILEMAN = "uuid_fileman"
    UUID_HOLD = "uuid_hold"
    UUID_KILL = "uuid_kill"
    UUID_PARK = "uuid_park"
    UUID_RECORD = "uuid_record"
    UUID_RECV_DTMF = "uuid_recv_dtmf"
    UUID_SEND_DTMF = "uuid_send_dtmf"
    UUID_SETVAR_MULTI = "uuid_setvar_multi"
    UUID_TRANSFER = "uuid_transfer"
    VERSION = "version"


class Variable(StrEnum):
    """Channel variables that we set."""

    CALL_ID = "switchboard_call_id"
    EAVESDROP_ENABLE_DTMF = "eavesdrop_enable_dtmf"
    PARK_AFTER_BRIDGE = "park_after_bridge"
    PLAYBACK_TERMINATORS = "playback_terminators"
    RECORD_STEREO = "RECORD_STEREO"
    READ_TERMINATOR_USED = "read_terminator_used"
    RECORD_MS = "record_ms"
    SECRET = "switchboard_secret"  # noqa: S105 - the name, not the secret
    SENSITIVE_DTMF = "sensitive_dtmf"
    SOCKET_RESUME = "socket_resume"
    TALKS = "switchboard_talks"
    TRANSFER_AFTER_BRIDGE = "transfer_after_bridge"


class Header(StrEnum):
    """Headers of events that we read, spelt as FreeSWITCH spells them."""

    ACTION = "Action"  # of a conference
    ANSWERED_TIME = "Caller-Channel-Answered-Time"
    ANSWER_STATE = "Answer-State"
    APPLICATION_RESPONSE = "Application-Response"
    APPLICATION_UUID = "Application-UUID"
    BODY = "_body"
    BRIDGE_A = "Bridge-A-Unique-ID"
    BRIDGE_B = "Bridge-B-Unique-ID"
    CALLER_ANI = "Caller-ANI"
    CALLER_NAME = "Caller-Caller-ID-Name"
    CALL_DIRECTION = "Call-Direction"
    CONFERENCE_NAME = "Conference-Name"
    CORE_UUID = "Core-UUID"
    CREATED_TIME = "Caller-Channel-Created-Time"
    DESTINATION = "Caller-Destination-Number"
    DTMF_DIGIT = "DTMF-Digit"
    EVENT_NAME = "Event-Name"
    HANGUP_CAUSE = "Hangup-Cause"
    JOB_UUID = "Job-UUID"
    NETWORK_ADDRESS = "network-ip"
    PHONE_AGENT = "user-agent"
    PHONE_USER = "from-user"
    RECORD_FILE = "Record-File-Path"
    SEQUENCE = "Event-Sequence"
    SUBCLASS = "Event-Subclass"
    TIMESTAMP = "Event-Date-Timestamp"
    UNIQUE_ID = "Unique-ID"


VARIABLE_PREFIX = "variable_"
"""What stands before a channel variable's name where an event carries it as a header."""
