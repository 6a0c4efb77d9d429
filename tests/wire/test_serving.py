"""The switch's side of the wire: requests however they are cut, replies and events encoded."""

import itertools
import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.esl.events import snapshot_of
from switchboard.esl.frames import Frame, FrameReader
from switchboard.esl.serving import (
    GOODBYE,
    MAX_REQUEST_BYTES,
    MalformedRequest,
    Request,
    RequestReader,
    encode_api_response,
    encode_disconnect,
    encode_event_json,
    encode_event_plain,
    encode_reply,
    percent_encode,
    serialize,
)

EXECUTE = Request(
    "sendmsg",
    {
        "call-command": "execute",
        "execute-app-name": "set",
        "event-lock": "true",
        "content-type": "text/plain",
        "content-length": "9",
    },
    "a=张 三",
)
SAMPLES = {
    "a line": (b"api status\n\n", [Request("api status", {}, "")]),
    "two requests": (
        b"connect\n\nmyevents json\n\n",
        [Request("connect", {}, ""), Request("myevents json", {}, "")],
    ),
    "an execute with its argument as a body": (
        "sendmsg\ncall-command: execute\nexecute-app-name: set\nevent-lock: true\n"
        "content-type: text/plain\ncontent-length: 9\n\na=张 三".encode(),
        [EXECUTE],
    ),
    "a body that looks like a request": (
        b"sendmsg\nContent-Length: 20\n\napi hupall\n\nexit\n\n\n\n\n\nexit\n\n",
        [Request("sendmsg", {"content-length": "20"}, "api hupall\n\nexit\n\n\n\n"),
         Request("exit", {}, "")],
    ),
    "empty lines in front": (b"\n\r\n\nexit\n\n", [Request("exit", {}, "")]),
    "carriage returns": (
        b"auth secret\r\nA: 1\r\n\r\n", [Request("auth secret", {"a": "1"}, "")],
    ),
    "a line without a colon": (
        b"sendmsg\nnonsense\nA:  1\n\n", [Request("sendmsg", {"a": "1"}, "")],
    ),
    "the first of two lines with one name": (
        b"sendmsg\nA: 1\na: 2\n\n", [Request("sendmsg", {"a": "1"}, "")],
    ),
    "a length that is no number": (
        b"sendmsg\nContent-Length: many\n\n",
        [Request("sendmsg", {"content-length": "many"}, "")],
    ),
}  # fmt: skip


def read(pieces: Iterable[bytes]) -> list[Request]:
    reader, requests = RequestReader(), []
    for piece in pieces:
        reader.feed(piece)
        while (request := reader.next_request()) is not None:
            requests.append(request)
    return requests


@pytest.mark.parametrize("name", SAMPLES)
def test_requests_are_read_whole_in_single_bytes_and_with_more_behind(name: str) -> None:
    wire, requests = SAMPLES[name]
    assert read([wire]) == requests
    assert read(wire[at : at + 1] for at in range(len(wire))) == requests
    assert read([wire + wire]) == requests * 2


@given(st.lists(st.sampled_from([wire for wire, _ in SAMPLES.values()])), st.data())
def test_the_cut_never_matters(wires: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(wires)
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=6))
    edges = [0, *sorted(places), len(stream)]
    pieces = [stream[begin:end] for begin, end in itertools.pairwise(edges)]
    assert read(pieces) == read([stream])


def test_the_value_of_a_header_is_asked_for_whatever_its_case() -> None:
    assert EXECUTE.header("Execute-App-Name") == "set"
    assert EXECUTE.header("nothing") == ""


@pytest.mark.parametrize(
    "wire",
    [b"x" * (MAX_REQUEST_BYTES + 1), b"sendmsg\nContent-Length: %d\n\n" % (MAX_REQUEST_BYTES + 1)],
)
def test_a_request_without_measure_is_refused(wire: bytes) -> None:
    with pytest.raises(MalformedRequest):
        read([wire])


@given(st.binary(max_size=300))
def test_garbage_raises_nothing_else(garbage: bytes) -> None:
    for request in read([garbage]):
        assert request.command


def frames(wire: bytes) -> list[Frame]:
    reader = FrameReader()
    reader.feed(wire)
    read_so_far = []
    while (frame := reader.next_frame()) is not None:
        read_so_far.append(frame)
    return read_so_far


def test_replies_are_frames_of_the_app_s_side() -> None:
    wire = (
        encode_reply("+OK Job-UUID: 1", {"Job-UUID": "1"})
        + encode_api_response("-ERR nö\n")
        + encode_disconnect("leg-1")
        + encode_disconnect()
    )
    reply, answer, call_over, goodbye = frames(wire)
    assert reply.headers["reply-text"] == "+OK Job-UUID: 1"
    assert reply.headers["job-uuid"] == "1"
    assert answer.body.decode() == "-ERR nö\n"
    assert call_over.headers["controlled-session-uuid"] == "leg-1"
    assert "controlled-session-uuid" not in goodbye.headers
    assert goodbye.body.decode() == GOODBYE


def test_an_api_command_that_prints_nothing_is_complained_of() -> None:
    assert frames(encode_api_response(""))[0].body == b"-ERR no reply\n"


def test_a_json_event_keeps_lists_bodies_and_any_text() -> None:
    headers = {"Event-Name": "X", "variable_h": ("a", "b"), "Name": "Bob\nUnique-ID: 张"}
    document = json.loads(frames(encode_event_json(headers, "two\nlines"))[0].body)
    assert document == {
        "Event-Name": "X",
        "variable_h": ["a", "b"],
        "Name": "Bob\nUnique-ID: 张",
        "Content-Length": "9",
        "_body": "two\nlines",
    }


def test_a_plain_event_has_its_body_behind_its_headers() -> None:
    inner = frames(frames(encode_event_plain({"Event-Name": "X", "Empty": ""}, "söng"))[0].body)[0]
    assert inner.headers == {"event-name": "X", "empty": "_undef_"}
    assert inner.body.decode() == "söng"


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("Zhang San", "Zhang%20San"),
        ("Sun, 22 Nov/2026~x", "Sun,%2022%20Nov/2026~x"),
        ("a@b:5060;x=1&y=<z>", "a%40b%3A5060%3Bx%3D1%26y%3D%3Cz%3E"),
        ("+86\r\n", "%2B86%0D%0A"),
        ("李", "%E6%9D%8E"),
        ("50% off", "50%25%20off"),
        ("%0AUnique-ID%3A zzz", "%0AUnique-ID%3A%20zzz"),
        ("50%25 off", "50%25%20off"),
    ],
)
def test_values_are_encoded_as_the_switch_encodes_them(text: str, encoded: str) -> None:
    assert percent_encode(text) == encoded


@given(
    st.text(alphabet=st.characters(exclude_characters="%", exclude_categories=["Cs"])).filter(
        lambda text: text != "_undef_"  # as the switch writes nothing
    )
)
def test_what_the_switch_tells_of_a_call_is_read_back_by_the_app(text: str) -> None:
    reply = frames(serialize({"Unique-ID": "leg-1", "Caller-Caller-ID-Name": text or "x"}))[0]
    assert reply.headers["unique-id"] == "leg-1"
    assert snapshot_of(reply).text("Caller-Caller-ID-Name") == (text or "x")
