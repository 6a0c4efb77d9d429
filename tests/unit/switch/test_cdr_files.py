"""CDR files: read whole or half-written, removed when on record, never lost when unreadable."""

import os
import threading
import time
from pathlib import Path

import pytest

from switchboard.switch.cdr_files import MOST_BYTES, CdrFolder


def test_documents_wait_until_they_are_discarded(tmp_path):
    (tmp_path / "a.cdr.json").write_bytes(b"{}")
    (tmp_path / "notes.txt").write_bytes(b"not a record")
    folder = CdrFolder(tmp_path)
    assert [(file.name, file.content) for file in folder.list_waiting(10)] == [
        ("a.cdr.json", b"{}")
    ]
    folder.discard("a.cdr.json")
    folder.discard("a.cdr.json")
    assert folder.list_waiting(10) == ()


def test_no_more_are_listed_than_asked_for(tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.cdr.json").write_bytes(b"{}")
    assert len(CdrFolder(tmp_path).list_waiting(3)) == 3


def test_the_age_tells_whether_more_may_come(tmp_path):
    file = tmp_path / "a.cdr.json"
    file.write_bytes(b'{"half":')
    os.utime(file, (time.time() - 60, time.time() - 60))
    assert 59 < CdrFolder(tmp_path).list_waiting(1)[0].age_s < 70


def test_an_unreadable_document_is_kept_with_its_reason(tmp_path):
    (tmp_path / "a.cdr.json").write_bytes(b"junk")
    folder = CdrFolder(tmp_path)
    folder.set_aside("a.cdr.json", "not JSON")
    assert folder.list_waiting(10) == ()
    assert (tmp_path / "unreadable/a.cdr.json").read_bytes() == b"junk"
    assert (tmp_path / "unreadable/a.cdr.json.reason").read_text() == "not JSON\n"


def test_the_disk_is_never_touched_on_the_hub(tmp_path, monkeypatch):
    (tmp_path / "a.cdr.json").write_bytes(b"{}")
    (tmp_path / "b.cdr.json").write_bytes(b"junk")
    threads = set()
    for name in ("unlink", "replace"):
        act = getattr(Path, name)

        def on_a_thread(path, *args, act=act, **options):
            threads.add(threading.get_ident())
            return act(path, *args, **options)

        monkeypatch.setattr(Path, name, on_a_thread)
    CdrFolder(tmp_path).discard("a.cdr.json")
    CdrFolder(tmp_path).set_aside("b.cdr.json", "not JSON")
    assert threads
    assert threading.get_ident() not in threads


def test_a_folder_that_is_not_there_yet_holds_nothing(tmp_path):
    assert CdrFolder(tmp_path / "later").list_waiting(10) == ()


def test_a_name_is_never_a_path(tmp_path):
    with pytest.raises(ValueError, match="no name"):
        CdrFolder(tmp_path).discard("../settings.yaml")


def test_what_is_no_document_keeps_no_document_from_its_record(tmp_path):
    (tmp_path / "a.cdr.json").mkdir()
    os.mkfifo(tmp_path / "b.cdr.json")
    (tmp_path / "secret.txt").write_text("not ours")
    (tmp_path / "c.cdr.json").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "d.cdr.json").write_bytes(b"{}")
    with (tmp_path / "e.cdr.json").open("wb") as endless:
        endless.truncate(MOST_BYTES * 1000)
    found = CdrFolder(tmp_path).list_waiting(10)
    assert [file.name for file in found] == ["d.cdr.json", "e.cdr.json"]
    assert len(found[1].content) == MOST_BYTES
