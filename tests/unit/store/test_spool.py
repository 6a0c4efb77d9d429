"""The spool's files: whole lines, in order, on the disk or not at all."""

import resource
from contextlib import contextmanager

import pytest

from switchboard.store.changes import Change, ChangeKind
from switchboard.store.spool import SpoolFile, left_behind


def change(number: int) -> Change:
    return Change(ChangeKind.RUN_OVER, {"call_id": f"c{number}"})


def read(spool: SpoolFile, at_most: int = 100) -> list[Change]:
    return [Change.from_line(line) for line in spool.next_lines(at_most)]


@contextmanager
def files_limited_to(size: int):
    """No file of this process can grow beyond *size* bytes, as on a full disk."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


@pytest.fixture
def spool(tmp_path):
    made = SpoolFile.make(tmp_path / "spool")
    yield made
    made.close()


def test_changes_come_back_as_they_were_in_the_order_they_came(spool):
    odd = Change(
        ChangeKind.ENTRY, {"text": "a\nb\0\u2028 王 🙂", "none": None, "yes": True, "n": 2**60}
    )
    spool.append([change(1), odd])
    spool.append([change(2)])
    assert read(spool) == [change(1), odd, change(2)]


def test_lines_are_given_again_until_they_are_forgotten(spool):
    spool.append([change(1), change(2), change(3)])
    assert spool.next_lines(2) == spool.next_lines(2)
    spool.forget(spool.next_lines(2))
    assert read(spool) == [change(3)]
    assert not spool.is_empty


def test_an_emptied_file_takes_no_room_and_more_lines(spool):
    spool.append([change(1)])
    spool.forget(spool.next_lines(9))
    assert spool.is_empty
    assert spool.path.stat().st_size == 0
    spool.append([change(2)])
    assert read(spool) == [change(2)]


def test_a_closed_empty_file_leaves_nothing_behind(tmp_path):
    spool = SpoolFile.make(tmp_path / "spool")
    spool.close()
    assert list(spool.path.parent.iterdir()) == []


def test_a_closed_file_with_lines_is_taken_by_the_next(tmp_path):
    spool = SpoolFile.make(tmp_path / "spool")
    spool.append([change(1)])
    spool.close()
    (taken,) = left_behind(spool.path.parent)
    assert read(taken) == [change(1)]
    taken.remove()
    assert list(left_behind(spool.path.parent)) == []


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert list(left_behind(tmp_path / "never made")) == []


@pytest.mark.parametrize("room", [0, 1, 20, 47])
def test_on_a_full_disk_all_of_a_batch_is_kept_or_none(spool, room):
    spool.append([change(1)])
    size = spool.path.stat().st_size
    with files_limited_to(size + room), pytest.raises(OSError, match=r"full|large"):
        spool.append([change(2), change(3)])
    assert spool.path.stat().st_size == size
    spool.append([change(4)])
    assert read(spool) == [change(1), change(4)]


@pytest.mark.parametrize(
    "line", [b"", b"nonsense", b"[]", b'{"change":"run"}', b'{"change":"x","row":{}}', b'"row"']
)
def test_what_is_no_change_is_refused(line):
    with pytest.raises(ValueError):
        Change.from_line(line)
