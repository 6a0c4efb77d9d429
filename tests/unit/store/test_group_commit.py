"""Group commit: batches, outages, the spool, and what a full disk does."""

import gevent
import pytest

from switchboard.ports.outages import StoreAway
from switchboard.store import group_commit
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.group_commit import GroupCommit
from tests.unit.store.conftest import entry_change, numbers_in


def take(commits, *numbers):
    for number in numbers:
        commits.take(entry_change(number))


def wait_until(holds, within_s=10.0):
    with gevent.Timeout(within_s):
        while not holds():
            gevent.sleep(0.005)


@pytest.fixture
def kept_writing(commits):
    greenlet = gevent.spawn(commits.keep_writing)
    yield commits
    greenlet.kill()


def spool_files(commits):
    return sorted(commits.spool_folder.glob("*.jsonl"))


# --- while the store is well ----------------------------------------------------------------------


def test_taking_writes_nothing_and_settling_writes_all_in_one_transaction(
    commits, database, database_file
):
    take(commits, 1, 2, 3)
    assert numbers_in(database_file) == []
    commits.settle()
    assert numbers_in(database_file) == [1, 2, 3]
    assert database.writes == 1


def test_what_is_taken_becomes_durable_without_anybody_settling(kept_writing, database_file):
    take(kept_writing, 1, 2)
    wait_until(lambda: numbers_in(database_file) == [1, 2])
    take(kept_writing, 3)
    wait_until(lambda: numbers_in(database_file) == [1, 2, 3])


def test_many_who_settle_at_once_share_a_transaction(commits, database, database_file):
    def tell_and_settle(number):
        take(commits, number)
        commits.settle()
        assert number in numbers_in(database_file)

    greenlets = [gevent.spawn(tell_and_settle, number) for number in range(100)]
    gevent.joinall(greenlets, raise_error=True)
    assert len(numbers_in(database_file)) == 100
    assert database.writes <= 3


def test_one_who_settles_again_and_again_keeps_nobody_waiting(commits):
    greedy_rounds = []

    def greedy():
        for number in range(500):
            take(commits, number)
            commits.settle()
            greedy_rounds.append(number)

    def patient(number):
        take(commits, number)
        commits.settle()
        return len(greedy_rounds)

    greedy_one = gevent.spawn(greedy)
    others = [gevent.spawn(patient, 1000 + number) for number in range(20)]
    gevent.joinall([greedy_one, *others], raise_error=True)
    assert max(other.value for other in others) <= 3


def test_those_who_wait_for_a_commit_that_fails_are_told(commits, database):
    commits.spool_folder.write_text("a file where the folder should be")
    database.is_cut = True
    take(commits, 1, 2, 3)
    settling = [gevent.spawn(commits.settle) for _ in range(3)]
    gevent.joinall(settling)
    assert [type(one.exception) for one in settling] == [StoreAway] * 3


def test_a_backlog_is_written_in_pieces_and_in_order(commits, database, database_file):
    count = group_commit.MOST_AT_ONCE * 2 + 1
    take(commits, *range(count))
    commits.settle()
    assert numbers_in(database_file) == list(range(count))
    assert database.writes == 3


def test_a_greenlet_killed_while_it_settles_loses_nothing(commits, database_file):
    take(commits, 1, 2)
    greenlet = gevent.spawn(commits.settle)
    gevent.sleep(0)  # it is in the middle of the commit now
    greenlet.kill()
    take(commits, 3)
    commits.settle()
    assert numbers_in(database_file) == [1, 2, 3]


def test_closing_makes_everything_durable(database, tmp_path, database_file):
    commits = GroupCommit(database, tmp_path / "spool")
    take(commits, 1)
    commits.close()
    assert numbers_in(database_file) == [1]
    assert not (tmp_path / "spool").exists()


# --- while it is away -----------------------------------------------------------------------------


def test_while_the_store_is_away_changes_are_durable_beside_it(commits, database, database_file):
    database.is_cut = True
    take(commits, 1, 2)
    commits.settle()
    (spool,) = spool_files(commits)
    assert len(spool.read_bytes().splitlines()) == 2
    assert commits.health.spooled == 2
    assert commits.health.away == "the test has cut the line"
    assert commits.health.pending == 0
    assert numbers_in(database_file) == []


def test_the_spool_is_written_in_order_and_once_when_the_store_is_back(
    kept_writing, database, database_file, clock
):
    take(kept_writing, 1)
    kept_writing.settle()
    database.is_cut = True
    for number in range(2, 7):
        take(kept_writing, number)
        kept_writing.settle()
    database.is_cut = False
    clock.now_s += group_commit.RETRY_S
    take(kept_writing, 7)
    wait_until(lambda: not kept_writing.health.spooled)
    kept_writing.settle()  # the change that came behind the spool goes with the next commit
    assert numbers_in(database_file) == [1, 2, 3, 4, 5, 6, 7]
    assert kept_writing.health.away is None
    assert spool_files(kept_writing)[0].read_bytes() == b""


def test_nothing_overtakes_what_waits_beside_the_store(commits, database, database_file):
    database.is_cut = True
    take(commits, 1)
    commits.settle()
    database.is_cut = False
    take(commits, 2)
    commits.settle()
    assert numbers_in(database_file) == []
    assert len(spool_files(commits)[0].read_bytes().splitlines()) == 2


