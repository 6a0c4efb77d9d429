"""The blacklist's copy in memory: calls are screened by it, also while the store is away."""

from contextlib import closing

import gevent
import pytest

from switchboard.ports.outages import StoreAway
from switchboard.ports.screening import BlockedNumber
from switchboard.store.blacklist import READ_ANEW_S, StoredBlacklist
from switchboard.store.database import Database
from tests.unit.store.conftest import NOON


class CountedDatabase(Database):
    """Counts reads, and answers none while :attr:`is_cut`."""

    is_cut = False
    reads = 0

    def read(self, work):
        self.reads += 1
        if self.is_cut:
            raise StoreAway("the test has cut the line")
        return super().read(work)


@pytest.fixture
def counted(database, database_file):
    with closing(CountedDatabase(f"sqlite:///{database_file}")) as made:
        yield made


@pytest.fixture
def blacklist(counted, clock):
    return StoredBlacklist(counted, clock)


@pytest.mark.req("ACD-12")
def test_a_number_that_another_process_blocks_is_refused_a_second_later(blacklist, database, clock):
    assert blacklist.find_match("123", NOON) is None
    StoredBlacklist(database).block(BlockedNumber("123", "by the command line"))
    clock.now_s += READ_ANEW_S
    match = blacklist.find_match("123", NOON)
    assert match is not None
    assert match.reason == "by the command line"


def test_within_a_second_calls_are_screened_without_asking_the_database(blacklist, counted):
    for _ in range(100):
        blacklist.find_match("123", NOON)
    assert counted.reads == 1


@pytest.mark.req("ACD-12")
def test_while_the_store_is_away_the_last_known_list_holds(blacklist, counted, clock):
    blacklist.block(BlockedNumber("123", "nuisance"))
    counted.is_cut = True
    clock.now_s += READ_ANEW_S
    assert blacklist.find_match("123", NOON) is not None
    assert blacklist.find_match("124", NOON) is None
    asked = counted.reads
    blacklist.find_match("123", NOON)
    assert counted.reads == asked


def test_of_many_calls_at_once_one_reads_anew(blacklist, counted, clock):
    blacklist.find_match("1", NOON)
    clock.now_s += READ_ANEW_S
    before = counted.reads
    calls = [gevent.spawn(blacklist.find_match, "123", NOON) for _ in range(50)]
    gevent.joinall(calls, raise_error=True)
    assert counted.reads == before + 1


def test_the_list_is_never_shown_from_memory(blacklist, database):
    assert blacklist.list_blocked() == ()
    StoredBlacklist(database).block(BlockedNumber("123", "new"))
    assert [entry.number for entry in blacklist.list_blocked()] == ["123"]


def test_changing_and_listing_say_that_the_store_is_away(blacklist, counted):
    counted.is_cut = True
    with pytest.raises(StoreAway):
        blacklist.list_blocked()
