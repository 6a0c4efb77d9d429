"""``switchboard messages``."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from switchboard.media.recordings import RecordingFolder
from switchboard.ports.messages import Message
from tests.unit.cli.conftest import START

MESSAGE = Message(
    message_id="m1f00",
    mailbox="front_desk",
    call_id="7f3a9c01d2e4",
    recording_id="r1",
    duration_ms=4200,
    from_number="+8613800138000",
    reply_to="+8613800138001",
    reply_wanted=True,
    left_at=START,
)
LATER = Message(
    "m2f00", "销售", "8b1e", "r2", 900, "", "", None, START + timedelta(minutes=1)
)  # fmt: skip


@pytest.fixture
def with_messages(installation):
    with installation.store() as store:
        store.messages.keep(MESSAGE)
        store.messages.keep(LATER)
    return installation


def put_sound(installation, recording_id: str):
    place = RecordingFolder(installation.folder / "recordings").place_for(recording_id, START)
    Path(place).write_bytes(b"RIFF")
    return place


def test_without_messages_the_list_says_so(installation):
    assert installation.says("messages") == "there is no message\n"
    assert installation.says("messages", "--mailbox", "sales") == "there is no message in sales\n"


@pytest.mark.req("VM-04")
def test_messages_are_listed_newest_first(with_messages):
    assert with_messages.says("messages").splitlines() == [
        "message  left                 mailbox     from            length  state  reply"
        "           call",
        "m2f00    2026-12-01 18:06:03  销售        withheld        0.9 s   new  "
        "                  8b1e",
        "m1f00    2026-12-01 18:05:03  front_desk  +8613800138000  4.2 s   new    +8613800138001"
        "  7f3a9c01d2e4",
    ]


def test_messages_of_one_mailbox_are_listed_for_programs(with_messages):
    (message,) = with_messages.json("messages", "--mailbox", "front_desk")
    assert message["recording_id"] == "r1"
    assert message["left_at"] == "2026-12-01T10:05:03.120000+00:00"


@pytest.mark.req("VM-04")
@pytest.mark.parametrize("wanted", ["m1f00", "m1"])
def test_the_file_of_a_message_is_found_by_the_beginning_of_its_id(with_messages, wanted):
    place = put_sound(with_messages, "r1")
    assert with_messages.says("messages", "file", wanted) == f"{place}\n"


def test_last_is_the_newest_message(with_messages):
    place = put_sound(with_messages, "r2")
    assert with_messages.says("messages", "file", "last") == f"{place}\n"


def test_what_is_not_there_is_told_with_what_to_do(with_messages):
    assert "lists them" in with_messages.refuses("messages", "file", "zz")
    assert "give more of the id" in with_messages.refuses("messages", "file", "m")
    assert "is not in the folder of recordings" in with_messages.refuses("messages", "file", "m1")


def test_before_the_first_message_there_is_no_last(installation):
    assert "there is no message yet" in installation.refuses("messages", "file", "last")


@pytest.fixture
def player(with_messages, monkeypatch):
    """A player of the test's own, alone on the path; it writes down what it is asked to play."""
    folder = with_messages.folder / "bin"
    folder.mkdir()
    played = with_messages.folder / "played"
    program = folder / "aplay"
    program.write_text(f'#!/bin/sh\necho "$@" >{played}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return program, played


def test_a_message_is_played(with_messages, player):
    place = put_sound(with_messages, "r1")
    with_messages.says("messages", "play", "m1")
    assert player[1].read_text() == f"-q {place}\n"


def test_a_player_that_fails_is_named(with_messages, player):
    put_sound(with_messages, "r1")
    player[0].write_text("#!/bin/sh\nexit 3\n")
    assert "aplay could not play" in with_messages.refuses("messages", "play", "m1")


def test_without_a_player_the_file_is_named(with_messages, monkeypatch):
    place = put_sound(with_messages, "r1")
    monkeypatch.setenv("PATH", os.devnull)
    said = with_messages.refuses("messages", "play", "m1")
    assert f"play {place} elsewhere" in said


def test_a_message_is_searched_for(with_messages):
    for words, found in (
        (("--number", "+86138"), ["m1f00"]),
        (("--state", "new", "--limit", "1"), ["m2f00"]),
        (("--state", "kept"), []),
        (("--since", "2026-12-01 18:05:30"), ["m2f00"]),
        (("--until", "2026-12-01 18:05:30"), ["m1f00"]),
    ):
        listed = with_messages.json("messages", *words)
        assert [message["message_id"] for message in listed] == found, words


@pytest.mark.usefixtures("player")
def test_a_message_that_was_played_is_new_no_more(with_messages):
    put_sound(with_messages, "r1")
    with_messages.says("messages", "play", "m1")
    assert [m["state"] for m in with_messages.json("messages")] == ["new", "heard"]


@pytest.mark.req("VM-08")
def test_a_reply_is_noted_beside_its_message(with_messages):
    with_messages.says("messages", "reply", "m1", "--note", "called back, solved")
    message = with_messages.json("messages")[1]
    assert (message["state"], message["note"]) == ("answered", "called back, solved")
    assert message["by"]


def test_a_message_is_kept_and_one_that_is_deleted_is_shown_no_more(with_messages):
    with_messages.says("messages", "mark", "m1", "kept")
    with_messages.says("messages", "mark", "m2", "deleted")
    assert [m["state"] for m in with_messages.json("messages")] == ["kept"]
    assert [m["state"] for m in with_messages.json("messages", "--state", "deleted")] == ["deleted"]


def test_a_message_is_exported_to_a_file_or_folder(with_messages, tmp_path):
    put_sound(with_messages, "r1")
    folder = tmp_path / "out"
    folder.mkdir()
    with_messages.says("messages", "export", "m1", str(folder))
    assert (folder / "r1.wav").read_bytes() == b"RIFF"
    assert "there already" in with_messages.refuses("messages", "export", "m1", str(folder))
    assert "ends in" in with_messages.refuses("messages", "export", "m1", str(folder / "a.ogg"))
