"""Secrets that callers key: proved, locked for owner and caller, changed; digits used once."""

import pytest

from switchboard.flow.effects import (
    ChangeSecret,
    CheckSecret,
    Done,
    Failed,
    OpenSecret,
    Refused,
    SecretChecked,
)
from switchboard.flow.world import SecretState
from switchboard.services.secrets import KeyedSecrets, SecretDesk, is_easily_guessed
from tests.fakes.clock import VirtualClock
from tests.fakes.outside import FakeHasher, FakeSecretBook

HALF_AN_HOUR_MS = 1_800_000


class Desk:
    """A desk with one account whose password is 739146."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.desk = SecretDesk(FakeSecretBook(), FakeHasher(), self.clock)
        self.desk.set("password", "1042", "739146")

    def open(self, owner="1042", caller="138") -> SecretState:
        return self.desk.open(OpenSecret("password", owner), caller).state

    def check(self, digits, owner="1042", caller="138") -> tuple[SecretState, int]:
        keyed = KeyedSecrets()
        effect = CheckSecret("password", owner, keyed.hold(digits), 3, HALF_AN_HOUR_MS)
        answer = self.desk.check(effect, caller, keyed)
        assert isinstance(answer, SecretChecked)
        return answer.state, answer.left

    def change(self, first, second):
        keyed = KeyedSecrets()
        effect = ChangeSecret("password", "1042", keyed.hold(first), keyed.hold(second))
        return self.desk.change(effect, keyed)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.req("X-003")
def test_the_right_digits_prove_it(desk):
    assert desk.open() is SecretState.OPEN
    assert desk.check("739146") == (SecretState.PROVED, 3)


def test_an_owner_without_a_secret_is_unknown(desk):
    assert desk.open(owner="7") is SecretState.UNKNOWN
    assert desk.check("739146", owner="7")[0] is SecretState.UNKNOWN


@pytest.mark.req("X-003")
def test_wrong_digits_cost_an_attempt_and_the_last_one_locks_even_for_the_right_ones(desk):
    assert desk.check("111111") == (SecretState.WRONG, 2)
    assert desk.check("111111") == (SecretState.WRONG, 1)
    assert desk.check("111111") == (SecretState.LOCKED, 0)
    assert desk.check("739146") == (SecretState.LOCKED, 0)
    assert desk.open() is SecretState.LOCKED


@pytest.mark.req("X-003")
def test_a_lock_holds_over_calls_for_the_owner_from_any_phone_and_for_the_phone_at_any_owner(desk):
    desk.desk.set("password", "7", "739146")
    for _ in range(3):
        desk.check("111111")
    assert desk.open(caller="139") is SecretState.LOCKED
    assert desk.open(owner="7", caller="138") is SecretState.LOCKED
    assert desk.open(owner="7", caller="139") is SecretState.OPEN


def test_who_withholds_the_number_is_counted_by_the_owner_alone(desk):
    desk.desk.set("password", "7", "739146")
    for _ in range(3):
        desk.check("111111", caller="")
    assert desk.open(caller="") is SecretState.LOCKED
    assert desk.open(owner="7", caller="") is SecretState.OPEN


def test_a_lock_ends_at_its_time(desk):
    for _ in range(3):
        desk.check("111111")
    desk.clock.sleep(HALF_AN_HOUR_MS / 1000 - 1)
    assert desk.open() is SecretState.LOCKED
    desk.clock.sleep(1)
    assert desk.check("739146")[0] is SecretState.PROVED


def test_only_wrong_ones_in_a_row_count(desk):
    for _ in range(5):
        desk.check("111111")
        desk.check("111111")
        assert desk.check("739146")[0] is SecretState.PROVED


def test_a_new_secret_is_keyed_twice_and_holds_from_then_on(desk):
    assert desk.change("284613", "284613") == Done()
    assert desk.check("739146")[0] is SecretState.WRONG
    assert desk.check("284613")[0] is SecretState.PROVED


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("284613", "284614", "not the same"),
        ("111111", "111111", "too easily guessed"),
        ("123456", "123456", "too easily guessed"),
        ("987654", "987654", "too easily guessed"),
        ("284", "284", "too easily guessed"),
    ],
)
def test_a_new_secret_that_is_no_good_is_refused_and_the_old_one_holds(desk, first, second, why):
    answer = desk.change(first, second)
    assert isinstance(answer, Refused)
    assert why in answer.reason
    assert desk.check("739146")[0] is SecretState.PROVED


def test_digits_that_died_with_a_server_are_asked_for_again(desk):
    check = CheckSecret("password", "1042", "secret-1", 3, HALF_AN_HOUR_MS)
    assert isinstance(desk.desk.check(check, "138", KeyedSecrets()), Failed)
    change = ChangeSecret("password", "1042", "secret-1", "secret-2")
    assert isinstance(desk.desk.change(change, KeyedSecrets()), Failed)


def test_a_good_secret_is_not_called_easy():
    assert not is_easily_guessed("739146")
    assert not is_easily_guessed("1122")
