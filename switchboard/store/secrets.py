"""Hashes of secrets and wrong attempts (port: ``switchboard/ports/secrets.py``)."""

from datetime import datetime

import peewee
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent.threadpool import ThreadPool

from switchboard.store.database import Database
from switchboard.store.fields import clean, to_us
from switchboard.store.models import AttemptRow, SecretRow
from switchboard.store.statements import put_in_place

# OWASP's least for Argon2id: 19 MiB, two passes. Some 20 ms of a core for each attempt.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
HASHING_THREADS = 2


class Argon2Hasher:
    """The :class:`switchboard.ports.secrets.SecretHasher` of Argon2id, on threads of its own."""

    def __init__(self) -> None:
        self._pool = ThreadPool(HASHING_THREADS)

    def hash_of(self, digits: str) -> str:
        """Return a new hash, salted."""
        return str(self._pool.apply(HASHER.hash, (digits,)))

    def matches(self, hashed: str, digits: str) -> bool:
        """Whether the digits are those."""
        return bool(self._pool.apply(_matches, (hashed, digits)))


def _matches(hashed: str, digits: str) -> bool:
    try:
        return HASHER.verify(hashed, digits)
    except (VerificationError, InvalidHashError):
        return False


class StoredSecrets:
    """The :class:`switchboard.ports.secrets.SecretBook` of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_hash(self, secret: str, owner: str) -> str | None:
        """The hash of the owner's secret, or None."""
        query = SecretRow.select().where(SecretRow.key == _key(secret, owner))
        row = self._database.read(lambda engine: query.bind(engine).first())
        return row.hashed if row else None

    def keep_hash(self, secret: str, owner: str, hashed: str) -> None:
        """Keep it in place of the owner's former one."""
        row = {
            "key": _key(secret, owner),
            "secret": secret,
            "owner": clean(owner),
            "hashed": hashed,
        }
        self._database.write(lambda engine: put_in_place(engine, SecretRow, [row]))

    def find_lock(self, secret: str, subjects: tuple[str, ...], now: datetime) -> datetime | None:
        """Until when any of these subjects is locked; None when none is."""
        keys = [_key(secret, subject) for subject in subjects]
        query = AttemptRow.select().where(
            AttemptRow.key.in_(keys), AttemptRow.locked_until.is_null(False)
        )
        rows = self._database.read(lambda engine: list(query.bind(engine)))
        locks = [row.locked_until for row in rows if row.locked_until > now]
        return max(locks, default=None)

    def count_wrong(
        self, secret: str, subjects: tuple[str, ...], attempts: int, locked_until: datetime
    ) -> int:
        """Count one more wrong attempt of each; lock those that have had *attempts* in a row."""
        keys = [_key(secret, subject) for subject in subjects]

        def count(engine: peewee.Database) -> int:
            lefts = [_count_one(engine, key, attempts, locked_until) for key in keys]
            return min(lefts)

        return self._database.write(count)

    def forget_wrong(self, secret: str, subjects: tuple[str, ...]) -> None:
        """Count from the beginning, and lock no more."""
        keys = [_key(secret, subject) for subject in subjects]
        self._database.write(AttemptRow.delete().where(AttemptRow.key.in_(keys)).execute)


def _count_one(engine: peewee.Database, key: str, attempts: int, locked_until: datetime) -> int:
    """Count one wrong attempt, whoever else counts at the same moment; return how many are left."""
    counted = (
        AttemptRow.insert(key=key, wrong=1, locked_until=None)
        .on_conflict(
            conflict_target=[AttemptRow.key], update={AttemptRow.wrong: AttemptRow.wrong + 1}
        )
        .returning(AttemptRow.wrong)
        .bind(engine)
    )
    (row,) = list(counted.execute())
    left = max(0, attempts - int(row.wrong))
    if not left:
        change = {"wrong": 0, "locked_until": to_us(locked_until)}
        AttemptRow.update(change).where(AttemptRow.key == key).execute(engine)
    return left


def _key(secret: str, whose: str) -> str:
    return f"{secret}/{clean(whose)}"
