"""Secrets that callers key: proved, locked after too many wrong ones, changed.

Digits are held in memory by their call (:class:`KeyedSecrets`), are used once, and go nowhere else.
A lock holds for an owner from any phone, and for a calling number at any owner; who withholds the
number is counted by the owner alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from secrets import token_hex

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
from switchboard.ports.clock import Clock
from switchboard.ports.secrets import SecretBook, SecretHasher

SHORTEST = 4
GONE = "the digits are not in memory any more"


class KeyedSecrets:
    """The digits that a call has keyed and nobody has used yet; never shown, never saved."""

    def __init__(self) -> None:
        self._digits: dict[str, str] = {}

    def hold(self, digits: str) -> str:
        """Hold digits; return the id by which they are taken."""
        # Never the id of another one: a run that is taken up may still name those that are gone.
        secret_id = f"secret-{token_hex(8)}"
        self._digits[secret_id] = digits
        return secret_id

    def take(self, secret_id: str) -> str | None:
        """Hand the digits out, once; None when they were handed out or died with a server."""
        return self._digits.pop(secret_id, None)

    def find(self, secret_id: str) -> str | None:
        """Show the digits and hold them further; None when they died with a server."""
        return self._digits.get(secret_id)

    def __repr__(self) -> str:
        """How many there are, and no more."""
        return f"<{len(self._digits)} secrets>"


@dataclass(frozen=True, slots=True)
class SecretDesk:
    """Checks and changes secrets."""

    book: SecretBook
    hasher: SecretHasher
    clock: Clock

    def open(self, effect: OpenSecret, caller: str) -> SecretChecked:
        """May it be asked for?"""
        if self._is_locked(effect.secret, subjects_of(effect.owner, caller)):
            return SecretChecked(SecretState.LOCKED)
        if self.book.find_hash(effect.secret, effect.owner) is None:
            return SecretChecked(SecretState.UNKNOWN)
        return SecretChecked(SecretState.OPEN)

    def check(
        self, effect: CheckSecret, caller: str, keyed: KeyedSecrets
    ) -> SecretChecked | Failed:
        """Is it right? A locked one is not compared at all."""
        digits = keyed.take(effect.secret_id)
        subjects = subjects_of(effect.owner, caller)
        if digits is None:
            return Failed(GONE)
        if self._is_locked(effect.secret, subjects):
            return SecretChecked(SecretState.LOCKED)
        hashed = self.book.find_hash(effect.secret, effect.owner)
        if hashed is None:
            return SecretChecked(SecretState.UNKNOWN)
        if self.hasher.matches(hashed, digits):
            self.book.forget_wrong(effect.secret, subjects)
            return SecretChecked(SecretState.PROVED, effect.attempts)
        locked_until = self.clock.now() + timedelta(milliseconds=effect.lock_for_ms)
        left = self.book.count_wrong(effect.secret, subjects, effect.attempts, locked_until)
        return SecretChecked(SecretState.WRONG if left else SecretState.LOCKED, left)

    def change(self, effect: ChangeSecret, keyed: KeyedSecrets) -> Done | Refused | Failed:
        """Set a new one, keyed twice."""
        first, second = keyed.take(effect.first_id), keyed.take(effect.second_id)
        if first is None or second is None:
            return Failed(GONE)
        if first != second:
            return Refused("the two are not the same")
        if is_easily_guessed(first):
            return Refused("it is too easily guessed")
        self.set(effect.secret, effect.owner, first)
        return Done()

    def set(self, secret: str, owner: str, digits: str) -> None:
        """Set an owner's secret; the owner's lock ends with the old one."""
        self.book.keep_hash(secret, owner, self.hasher.hash_of(digits))
        self.book.forget_wrong(secret, subjects_of(owner, ""))

    def _is_locked(self, secret: str, subjects: tuple[str, ...]) -> bool:
        return self.book.find_lock(secret, subjects, self.clock.now()) is not None


def subjects_of(owner: str, caller: str) -> tuple[str, ...]:
    """Whom attempts are counted for."""
    return (f"owner {owner}", f"caller {caller}") if caller else (f"owner {owner}",)


def is_easily_guessed(digits: str) -> bool:
    """Whether it is too short, one digit repeated, or digits in a row such as 1234 or 9876."""
    steps = {ord(later) - ord(earlier) for earlier, later in pairwise(digits)}
    return len(digits) < SHORTEST or steps in ({0}, {1}, {-1})
