"""The world beside the calls, in memory: sources, connections, senders, secrets, surveys.

The fakes of stores and sources are held to the contract suites of their ports.
"""

from datetime import datetime

from switchboard.flow.world import Medium
from switchboard.ports.connections import Ask, ConnectionFault, Reply
from switchboard.ports.senders import OutgoingMessage
from switchboard.ports.sources import Row, RowQuery, RowRefused, SourceFault
from switchboard.ports.surveys import SurveyAnswers, SurveySummary
from switchboard.services.errands import Errands, Outside
from switchboard.services.secrets import SecretDesk
from tests.fakes.clock import VirtualClock


class FakeSource:
    """Rows in a list.

    Attributes:
        rows: All of them.
        down: When set, every question fails.
        forbidden: Rows with these values are refused.
    """

    def __init__(self, *rows: Row) -> None:
        self.rows = [dict(row) for row in rows]
        self.down = False
        self.forbidden: Row = {"state": "forbidden"}
        self._written: dict[str, Row] = {}

    def find_rows(self, query: RowQuery) -> tuple[Row, ...]:
        self._look()
        found = [row for row in self.rows if _has(row, query.by)]
        if query.order_by:
            found.sort(key=lambda row: str(row[query.order_by]), reverse=query.newest_first)
        return tuple(dict(row) for row in found[: query.at_most])

    def create_row(self, values: Row, *, key: str) -> Row:
        self._look()
        if key not in self._written:
            self._refuse(values)
            self.rows.append({"number": str(len(self.rows) + 1), **values})
            self._written[key] = dict(self.rows[-1])
        return self._written[key]

    def update_row(self, by: Row, values: Row, *, key: str) -> Row:
        self._look()
        if key not in self._written:
            found = [row for row in self.rows if _has(row, by)]
            if len(found) != 1:
                raise RowRefused(f"{len(found)} rows")
            self._refuse(values)
            found[0].update(values)
            self._written[key] = dict(found[0])
        return self._written[key]

    def _look(self) -> None:
        if self.down:
            raise SourceFault("the test's source is down")

    def _refuse(self, values: Row) -> None:
        if _has(values, self.forbidden):
            raise RowRefused("the test forbids it")


def _has(row: Row, by: Row) -> bool:
    return all(str(row.get(field)) == str(value) for field, value in by.items())


class FakeConnection:
    """Answers as the test says.

    Attributes:
        asked: Every request.
        reply: What is answered; None: nobody answers.
    """

    def __init__(self) -> None:
        self.asked: list[Ask] = []
        self.reply: Reply | None = Reply(200, {})

    def ask(self, ask: Ask) -> Reply:
        self.asked.append(ask)
        if self.reply is None:
            raise ConnectionFault("the test's system is down")
        return self.reply


class FakeSender:
    """Keeps what was to be sent; raises *fault* when it is set."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMessage] = []
        self.fault: Exception | None = None

    def send(self, message: OutgoingMessage) -> None:
        if self.fault:
            raise self.fault
        self.sent.append(message)


class FakeHasher:
    """Turns digits round: quick, and not the digits."""

    def hash_of(self, digits: str) -> str:
        return f"hash of {digits[::-1]}"

    def matches(self, hashed: str, digits: str) -> bool:
        return hashed == self.hash_of(digits)


class FakeSecretBook:
    """Hashes and wrong attempts in memory."""

    def __init__(self) -> None:
        self._hashes: dict[tuple[str, str], str] = {}
        self._wrong: dict[tuple[str, str], int] = {}
        self._locks: dict[tuple[str, str], datetime] = {}

    def find_hash(self, secret: str, owner: str) -> str | None:
        return self._hashes.get((secret, owner))

    def keep_hash(self, secret: str, owner: str, hashed: str) -> None:
        self._hashes[secret, owner] = hashed

    def find_lock(self, secret: str, subjects: tuple[str, ...], now: datetime) -> datetime | None:
        locks = [self._locks.get((secret, subject), now) for subject in subjects]
        return max((lock for lock in locks if lock > now), default=None)

    def count_wrong(
        self, secret: str, subjects: tuple[str, ...], attempts: int, locked_until: datetime
    ) -> int:
        lefts = []
        for subject in subjects:
            wrong = self._wrong.get((secret, subject), 0) + 1
            lefts.append(max(0, attempts - wrong))
            self._wrong[secret, subject] = wrong if lefts[-1] else 0
            if not lefts[-1]:
                self._locks[secret, subject] = locked_until
        return min(lefts)

    def forget_wrong(self, secret: str, subjects: tuple[str, ...]) -> None:
        for subject in subjects:
            self._wrong.pop((secret, subject), None)
            self._locks.pop((secret, subject), None)


class FakeSurveys:
    """Answers in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, SurveyAnswers] = {}

    def keep(self, answers: SurveyAnswers) -> None:
        self._kept.setdefault(answers.key, answers)

    def list_answers(
        self, survey: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SurveyAnswers, ...]:
        found = [
            one
            for one in self._kept.values()
            if one.survey == survey
            and (since is None or one.answered_at >= since)
            and (until is None or one.answered_at < until)
        ]
        return tuple(sorted(found, key=lambda one: (one.answered_at, one.key)))

    def list_surveys(self) -> tuple[SurveySummary, ...]:
        names = sorted({one.survey for one in self._kept.values()})
        return tuple(
            SurveySummary(name, len(found), found[0].answered_at, found[-1].answered_at)
            for name in names
            if (found := self.list_answers(name))
        )


class FakeOutside:
    """All of it together."""

    def __init__(self, clock: VirtualClock) -> None:
        self.sources: dict[str, FakeSource] = {}
        self.connections: dict[str, FakeConnection] = {}
        self.mail = FakeSender()
        self.secrets = SecretDesk(FakeSecretBook(), FakeHasher(), clock)
        self.surveys = FakeSurveys()

    def errands(self) -> Errands:
        return Errands(
            Outside(
                self.sources,
                self.connections,
                {Medium.EMAIL: self.mail},
                self.secrets,
                self.surveys,
            )
        )
