"""The promises of waiting CDRs (``switchboard/ports/cdr_files.py``)."""

import os
import time

import pytest

from switchboard.switch.cdr_files import CdrFolder
from tests.fakes.cdr_files import FakeCdrFiles


class WrittenFolder(CdrFolder):
    """A folder, and the switch that writes into it."""

    def __init__(self, folder):
        super().__init__(folder)
        self.folder = folder

    def leave(self, name, content, age_s=0.0):
        self.folder.mkdir(exist_ok=True)
        (self.folder / name).write_bytes(content)
        written_at = time.time() - age_s
        os.utime(self.folder / name, (written_at, written_at))


@pytest.fixture(params=["fake", "folder"])
def files(request, tmp_path):
    return FakeCdrFiles() if request.param == "fake" else WrittenFolder(tmp_path / "cdrs")


def names(files, at_most=100):
    return {file.name for file in files.list_waiting(at_most)}


def test_where_nothing_was_written_nothing_waits(files):
    assert files.list_waiting(10) == ()


def test_documents_wait_with_what_is_written_and_their_age(files):
    files.leave("a.cdr.json", b"{}", age_s=60)
    (waiting,) = files.list_waiting(10)
    assert (waiting.name, waiting.content) == ("a.cdr.json", b"{}")
    assert 59 < waiting.age_s < 70


def test_no_more_are_listed_than_were_asked_for(files):
    for number in range(5):
        files.leave(f"{number}.cdr.json", b"{}")
    assert len(files.list_waiting(2)) == 2
    assert len(files.list_waiting(9)) == 5


def test_a_discarded_document_waits_no_more(files):
    files.leave("a.cdr.json", b"{}")
    files.leave("b.cdr.json", b"{}")
    files.discard("a.cdr.json")
    assert names(files) == {"b.cdr.json"}
    files.discard("a.cdr.json")


def test_a_document_set_aside_waits_no_more(files):
    files.leave("a.cdr.json", b"nonsense")
    files.set_aside("a.cdr.json", "not JSON")
    assert names(files) == set()


def test_a_document_set_aside_is_kept_with_its_reason(tmp_path):
    files = WrittenFolder(tmp_path / "cdrs")
    files.leave("a.cdr.json", b"nonsense")
    files.set_aside("a.cdr.json", "not JSON")
    aside = tmp_path / "cdrs/unreadable"
    assert (aside / "a.cdr.json").read_bytes() == b"nonsense"
    assert (aside / "a.cdr.json.reason").read_text(encoding="utf-8") == "not JSON\n"


def test_other_files_in_the_folder_are_left_alone(tmp_path):
    files = WrittenFolder(tmp_path / "cdrs")
    files.leave("README", b"")
    assert files.list_waiting(10) == ()
