"""The promises of the book of secrets (``switchboard/ports/secrets.py``)."""

from datetime import UTC, datetime, timedelta

import pytest

from switchboard.store.secrets import Argon2Hasher
from tests.fakes.outside import FakeHasher

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)
BOTH = ("owner 1042", "caller 138")


def test_the_hash_kept_last_is_found_under_its_owner_alone(store):
    store.secrets.keep_hash("pin", "1042", "first")
    store.secrets.keep_hash("pin", "1042", "second")
    assert store.secrets.find_hash("pin", "1042") == "second"
    assert store.secrets.find_hash("pin", "1043") is None
    assert store.secrets.find_hash("code", "1042") is None


@pytest.mark.req("X-003")
def test_so_many_wrong_attempts_in_a_row_lock_for_so_long(store):
    assert store.secrets.count_wrong("pin", BOTH, 3, LATER) == 2
    assert store.secrets.count_wrong("pin", BOTH, 3, LATER) == 1
    assert store.secrets.find_lock("pin", BOTH, NOW) is None
    assert store.secrets.count_wrong("pin", BOTH, 3, LATER) == 0
    assert store.secrets.find_lock("pin", BOTH, NOW) == LATER
    assert store.secrets.find_lock("pin", BOTH, LATER) is None


@pytest.mark.req("X-003")
def test_attempts_are_counted_for_owner_and_caller_apart(store):
    for _ in range(2):
        store.secrets.count_wrong("pin", BOTH, 3, LATER)
    assert store.secrets.count_wrong("pin", ("owner 7", "caller 138"), 3, LATER) == 0
    assert store.secrets.find_lock("pin", ("caller 138",), NOW) == LATER
    assert store.secrets.find_lock("pin", ("owner 1042",), NOW) is None
    assert store.secrets.find_lock("code", BOTH, NOW) is None


def test_after_a_lock_is_over_counting_begins_anew(store):
    for _ in range(3):
        store.secrets.count_wrong("pin", BOTH, 3, LATER)
    assert store.secrets.count_wrong("pin", BOTH, 3, LATER) == 2


def test_who_was_right_has_all_attempts_again(store):
    store.secrets.count_wrong("pin", BOTH, 1, LATER)
    store.secrets.forget_wrong("pin", BOTH)
    assert store.secrets.find_lock("pin", BOTH, NOW) is None
    assert store.secrets.count_wrong("pin", BOTH, 3, LATER) == 2


@pytest.mark.parametrize("hasher", [FakeHasher(), Argon2Hasher()], ids=["fake", "argon2"])
def test_only_the_same_digits_match_a_hash_that_does_not_show_them(hasher):
    hashed = hasher.hash_of("739146")
    assert "739146" not in hashed
    assert hasher.matches(hashed, "739146")
    assert not hasher.matches(hashed, "739147")
    assert not hasher.matches("no hash", "739146")


def test_a_hash_is_salted_and_slow_to_make():
    hasher = Argon2Hasher()
    first, second = hasher.hash_of("739146"), hasher.hash_of("739146")
    assert first != second
    assert first.startswith("$argon2id$")
    assert "m=19456,t=2" in first