def test_an_idle_server_writes_its_spool_by_itself(
    commits, database, database_file, clock, monkeypatch
):
    monkeypatch.setattr(group_commit, "RETRY_S", 0.01)
    database.is_cut = True
    take(commits, 1)
    commits.settle()
    greenlet = gevent.spawn(commits.keep_writing)
    database.is_cut = False
    clock.now_s += 1
    wait_until(lambda: numbers_in(database_file) == [1])
    greenlet.kill()


def test_an_absent_store_is_not_asked_for_every_batch(commits, database):
    asked = []
    database.is_cut = True
    plain = database.write_here
    database.write_here = lambda work: asked.append(1) or plain(work)
    for number in range(5):
        take(commits, number)
        commits.settle()
    assert len(asked) == 1


def test_a_store_that_another_process_locks_counts_as_away(commits, engine, database_file):
    engine.execute_sql("BEGIN IMMEDIATE")
    take(commits, 1)
    commits.settle()
    assert "locked" in str(commits.health.away)
    engine.execute_sql("ROLLBACK")


def test_the_hub_goes_on_while_the_store_waits_for_a_lock(database, commits, engine):
    engine.execute_sql("BEGIN IMMEDIATE")
    take(commits, 1)
    settling = gevent.spawn(commits.settle)
    turns = 0
    while not settling.ready():
        gevent.sleep(0.001)
        turns += 1
    engine.execute_sql("ROLLBACK")
    assert turns > 5


# --- after a death --------------------------------------------------------------------------------


def left_by_a_dead_process(database, folder, *numbers):
    """Leave a spool as a killed process does: not closed, its lock let go by the system."""
    dead = GroupCommit(database, folder)
    database.is_cut = True
    take(dead, *numbers)
    dead.settle()
    database.is_cut = False
    dead._spool._file.close()


def test_what_a_dead_process_left_is_written_before_all_else(commits, database, database_file):
    left_by_a_dead_process(database, commits.spool_folder, 1, 2, 3)
    assert commits.recover() == 3
    take(commits, 4)
    commits.settle()
    assert numbers_in(database_file) == [1, 2, 3, 4]
    assert spool_files(commits) == []
    assert commits.recover() == 0


def test_what_a_dead_process_had_written_already_is_not_doubled(commits, database, database_file):
    take(commits, 1, 2)
    commits.settle()
    left_by_a_dead_process(database, commits.spool_folder, 1, 2, 3)
    commits.recover()
    assert numbers_in(database_file) == [1, 2, 3]


def test_a_line_that_death_cut_short_is_passed_over(commits, database, database_file):
    left_by_a_dead_process(database, commits.spool_folder, 1, 2)
    (spool,) = spool_files(commits)
    spool.write_bytes(spool.read_bytes()[:-5])
    assert commits.recover() == 1
    assert numbers_in(database_file) == [1]


def test_a_line_that_cannot_be_read_is_set_aside_and_the_others_are_written(
    commits, database, database_file
):
    left_by_a_dead_process(database, commits.spool_folder, 1, 2)
    (spool,) = spool_files(commits)
    first, second = spool.read_bytes().splitlines(keepends=True)
    spool.write_bytes(first + b'{"change": "no such"}\n' + second)
    commits.recover()
    assert numbers_in(database_file) == [1, 2]
    assert commits.health.refused == 1
    assert b"no such" in (commits.spool_folder / "refused.txt").read_bytes()


def test_the_spool_of_a_living_process_is_left_alone(commits, database, tmp_path):
    other = GroupCommit(database, commits.spool_folder)
    database.is_cut = True
    take(other, 1)
    other.settle()
    database.is_cut = False
    assert commits.recover() == 0
    assert len(spool_files(commits)) == 1
    other.close()


def test_a_spool_that_cannot_be_written_yet_stays(commits, database):
    left_by_a_dead_process(database, commits.spool_folder, 1)
    database.is_cut = True
    with pytest.raises(StoreAway):
        commits.recover()
    database.is_cut = False
    gevent.sleep(0)
    assert len(spool_files(commits)) == 1


# --- when something is refused, or nothing takes anything ----------------------------------------


def test_a_change_that_the_store_refuses_keeps_no_other_from_it(commits, database_file):
    poison = Change(ChangeKind.ENTRY, {**entry_change(2).row, "kind": None})
    commits.take(entry_change(1))
    commits.take(poison)
    commits.take(entry_change(3))
    commits.settle()
    assert numbers_in(database_file) == [1, 3]
    assert commits.health.refused == 1
    assert b"c1-000002" in (commits.spool_folder / "refused.txt").read_bytes()


def test_when_the_disk_is_full_too_settling_says_so_and_nothing_is_lost(
    commits, database, database_file
):
    commits.spool_folder.write_text("a file where the folder should be")
    database.is_cut = True
    take(commits, 1)
    with pytest.raises(StoreAway, match="the test has cut the line; and the spool"):
        commits.settle()
    assert commits.health.pending == 1
    take(commits, 2)
    database.is_cut = False
    commits.settle()
    assert numbers_in(database_file) == [1, 2]


def test_the_writing_greenlet_outlives_a_full_disk(kept_writing, database, database_file):
    kept_writing.spool_folder.write_text("a file where the folder should be")
    database.is_cut = True
    take(kept_writing, 1)
    wait_until(lambda: kept_writing.health.away)
    database.is_cut = False
    wait_until(lambda: numbers_in(database_file) == [1])


def test_memory_is_bounded_and_a_loss_is_counted(commits, database, database_file, monkeypatch):
    monkeypatch.setattr(group_commit, "MOST_PENDING", 3)
    take(commits, 1, 2, 3, 4, 5)
    assert commits.health.dropped == 2
    commits.settle()
    assert numbers_in(database_file) == [1, 2, 3]
