"""What an event says, in the words of the house. Pure: an event in, a fact out.

Times are FreeSWITCH's own (microseconds since 1970). ``record_ms`` is trusted only because the leg
took the variable away before it recorded; ``playback_terminator_used`` because ``playback`` takes
it away itself before it plays.
"""

from datetime import UTC, datetime, timedelta

from switchboard.core.causes import HangupCause, cause_of
from switchboard.core.facts import (
    KeyPressed,
    LegAnswered,
    LegHeld,
    LegHungUp,
    LegRetrieved,
    LegRinging,
    ListeningEnded,
    PlayEnded,
    PlayResult,
    RecordEnded,
    SecretGathered,
)
from switchboard.core.legs import Direction, LegOffer
from switchboard.esl.errors import ProtocolError
from switchboard.esl.events import Event
from switchboard.esl.names import EventName, Header, Variable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The destination in our dialplan by which a leg comes back from a conversation.
COMES_BACK = "resume"
# What carriers and phones deliver as a number when the caller withholds it.
WITHHELD = frozenset({"", "anonymous", "unavailable", "restricted", "private", "unknown"})


def offer_of(snapshot: Event, node: str) -> LegOffer:
    """Read the channel that called us.

    Args:
        snapshot: The reply to ``connect``.
        node: Our name of the FreeSWITCH node.

    Raises:
        ProtocolError: it has no direction, or no moment of its making.
    """
    try:
        direction = Direction(snapshot.text(Header.CALL_DIRECTION))
    except ValueError:
        raise ProtocolError("a channel without a direction") from None
    recorded = snapshot.variable("record_ms")
    answered_moment = snapshot.text(Header.ANSWERED_TIME).strip("0")
    return LegOffer(
        leg_id=snapshot.text(Header.UNIQUE_ID),
        node=node,
        direction=direction,
        ani=_number(snapshot),
        caller_name=snapshot.text(Header.CALLER_NAME),
        # A transfer overwrites the destination; what the INVITE asked for stays.
        dnis=snapshot.variable("sip_req_user") or snapshot.text(Header.DESTINATION),
        call_id=snapshot.variable("switchboard_call_id"),
        answered=snapshot.text(Header.ANSWER_STATE) == "answered",
        offered_at=_moment(snapshot, Header.CREATED_TIME),
        recorded_ms=_milliseconds(recorded) if recorded else None,
        answered_at=_moment(snapshot, Header.ANSWERED_TIME) if answered_moment else None,
        extension=_proven_extension(snapshot),
        talked=snapshot.variable(Variable.TALKS) == "true",
        referred_to=_referred_to(snapshot),
    )


def answered(event: Event) -> LegAnswered:
    """The leg was answered: by its event, or by the completion of our own ``answer``."""
    moment = event.text(Header.ANSWERED_TIME)
    at = _moment(event, Header.ANSWERED_TIME if moment.strip("0") else Header.TIMESTAMP)
    return LegAnswered(event.text(Header.UNIQUE_ID), at)


def key_pressed(event: Event) -> KeyPressed | None:
    """One key; None when the event names none that a phone has."""
    key = event.text(Header.DTMF_DIGIT).upper()
    if len(key) != 1 or key not in "0123456789*#ABCD":
        return None
    return KeyPressed(event.text(Header.UNIQUE_ID), key, _moment(event, Header.TIMESTAMP))


def play_ended(event: Event, *, stop_asked: bool) -> PlayEnded:
    """The completion of a ``playback``.

    FreeSWITCH answers alike for what was heard to its end and what was broken off: a key shows in
    a variable, and whether we asked for the end only we know.
    """
    key = event.variable("playback_terminator_used") or None
    response = event.text(Header.APPLICATION_RESPONSE)
    if response == "FILE NOT FOUND":
        result = PlayResult.MISSING
    elif key or stop_asked:
        result = PlayResult.STOPPED
    else:
        result = PlayResult.PLAYED if response == "FILE PLAYED" else PlayResult.FAILED
    return PlayEnded(
        event.text(Header.UNIQUE_ID),
        event.text(Header.APPLICATION_UUID),
        result,
        key,
        _moment(event, Header.TIMESTAMP),
    )


def record_ended(event: Event, execution_id: str) -> RecordEnded:
    """The end of a ``record``: its completion, or the event RECORD_STOP."""
    return RecordEnded(
        event.text(Header.UNIQUE_ID),
        execution_id,
        _milliseconds(event.variable("record_ms") or ""),
        _moment(event, Header.TIMESTAMP),
    )


def secret_gathered(event: Event) -> SecretGathered:
    """The completion of a ``play_and_get_digits``.

    Its variable alone tells the truth: ``read_result`` says success though nothing was keyed.
    """
    return SecretGathered(
        event.text(Header.UNIQUE_ID),
        event.text(Header.APPLICATION_UUID),
        event.variable(Variable.SECRET) or "",
        event.variable(Variable.READ_TERMINATOR_USED) or "",
        _moment(event, Header.TIMESTAMP),
    )


def hung_up(event: Event) -> LegHungUp:
    """The leg has ended."""
    cause = event.text(Header.HANGUP_CAUSE) or HangupCause.NORMAL_UNSPECIFIED.value
    return LegHungUp(
        event.text(Header.UNIQUE_ID), cause_of(cause), _moment(event, Header.TIMESTAMP)
    )


def moment_of(event: Event) -> datetime:
    """When the event happened, by FreeSWITCH's clock."""
    return _moment(event, Header.TIMESTAMP)


def rings(event: Event) -> LegRinging:
    """The other end rings, or sends sound before it answers."""
    return LegRinging(event.text(Header.UNIQUE_ID), moment_of(event))


def held(event: Event) -> LegHeld | LegRetrieved:
    """The leg has put the other side on hold, or taken it back."""
    kind = LegHeld if event.name == EventName.CHANNEL_HOLD else LegRetrieved
    return kind(event.text(Header.UNIQUE_ID), moment_of(event))


def listening_ended(event: Event, execution_id: str) -> ListeningEnded:
    """The completion of an ``eavesdrop``, or the hang-up of who listened."""
    return ListeningEnded(event.text(Header.UNIQUE_ID), execution_id, moment_of(event))


def _proven_extension(snapshot: Event) -> str:
    """Who the phone proved to be when it called: by its password, not by what it says."""
    proven = snapshot.variable("sip_authorized") == "true"
    return (snapshot.variable("sip_auth_username") or "") if proven else ""


def _referred_to(snapshot: Event) -> str:
    """Where a phone of the conversation has sent the leg; what we send comes to our own words."""
    destination = snapshot.text(Header.DESTINATION)
    by_phone = snapshot.variable(Variable.TALKS) == "true" and snapshot.variable("sip_refer_to")
    ours = destination == COMES_BACK or ":" in destination
    return destination if by_phone and not ours else ""


def _number(snapshot: Event) -> str:
    number = snapshot.text(Header.CALLER_ANI)
    hidden = snapshot.text("Caller-Privacy-Hide-Number") == "true"
    return "" if hidden or number.lower() in WITHHELD else number


def _milliseconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _moment(event: Event, header: Header) -> datetime:
    text = event.text(header)
    if not (text.isascii() and text.isdigit() and len(text) <= 17):
        raise ProtocolError(f"{header.value} is {text[:24]!r}, not microseconds since 1970")
    return EPOCH + timedelta(microseconds=int(text))
