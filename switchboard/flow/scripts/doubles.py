"""The world of a call script: rows, requests, messages and secrets that a script gives.

Answers as the real world would, at once unless the script says that something is slow or down; time
is the script's own clock. A source or request that no script gives is an error, never the real one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from switchboard.flow import effects as fx
from switchboard.flow.calendars import DayState
from switchboard.flow.centre_forms import BUILT_IN_SOURCES
from switchboard.flow.program import Program
from switchboard.flow.scripts.forms import Given
from switchboard.flow.scripts.queues import AnybodyAnswers, Queues
from switchboard.flow.types import typed, typed_row, written_form
from switchboard.flow.values import UNKNOWN, SecretValue, Value
from switchboard.flow.world import DialResult, QueueResult, SecretState, Sort

USUAL_WAIT_MS = 5000
MEANWHILE_MS = 1000  # whatever takes longer is bridged by a word to the caller
SECRET = "secret"  # noqa: S105 - a type of the flow language
FIRST_SERIAL = 10001


class ScriptFailed(Exception):  # noqa: N818 - what it is
    """The call did not go as the script says; the message tells how it went."""


class NotGiven(Exception):  # noqa: N818 - what is wrong with the script
    """The flow asks for something that the script does not give."""


@dataclass(frozen=True, slots=True)
class Written:
    """Something that a call left behind.

    Attributes:
        drawer: A source, or voice_message, survey, callback; or sms, email, fax.
        row: What stands in it.
    """

    drawer: str
    row: Mapping[str, Any]


@dataclass(slots=True)
class _Lock:
    wrong: int = 0
    until: datetime | None = None


@dataclass(slots=True)
class Doubles:
    """The world of one script's call, and of the calls that follow it.

    Attributes:
        program: Whose centre it stands for.
        given: What the script gives.
        now: The script's clock.
        created: Rows that were created, in order.
        updated: Rows that were changed.
        sent: Messages that were sent.
        queues: Who waits, and for whom.
    """

    program: Program
    given: Given
    now: datetime
    created: list[Written] = field(default_factory=list)
    updated: list[Written] = field(default_factory=list)
    sent: list[Written] = field(default_factory=list)
    queues: Queues = field(default_factory=lambda: AnybodyAnswers(Given()))
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _locks: dict[tuple[str, str], _Lock] = field(default_factory=dict)
    _keyed: dict[str, str] = field(default_factory=dict)
    _secrets: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Type the rows as the centre declares them."""
        for source, rows in self.given.sources.items():
            # The source knows its secrets; it is the call that must not.
            types = {
                name: "digits" if kind == SECRET else kind
                for name, kind in self.program.fields.get(source, {}).items()
            }
            self._rows[source] = [typed_row(row, types, self.program.fields) for row in rows]
        for secret, owners in self.given.secrets.items():
            for owner, digits in owners.items():
                self._secrets[secret, owner] = digits

    def rows(self) -> Mapping[str, list[dict[str, Any]]]:
        """Return the rows of each source, typed as the centre declares them."""
        return self._rows

    def pass_time(self, duration_ms: int) -> None:
        """Let so much time pass, for everybody."""
        self.now += timedelta(milliseconds=duration_ms)
        self.queues.pass_to(self.now)

    def answer(self, effect: fx.Effect, call_id: str) -> tuple[fx.Resume, int]:
        """Return what the world answers this call, and after how many milliseconds."""
        name = _name_of(effect)
        within_ms = getattr(effect, "within_ms", USUAL_WAIT_MS)
        longest_ms = within_ms * (getattr(effect, "retries", 0) + 1)
        takes_ms = self.given.slow.get(name, 0)
        if name in self.given.down:
            return fx.Failed(f"{name} does not answer"), longest_ms
        if takes_ms > within_ms:
            return fx.Failed(f"{name} does not answer in time"), longest_ms
        if isinstance(effect, fx.BookCallback):
            return self._book(effect, call_id), takes_ms
        return self._answer(effect), takes_ms

    def refusal(self, effect: fx.Effect) -> fx.Resume | None:
        """Return how something that takes time fails at once; None when it goes ahead."""
        name, given = _name_of(effect), self.given
        if isinstance(effect, fx.Record):
            return fx.Failed("the script says so") if name in given.down else None
        if isinstance(effect, fx.Dial):
            return self._dial_refusal(effect)
        if isinstance(effect, fx.Enqueue):
            if name in given.down:
                return fx.Failed("the script says so")
            refused = self._queue_refuses(effect)
            return None if refused is None else fx.QueueLeft(refused)
        if isinstance(effect, fx.Confer):
            if name in given.down:
                return fx.Failed("the script says so")
            return fx.Refused("full") if name in given.refuses else None
        return None

    def _dial_refusal(self, effect: fx.Dial) -> fx.Resume | None:
        given = self.given
        if "dial" in given.down:
            return fx.Failed("the script says so")
        if "dial" in given.refuses:
            return fx.Refused("the script says so")
        if effect.to in given.busy:
            return fx.Dialled(DialResult.BUSY)
        return fx.Dialled(DialResult.UNREACHABLE) if effect.to in given.down else None

    def _queue_refuses(self, effect: fx.Enqueue) -> QueueResult | None:
        form = self.program.centre.queues.get(effect.queue)
        calendar = self.program.calendars.get(form.calendar or "") if form is not None else None
        if calendar is not None and calendar.state(self.now) is not DayState.OPEN:
            return QueueResult.CLOSED
        if effect.queue in self.given.refuses:
            return QueueResult.FULL
        return None

    def hold_secret(self, digits: str) -> fx.KeyedSecret:
        """Keep what was keyed as a secret, in memory only."""
        secret_id = f"keyed-{len(self._keyed) + 1}"
        self._keyed[secret_id] = digits
        return fx.KeyedSecret(secret_id, len(digits))

    def _answer(self, effect: fx.Effect) -> fx.Resume:
        match effect:
            case fx.LookUp():
                return self._look_up(effect)
            case fx.CreateRow():
                return self._create(effect)
            case fx.UpdateRow():
                return self._update(effect)
            case fx.Request():
                return self._request(effect)
            case fx.Send():
                return self._send(effect)
            case fx.KeepMessage():
                return self._keep_message(effect)
            case fx.KeepSurvey():
                return self._write("survey", {"survey": effect.survey, **effect.answers})
            case fx.OpenSecret():
                return fx.SecretChecked(self._secret_state(effect.secret, effect.owner))
            case fx.CheckSecret():
                return self._check(effect)
            case fx.ChangeSecret():
                return self._change(effect)
            case fx.ReceiveFax():
                return fx.Done({"fax": "fax-1"})
        raise NotGiven(f"a script cannot play {type(effect).__name__} yet")

    # --- rows ----------------------------------------------------------------

    def _source(self, name: str) -> list[dict[str, Any]]:
        if name in BUILT_IN_SOURCES:
            return self._rows.setdefault(name, [])
        if name not in self._rows:
            raise NotGiven(f"the script gives no source {name!r} (write its rows, or [])")
        return self._rows[name]

    def _matching(self, source: str, by: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [row for row in self._source(source) if _fits(row, by)]

    def _look_up(self, effect: fx.LookUp) -> fx.Found:
        by = {name: self._opened(value) for name, value in effect.by.items()}
        rows = self._matching(effect.source, by)
        moment = self._sorting_field(effect.source)
        if effect.sort is not Sort.AS_GIVEN and moment is not None:
            rows = [row for row in rows if moment in row]
            rows.sort(key=lambda row: row[moment], reverse=effect.sort is Sort.NEWEST_FIRST)
        return fx.Found(tuple(self._told(effect.source, row) for row in rows[: effect.at_most]))

    def _told(self, source: str, row: dict[str, Any]) -> dict[str, Any]:
        types = self.program.fields.get(source, {})
        return {name: value for name, value in row.items() if types.get(name) != SECRET}

    def secrets(self) -> list[str]:
        """Everything that must stand nowhere: what was given as a secret, and what was keyed."""
        rows = (
            str(row[name])
            for source, kinds in self.program.fields.items()
            for row in self.given.sources.get(source, ())
            for name, kind in kinds.items()
            if kind == SECRET and name in row
        )
        given = (digits for owners in self.given.secrets.values() for digits in owners.values())
        return [*given, *rows, *self._keyed.values()]

    def _opened(self, value: Value) -> Value:
        """The digits of a secret, which a source is asked by and the call has nowhere."""
        return self._keyed.get(value.secret_id) if isinstance(value, SecretValue) else value

    def _sorting_field(self, source: str) -> str | None:
        types = self.program.fields.get(source, {})
        return next((name for name, kind in types.items() if kind in ("date", "moment")), None)

    def _create(self, effect: fx.CreateRow) -> fx.Resume:
        rows = self._source(effect.source)
        if effect.source in self.given.refuses:
            return fx.Refused("the script says so")
        types = self.program.fields.get(effect.source, {})
        row = typed_row(effect.values, types, self.program.fields)
        for name, kind in types.items():
            if name not in row and (made := self._made(kind, len(rows))) is not None:
                row[name] = made
        rows.append(row)
        self.created.append(Written(effect.source, row))
        return fx.Done(row)

    def _made(self, kind: str, count: int) -> Value | None:
        """What the other side fills in by itself: numbers of rows, and the present moment."""
        if kind == "digits":
            return str(FIRST_SERIAL + count)
        if kind == "date":
            return self.now.date()
        return self.now if kind == "moment" else None

    def _update(self, effect: fx.UpdateRow) -> fx.Resume:
        found = self._matching(effect.source, effect.by)
        if len(found) != 1 or effect.source in self.given.refuses:
            return fx.Refused("no such row" if not found else "the script says so")
        types = self.program.fields.get(effect.source, {})
        found[0].update(typed_row(effect.values, types, self.program.fields))
        self.updated.append(Written(effect.source, dict(found[0])))
        return fx.Done(dict(found[0]))

    def _write(self, drawer: str, row: Mapping[str, Any]) -> fx.Done:
        self.created.append(Written(drawer, row))
        return fx.Done(row)

    # --- requests and messages ----------------------------------------------------------------

    def _request(self, effect: fx.Request) -> fx.Resume:
        if effect.connection in self.given.refuses:
            return fx.Answered(400)
        for double in self.given.answers:
            asked = double.request
            if (asked.connection, asked.method, asked.path) == (
                effect.connection,
                effect.method,
                effect.path,
            ):
                return fx.Answered(double.with_.status, double.with_.body)
        raise NotGiven(
            f"the script answers no {effect.method} {effect.path} of {effect.connection}"
        )

    def _send(self, effect: fx.Send) -> fx.Resume:
        if effect.medium in self.given.refuses:
            return fx.Refused("the script says so")
        row = {"to": effect.to, "text": effect.text, "subject": effect.subject}
        prompts = {"prompts": effect.prompts, "document": effect.document}
        self.sent.append(Written(effect.medium, {**row, **prompts}))
        return fx.Done()

    def _keep_message(self, effect: fx.KeepMessage) -> fx.Resume:
        number = effect.reply_to or self.given.from_
        row = {"box": effect.mailbox, "number": number, "duration_ms": effect.duration_ms}
        return self._write("voice_message", {**row, "reply": effect.reply_wanted})

    def _book(self, effect: fx.BookCallback, call_id: str) -> fx.Resume:
        if "callback" in self.given.refuses:
            return fx.Refused("the script says so")
        if refused := self.queues.book(call_id, effect):
            return fx.Refused(refused)
        row = {"queue": effect.queue, "to": effect.to, "priority": effect.priority}
        return self._write("callback", row)

    # --- secrets ----------------------------------------------------------------

    def _secret_state(self, secret: str, owner: str) -> SecretState:
        if (secret, owner) not in self._secrets:
            return SecretState.UNKNOWN
        lock = self._locks.get((secret, owner))
        locked = lock is not None and lock.until is not None and self.now < lock.until
        return SecretState.LOCKED if locked else SecretState.OPEN

    def _check(self, effect: fx.CheckSecret) -> fx.SecretChecked:
        state = self._secret_state(effect.secret, effect.owner)
        if state is not SecretState.OPEN:
            return fx.SecretChecked(state)
        owner = (effect.secret, effect.owner)
        lock = self._locks.setdefault(owner, _Lock())
        if self._keyed.pop(effect.secret_id, None) == self._secrets[owner]:
            lock.wrong = 0
            return fx.SecretChecked(SecretState.PROVED)
        lock.wrong += 1
        if lock.wrong < effect.attempts:
            return fx.SecretChecked(SecretState.WRONG, effect.attempts - lock.wrong)
        lock.wrong, lock.until = 0, self.now + timedelta(milliseconds=effect.lock_for_ms)
        return fx.SecretChecked(SecretState.LOCKED)

    def _change(self, effect: fx.ChangeSecret) -> fx.Resume:
        first, second = self._keyed.pop(effect.first_id, ""), self._keyed.pop(effect.second_id, "")
        if not first or first != second:
            return fx.Refused("the two differ")
        self._secrets[effect.secret, effect.owner] = first
        return fx.Done()


def _name_of(effect: fx.Effect) -> str:
    """What `down`, `slow` and `refuses` call it."""
    match effect:
        case fx.LookUp() | fx.CreateRow() | fx.UpdateRow():
            return effect.source
        case fx.Request():
            return effect.connection
        case fx.Send():
            return effect.medium
        case fx.OpenSecret() | fx.CheckSecret() | fx.ChangeSecret():
            return effect.secret
        case fx.Enqueue():
            return effect.queue
        case fx.Confer():
            return effect.room
    return _NAMES.get(type(effect), "")


_NAMES: Mapping[type, str] = {
    fx.KeepMessage: "voice_message",
    fx.KeepSurvey: "survey",
    fx.BookCallback: "callback",
    fx.Record: "recorder",
    fx.ReceiveFax: "receive_fax",
}


def _fits(row: Mapping[str, Any], by: Mapping[str, Any]) -> bool:
    return all(name in row and written_form(row[name]) == written_form(by[name]) for name in by)


def row_fits(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a row has the fields that a script names; amounts and dates compare as such."""
    return all(name in row and _same(row[name], value) for name, value in wanted.items())


def _same(value: Value, wanted: Value) -> bool:
    if isinstance(value, date) and isinstance(wanted, str):
        kind = "moment" if isinstance(value, datetime) else "date"
        return bool(typed(wanted, kind, {}) == value)
    if isinstance(wanted, (str, bool)) or wanted is None or value is UNKNOWN:
        return wanted is None or written_form(value) == written_form(wanted)
    return written_form(value) == written_form(wanted) or bool(value == wanted)
