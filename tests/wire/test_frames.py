"""Every sample of the wire is read whole, in single bytes, at random cuts, and with more behind it.

A sample is two files: ``NAME.wire``, the bytes, and ``NAME.json``, the frames that they are. Most
were recorded from FreeSWITCH 1.11.1.
"""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.esl.errors import ProtocolError
from switchboard.esl.frames import MAX_BODY_BYTES, MAX_HEADER_BYTES, Frame, FrameReader

SAMPLES = Path(__file__).parent / "samples"
NAMES = sorted(file.stem for file in SAMPLES.glob("*.wire"))


def wire_of(name):
    return (SAMPLES / f"{name}.wire").read_bytes()


def frames_of(name):
    written = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return [Frame(frame["headers"], frame["body"].encode()) for frame in written]


def read(pieces):
    reader, frames = FrameReader(), []
    for piece in pieces:
        reader.feed(piece)
        while (frame := reader.next_frame()) is not None:
            frames.append(frame)
    return frames, reader


def cut(stream, places):
    edges = [0, *sorted(places), len(stream)]
    return [stream[start:end] for start, end in itertools.pairwise(edges)]


def test_there_are_samples():
    assert len(NAMES) >= 11


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_whole(name):
    frames, reader = read([wire_of(name)])
    assert frames == frames_of(name)
    assert reader.is_between_frames


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_in_single_bytes(name):
    wire = wire_of(name)
    assert read(wire[at : at + 1] for at in range(len(wire)))[0] == frames_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_with_more_behind_it(name):
    wire = wire_of(name)
    assert read([wire + wire])[0] == frames_of(name) * 2
    assert read([wire + b"Content-Type: auth/req"])[0] == frames_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_comes_with_its_last_byte_and_not_before(name):
    wire = wire_of(name)
    frames, reader = read([wire[:-1]])
    assert frames == frames_of(name)[:-1]
    assert not reader.is_between_frames
    reader.feed(wire[-1:])
    assert reader.next_frame() == frames_of(name)[-1]


@given(st.lists(st.sampled_from(NAMES), max_size=6), st.data())
def test_where_the_stream_is_cut_never_matters(names, data):
    stream = b"".join(map(wire_of, names))
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=12))
    expected = [frame for name in names for frame in frames_of(name)]
    assert read(cut(stream, places))[0] == expected


@given(st.lists(st.sampled_from(NAMES), max_size=4), st.data())
def test_fed_in_one_go_or_piece_by_piece_it_is_the_same(names, data):
    stream = b"".join(map(wire_of, names))
    pieces = cut(stream, data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    reader = FrameReader()
    for piece in pieces:
        reader.feed(piece)
    frames = []
    while (frame := reader.next_frame()) is not None:
        frames.append(frame)
    assert frames == read(pieces)[0]


@pytest.mark.parametrize(
    "wire",
    [
        b"no colon\n\n",
        b"A: 1\nno colon\n\n",
        b"\n\n",
        b"Content-Length: -1\n\n",
        b"Content-Length: 4x\n\n",
        b"Content-Length: \xc2\xb2\n\n",  # a superscript two is a digit to Python
        b"Content-Length: \n\n",
        b"Content-Length: " + b"9" * 30 + b"\n\n",
        b"Content-Length: %d\n\n" % (MAX_BODY_BYTES + 1),
        b"Content-Length: %d\nContent-Type: text/event-json\n\n" % (MAX_BODY_BYTES + 1),
    ],
)
def test_what_is_not_the_event_socket_is_refused(wire):
    with pytest.raises(ProtocolError):
        read([wire])


def test_a_header_block_may_be_a_mebibyte_and_no_more():
    name = b"A: "
    longest = name + b"x" * (MAX_HEADER_BYTES - len(name) - 2) + b"\n\n"
    assert len(read([longest])[0]) == 1
    with pytest.raises(ProtocolError):
        read([name + b"x" + longest[len(name) :]])


def test_a_header_block_without_end_is_refused_while_it_grows():
    pieces = [b"A: " + b"x" * 65_000] * 17
    with pytest.raises(ProtocolError):
        read(pieces)


def test_a_body_may_be_sixteen_mebibytes():
    wire = b"Content-Type: api/response\nContent-Length: %d\n\n" % MAX_BODY_BYTES
    pieces = [wire] + [b"x" * 65_536] * 256
    (frame,), reader = read(pieces)
    assert len(frame.body) == MAX_BODY_BYTES
    assert reader.is_between_frames


def test_a_body_is_bytes_however_they_read():
    body = b"\xff\x00\n\n\xfe"
    (frame,), _ = read([b"Content-Type: api/response\nContent-Length: 5\n\n" + body])
    assert frame.body == body


def outcome(pieces):
    try:
        return read(pieces)[0]
    except ProtocolError:
        return "refused"


@given(st.binary(max_size=300))
def test_garbage_is_refused_or_read_and_cuts_do_not_matter(garbage):
    assert outcome([garbage]) == outcome(cut(garbage, range(len(garbage))))


@given(st.lists(st.sampled_from([b"\n", b"\n\n", b":", b"A", b": ", b"Content-Length: ", b"3"])))
def test_near_misses_are_refused_or_read_and_cuts_do_not_matter(parts):
    stream = b"".join(parts)
    assert outcome(parts) == outcome([stream]) == outcome(cut(stream, range(len(stream))))
