"""What frames say: JSON events, the reply to connect, answers."""

import json
from pathlib import Path

import orjson
import pytest

from switchboard.esl.errors import ProtocolError
from switchboard.esl.events import Event, event_of, reply_of, snapshot_of
from switchboard.esl.frames import Frame, FrameReader
from switchboard.esl.names import Header

SAMPLES = Path(__file__).parents[2] / "wire" / "samples"


def frame_of(name):
    reader = FrameReader()
    reader.feed((SAMPLES / f"{name}.wire").read_bytes())
    return reader.next_frame()


def json_frame(body):
    return Frame({"content-type": "text/event-json"}, body)


def test_an_event_is_read_as_freeswitch_meant_it():
    event = event_of(frame_of("event_dtmf"))
    assert event.name == "DTMF"
    assert event.text(Header.DTMF_DIGIT) == "2"
    assert event.identity == ("bd228e1b-8fac-425e-98c9-f694ec613119", "17151")


def test_names_have_no_case():
    event = event_of(frame_of("event_dtmf"))
    assert event.find("dtmf-digit") == event.find("DTMF-DIGIT") == "2"


def test_a_header_that_is_not_there_is_none_and_its_text_empty():
    event = event_of(frame_of("event_dtmf"))
    assert event.find("Hangup-Cause") is None
    assert event.text("Hangup-Cause") == ""


def test_variables_are_found_by_their_own_names():
    event = event_of(frame_of("event_execute_complete"))
    assert event.variable("direction") == "inbound"
    assert event.variable("no_such_variable") is None


def test_percent_signs_of_json_events_stay_as_they_are():
    event = event_of(json_frame(b'{"Event-Name": "CUSTOM", "Note": "50%25 off%0A"}'))
    assert event.text("Note") == "50%25 off%0A"


def test_a_byte_that_is_no_utf8_costs_that_character_and_no_more():
    body = b'{"Event-Name": "DTMF", "Caller-Caller-ID-Name": "Zo\xeb", "DTMF-Digit": "1"}'
    event = event_of(json_frame(body))
    assert event.text(Header.CALLER_NAME) == "Zo\ufffd"
    assert event.text(Header.DTMF_DIGIT) == "1"


def test_of_several_values_the_first_is_read():
    event = event_of(json_frame(b'{"Event-Name": "A", "Many": ["x", "y"], "None": [], "Odd": 3}'))
    assert event.find("Many") == "x"
    assert event.find("None") is None
    assert event.find("Odd") is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"text"', b"null", b"{}", b'{"Event-Name": 3}', b"\xff\xfe"]
)
def test_what_is_no_event_is_refused(body):
    with pytest.raises(ProtocolError):
        event_of(json_frame(body))


def test_the_reply_to_connect_is_decoded_value_by_value():
    snapshot = snapshot_of(frame_of("connect_reply_of_a_hostile_name"))
    assert snapshot.name == "CHANNEL_DATA"
    assert snapshot.text(Header.UNIQUE_ID) == "03842e69-c7ed-43e2-9d8b-0170aa9a7ec4"
    assert snapshot.text(Header.CALLER_ANI) == "+8613800138000"
    assert snapshot.variable("sip_from_uri") == "+8613800138000@127.0.0.1:5070"


def test_a_hostile_display_name_changes_nothing_but_a_name():
    snapshot = snapshot_of(frame_of("connect_reply_of_a_hostile_name"))
    hostile = "Bob\nUnique-ID: zzz} %{system ls} 李,雷 <b>x</b>"
    assert snapshot.text(Header.CALLER_NAME) == hostile
    assert snapshot.text(Header.UNIQUE_ID) == "03842e69-c7ed-43e2-9d8b-0170aa9a7ec4"
    told = {name for name, value in snapshot.headers.items() if "zzz" in str(value)}
    assert told == {
        "caller-caller-id-name",
        "caller-orig-caller-id-name",
        "channel-caller-id-name",
        "channel-orig-caller-id-name",
    }


def test_nothing_is_written_as_undef_and_read_as_nothing():
    headers = {"unique-id": "x", "caller-ani": "_undef_", "event-name": "CHANNEL_DATA"}
    assert snapshot_of(Frame(headers, b"")).text(Header.CALLER_ANI) == ""


def test_a_reply_to_connect_without_a_channel_is_refused():
    with pytest.raises(ProtocolError):
        snapshot_of(Frame({"content-type": "command/reply", "reply-text": "+OK"}, b""))


@pytest.mark.parametrize(
    ("frame", "text", "is_error"),
    [
        (Frame({"content-type": "command/reply", "reply-text": "+OK"}, b""), "+OK", False),
        (Frame({"content-type": "command/reply", "reply-text": "-ERR no"}, b""), "-ERR no", True),
        (Frame({"content-type": "command/reply"}, b""), "", False),
        (Frame({"content-type": "api/response"}, b"true"), "true", False),
        (Frame({"content-type": "api/response"}, b"+OK\n"), "+OK", False),
        (Frame({"content-type": "api/response"}, b"-ERR No such channel!\n"),
         "-ERR No such channel!", True),
        (Frame({"content-type": "api/response"}, b"-USAGE: <uuid>\n"), "-USAGE: <uuid>", True),
    ],
)  # fmt: skip
def test_answers_say_whether_they_are_refusals(frame, text, is_error):
    reply = reply_of(frame)
    assert (reply.text, reply.is_error) == (text, is_error)


def test_percent_signs_of_ordinary_replies_stay_as_they_are():
    reply = reply_of(Frame({"content-type": "command/reply", "reply-text": "+OK a%20b"}, b""))
    assert reply.text == "+OK a%20b"


def test_every_event_of_a_whole_call_is_what_plain_json_says():
    reader = FrameReader()
    reader.feed((SAMPLES / "a_whole_call.wire").read_bytes())
    events = []
    while (frame := reader.next_frame()) is not None:
        if frame.content_type == "text/event-json":
            assert event_of(frame).headers == json.loads(frame.body) == orjson.loads(frame.body)
            events.append(event_of(frame).name)
    assert events == [
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_EXECUTE_COMPLETE",
        "DTMF",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_HANGUP",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_HANGUP_COMPLETE",
    ]


def test_an_event_shows_its_name_and_channel_and_no_more():
    event = Event({"Event-Name": "DTMF", "Unique-ID": "u", "DTMF-Digit": "7"})
    assert repr(event) == "Event(DTMF, u)"
