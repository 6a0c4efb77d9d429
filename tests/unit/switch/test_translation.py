"""Events in, facts and offers out."""

from datetime import UTC, datetime

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import PlayResult
from switchboard.core.legs import Direction
from switchboard.esl.errors import ProtocolError
from switchboard.esl.events import Event
from switchboard.switch import translation

LEG = "4107d6ad-4bad-497b-acae-7b251c6472c5"
AT = datetime(2026, 11, 22, 11, 52, 1, 433030, tzinfo=UTC)


def event(name="CUSTOM", **headers):
    told = {key.replace("__", "-"): value for key, value in headers.items()}
    return Event(
        {
            "Event-Name": name,
            "Unique-ID": LEG,
            "Event-Date-Timestamp": "1795348321433030",
            **told,
        }
    )


def snapshot(**headers):
    usual = {
        "Call__Direction": "inbound",
        "Answer__State": "ringing",
        "Caller__ANI": "13800138000",
        "Caller__Caller__ID__Name": "Zhang San",
        "Caller__Destination__Number": "4000",
        "Caller__Channel__Created__Time": "1795348321413057",
    }
    return event("CHANNEL_DATA", **{**usual, **headers})


# --- offers -----------------------------------------------------------------------------------


def test_an_offer_tells_who_calls_whom_and_since_when():
    offer = translation.offer_of(snapshot(), "fs1")
    assert (offer.leg_id, offer.node, offer.direction) == (LEG, "fs1", Direction.INBOUND)
    assert (offer.ani, offer.caller_name, offer.dnis) == ("13800138000", "Zhang San", "4000")
    assert offer.offered_at == datetime(2026, 11, 22, 11, 52, 1, 413057, tzinfo=UTC)
    assert (offer.call_id, offer.answered, offer.recorded_ms) == (None, False, None)


def test_a_leg_that_has_come_back_tells_its_call_and_its_recording():
    offer = translation.offer_of(
        snapshot(
            Answer__State="answered",
            variable_switchboard_call_id="call-1",
            variable_record_ms="4220",
        ),
        "fs1",
    )
    assert (offer.call_id, offer.answered, offer.recorded_ms) == ("call-1", True, 4220)


@pytest.mark.req("ACD-27")
@pytest.mark.parametrize("number", ["95555", "4008001000", "+864008001000"])
def test_the_number_dialled_may_be_of_any_length(number):
    assert translation.offer_of(snapshot(variable_sip_req_user=number), "fs1").dnis == number


def test_the_number_dialled_is_the_invites_whatever_a_transfer_made_of_it():
    transferred = snapshot(Caller__Destination__Number="again", variable_sip_req_user="4008001000")
    assert translation.offer_of(transferred, "fs1").dnis == "4008001000"


@pytest.mark.parametrize(
    "headers",
    [
        {"Caller__ANI": "anonymous"},
        {"Caller__ANI": "Anonymous"},
        {"Caller__ANI": "Unavailable"},
        {"Caller__ANI": ""},
        {"Caller__Privacy__Hide__Number": "true"},
    ],
)
def test_a_number_that_is_withheld_is_empty(headers):
    assert translation.offer_of(snapshot(**headers), "fs1").ani == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Call__Direction": "sideways"},
        {"Caller__Channel__Created__Time": ""},
        {"Caller__Channel__Created__Time": "yesterday"},
        {"Caller__Channel__Created__Time": "9" * 40},
    ],
)
def test_a_channel_without_direction_or_beginning_is_no_channel(headers):
    with pytest.raises(ProtocolError):
        translation.offer_of(snapshot(**headers), "fs1")


# --- facts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("digit", "key"), [("1", "1"), ("*", "*"), ("#", "#"), ("d", "D")])
def test_a_key_is_one_of_the_sixteen(digit, key):
    pressed = translation.key_pressed(event("DTMF", DTMF__Digit=digit))
    assert (pressed.leg_id, pressed.key, pressed.at) == (LEG, key, AT)


@pytest.mark.parametrize("digit", ["", "12", "F", "x", "①"])
def test_anything_else_is_no_key(digit):
    assert translation.key_pressed(event("DTMF", DTMF__Digit=digit)) is None


@pytest.mark.parametrize(
    ("response", "key", "stop_asked", "result"),
    [
        ("FILE PLAYED", "", False, PlayResult.PLAYED),
        ("FILE PLAYED", "2", False, PlayResult.STOPPED),
        ("FILE PLAYED", "", True, PlayResult.STOPPED),
        ("PLAYBACK ERROR", "", True, PlayResult.STOPPED),
        ("PLAYBACK ERROR", "", False, PlayResult.FAILED),
        ("_none_", "", False, PlayResult.FAILED),
        ("FILE NOT FOUND", "", False, PlayResult.MISSING),
        ("FILE NOT FOUND", "", True, PlayResult.MISSING),
    ],
)
def test_how_a_playback_ended(response, key, stop_asked, result):
    told = event(
        Application__Response=response,
        Application__UUID="x",
        variable_playback_terminator_used=key,
    )
    ended = translation.play_ended(told, stop_asked=stop_asked)
    assert (ended.execution_id, ended.result, ended.key) == ("x", result, key or None)


@pytest.mark.parametrize(("text", "ms"), [("1480", 1480), ("", 0), ("-1", 0), ("x", 0)])
def test_how_long_a_recording_is(text, ms):
    assert translation.record_ended(event(variable_record_ms=text), "x").recorded_ms == ms


def test_a_hang_up_tells_its_cause_or_that_none_was_told():
    assert translation.hung_up(event(Hangup__Cause="USER_BUSY")).cause is HangupCause.USER_BUSY
    assert translation.hung_up(event(Hangup__Cause="NEW_CAUSE")).cause == "NEW_CAUSE"
    assert translation.hung_up(event()).cause is HangupCause.NORMAL_UNSPECIFIED


def test_an_answer_is_at_the_moment_the_channel_was_answered_where_that_is_told():
    told = event(Caller__Channel__Answered__Time="1795348321413057")
    assert translation.answered(told).at == datetime(2026, 11, 22, 11, 52, 1, 413057, tzinfo=UTC)
    assert translation.answered(event(Caller__Channel__Answered__Time="0")).at == AT
    assert translation.answered(event()).at == AT
