"""The one gate to the database engine: SQLite by default, PostgreSQL by URL.

Every statement runs on a thread of the gate's own, never on the hub: a greenlet that reads or
writes waits, and the others go on. All writing is done by one thread, so that a transaction of
this process can neither meet another one nor be held across a switch of greenlets, and a wait for
another process's lock, or for a slow disk, stops nobody else.

Works with gevent's monkey patching and without: connections are handed from thread to thread here,
and nothing of peewee that depends on thread-local state or on locks is used.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import peewee
from gevent.threadpool import ThreadPool

from switchboard.ports.outages import StoreAway

T = TypeVar("T")
Work = Callable[[peewee.Database], T]
"""What is done with a connection that is open."""

# Reports may take seconds; four of them at once leave a thread for the quick ones on 2 to 4 cores.
READING_THREADS = 4

# How long the writing thread waits for another process's lock before the store counts as away.
LOCK_WAIT_S = 2.0

SQLITE_PRAGMAS = {
    "journal_mode": "wal",  # readers and the writer do not wait for each other
    "synchronous": "full",  # a commit is on the disk when it returns, also through a power cut
    "foreign_keys": 1,
}

# PostgreSQL that does not answer counts as away after these, instead of after TCP's two hours.
POSTGRESQL_PARAMS: dict[str, Any] = {
    "connect_timeout": 2,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
    "client_encoding": "utf8",
    "application_name": "switchboard",
}

# A statement that the engine refuses for what it says is our bug; all other errors mean "away".
REFUSALS = (
    peewee.IntegrityError,
    peewee.DataError,
    peewee.ProgrammingError,
    peewee.NotSupportedError,
)


class MistakenUrl(ValueError):  # noqa: N818 - names what it is
    """The database URL cannot be used; the message says why and what it should look like."""


def engine_for(url: str, lock_wait_s: float = LOCK_WAIT_S) -> peewee.Database:
    """Return an engine, not connected yet, that one thread at a time may use.

    Args:
        url: ``sqlite:///relative/path``, ``sqlite:////absolute/path`` or
            ``postgresql://user:password@host/name``.
        lock_wait_s: How long SQLite waits for another process's lock.

    Raises:
        MistakenUrl: neither of the two, or without a database's name.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = parts.path.removeprefix("/")
        if not path or parts.netloc or path == ":memory:":
            raise MistakenUrl(
                f"{url!r} names no file: write sqlite:/// and a path "
                "(sqlite:////var/lib/switchboard/switchboard.db)"
            )
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return peewee.SqliteDatabase(
            path,
            pragmas=SQLITE_PRAGMAS,
            timeout=lock_wait_s,
            lock_type="immediate",
            check_same_thread=False,
            thread_safe=False,
        )
    if parts.scheme in ("postgresql", "postgres"):
        if not parts.path.removeprefix("/") and not parts.query:
            raise MistakenUrl(f"{parts.scheme} URL without a database's name behind the host")
        return peewee.PostgresqlDatabase(
            url.replace("postgres://", "postgresql://", 1),
            prefer_psycopg3=True,
            thread_safe=False,
            **POSTGRESQL_PARAMS,
        )
    raise MistakenUrl(
        f"a database URL begins with sqlite:/// or postgresql://, not with {parts.scheme!r}"
    )


class Database:
    """Runs work with a connection on the gate's threads.

    Args:
        url: See :func:`engine_for`.
        lock_wait_s: How long a transaction waits for another process's.

    Raises:
        MistakenUrl: the URL cannot be used.
    """

    def __init__(self, url: str, lock_wait_s: float = LOCK_WAIT_S) -> None:
        self._url = url
        self._writing = ThreadPool(1)
        self._reading = ThreadPool(READING_THREADS)
        self._writer = engine_for(url, lock_wait_s)
        self._idle: list[peewee.Database] = []

    def read(self, work: Work[T]) -> T:
        """Run *work*, which only reads, on a reading thread; return what it returns.

        Raises:
            StoreAway: the engine cannot be reached.
        """
        return _apply(self._reading, lambda: self._read_here(work))

    def write(self, work: Work[T]) -> T:
        """Run *work* in one transaction on the writing thread; it is durable on return.

        Raises:
            StoreAway: the engine cannot be reached, or is locked for too long; nothing is written.
        """
        return self.on_writing_thread(lambda: self.write_here(work))

    def on_writing_thread(self, job: Callable[[], T]) -> T:
        """Run *job*, which may block, in its turn on the writing thread."""
        return _apply(self._writing, job)

    def write_here(self, work: Work[T]) -> T:
        """As :meth:`write`, for a job that is on the writing thread already."""
        with outages_told(self._writer):
            self._writer.connect(reuse_if_open=True)
            with self._writer.atomic():
                return work(self._writer)

    def close(self) -> None:
        """Let what is under way end, then close every connection."""
        self._reading.join()
        self._writing.join()
        for engine in (self._writer, *self._idle):
            engine.close()
        self._idle.clear()
        self._reading.kill()
        self._writing.kill()

    def _read_here(self, work: Work[T]) -> T:
        engine = self._idle.pop() if self._idle else engine_for(self._url)
        was_open = not engine.is_closed()
        try:
            return _ask(engine, work)
        except StoreAway:
            # A connection from before an outage fails once: the store may be back long since.
            if not was_open:
                raise
            return _ask(engine, work)
        finally:
            self._idle.append(engine)


@dataclass(frozen=True, slots=True)
class _Raised:
    fault: BaseException


def _apply(pool: ThreadPool, job: Callable[[], T]) -> T:
    """Run *job* on a thread of *pool*; what it raises is raised here, and only here."""

    def attempt() -> T | _Raised:
        try:
            return job()
        except BaseException as fault:  # noqa: BLE001 - raised again on the other side
            # gevent would also print it as the failure of a thread: an outage is no such thing.
            return _Raised(fault)

    outcome = pool.apply(attempt)
    if isinstance(outcome, _Raised):
        raise outcome.fault
    return outcome


def _ask(engine: peewee.Database, work: Work[T]) -> T:
    with outages_told(engine):
        engine.connect(reuse_if_open=True)
        return work(engine)


@contextmanager
def outages_told(engine: peewee.Database) -> Iterator[None]:
    """Turn the engine's errors into :class:`StoreAway`; the next use connects anew."""
    try:
        yield
    except REFUSALS:
        raise
    except (peewee.DatabaseError, peewee.InterfaceError) as fault:
        _abandon(engine)
        raise StoreAway(f"the database does not take or give records: {fault}") from fault


def _abandon(engine: peewee.Database) -> None:
    # A broken connection may not even close; peewee forgets it all the same.
    with suppress(peewee.PeeweeException, OSError):
        engine.close()
