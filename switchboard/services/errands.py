"""What a flow asks of the world beside the call: rows, requests, messages, secrets, surveys.

An errand is carried out in a greenlet of its own; its outcome arrives in the call's inbox
(``services/line.py``). Each bears the key of its occasion (the call and how often its run has
waited), so that a run that is taken up does nothing twice. What the world cannot do is told in
words: an errand never raises for what is outside.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.flow import Program
from switchboard.flow.effects import (
    Answered,
    ChangeSecret,
    CheckSecret,
    CreateRow,
    Done,
    Effect,
    Failed,
    Found,
    KeepSurvey,
    LookUp,
    OpenSecret,
    Refused,
    Request,
    Resume,
    Send,
    Speech,
    UpdateRow,
)
from switchboard.flow.values import SecretValue
from switchboard.flow.world import Medium, Sort
from switchboard.ports.connections import Ask, ConnectionFault, Connections
from switchboard.ports.outages import StoreAway
from switchboard.ports.senders import OutgoingMessage, Sender, SendFailed, SendRefused
from switchboard.ports.sources import (
    Row,
    RowQuery,
    RowRefused,
    Source,
    SourceFault,
    Sources,
)
from switchboard.ports.surveys import SurveyAnswers, Surveys
from switchboard.services.secrets import GONE, KeyedSecrets, SecretDesk

# A row that somebody writes may wait for a lock; a mail server for a look at its black lists.
WRITING_WITHIN_S = 10.0
SENDING_WITHIN_S = 30.0
SECRET = "secret"  # noqa: S105 - a type of the flow language
MEDIA = {Medium.SMS: "SMS provider", Medium.EMAIL: "mail server", Medium.FAX: "fax line"}


@dataclass(frozen=True, slots=True)
class Outside:
    """What there is beside the calls.

    Attributes:
        sources: Rows, by the names that flows use.
        connections: Systems asked over HTTP, by name.
        senders: How messages go.
        secrets: Proves and changes secrets.
        surveys: Keeps answers.
    """

    sources: Sources
    connections: Connections
    senders: Mapping[Medium, Sender]
    secrets: SecretDesk
    surveys: Surveys


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which call asks, and when in its run.

    Attributes:
        call_id: The call.
        key: The call and how often its run has waited.
        caller: Calling number; empty when withheld.
        program: Its flows: they say which fields a source has.
        keyed: The secrets it holds.
        was_sent: Whether a message of this key is known to have gone.
    """

    call_id: str
    key: str
    caller: str
    program: Program
    keyed: KeyedSecrets
    was_sent: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to be done.

    Attributes:
        work: Does it; blocks, and never raises for what is outside.
        within_s: Longest wait for each try.
        retries: How often a failed try is repeated.
        meanwhile: Said when it takes longer than a second.
    """

    work: Callable[[], Resume]
    within_s: float = WRITING_WITHIN_S
    retries: int = 0
    meanwhile: Speech = ()


class Errands:
    """Makes errands of effects.

    Args:
        outside: The world beside the calls.
    """

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def find_errand(self, effect: Effect, on: Occasion) -> Errand | None:
        """Return the errand that *effect* asks for; None when it asks for something else."""
        desk = self._outside.secrets
        match effect:
            case LookUp():
                return _calling(effect, _unsaid(lambda: self._look_up(effect, on), effect.by, on))
            case Request():
                body = effect.body or {}
                return _calling(effect, _unsaid(lambda: self._request(effect, on), body, on))
            case CreateRow():
                return Errand(_told(lambda: self._create(effect, on)), meanwhile=effect.meanwhile)
            case UpdateRow():
                return Errand(_told(lambda: self._update(effect, on)), meanwhile=effect.meanwhile)
            case Send():
                return Errand(_told(lambda: self._send(effect, on)), SENDING_WITHIN_S)
            case OpenSecret():
                return Errand(_told(lambda: desk.open(effect, on.caller)))
            case CheckSecret():
                return Errand(_told(lambda: desk.check(effect, on.caller, on.keyed)))
            case ChangeSecret():
                return Errand(_told(lambda: desk.change(effect, on.keyed)))
            case KeepSurvey():
                return Errand(_told(lambda: self._keep_survey(effect, on)))
        return None

    # --- rows ---------------------------------------------------------------------------------

    def _look_up(self, effect: LookUp, on: Occasion) -> Found:
        fields = on.program.fields.get(effect.source, {})
        ordered = effect.sort is not Sort.AS_GIVEN
        moments = [name for name, kind in fields.items() if kind in {"date", "moment"}]
        query = RowQuery(
            by=_opened(effect.by, on.keyed),
            at_most=effect.at_most,
            order_by=moments[0] if ordered and moments else "",
            newest_first=effect.sort is Sort.NEWEST_FIRST,
            within_s=effect.within_ms / 1000,
        )
        rows = self._source(effect.source).find_rows(query)
        return Found(tuple(_declared(row, on, effect.source) for row in rows))

    def _create(self, effect: CreateRow, on: Occasion) -> Done:
        row = self._source(effect.source).create_row(effect.values, key=on.key)
        return Done(_declared(row, on, effect.source))

    def _update(self, effect: UpdateRow, on: Occasion) -> Done:
        source = self._source(effect.source)
        row = source.update_row(effect.by, effect.values, key=on.key)
        return Done(_declared(row, on, effect.source))

    def _source(self, name: str) -> Source:
        source = self._outside.sources.get(name)
        if source is None:
            raise SourceFault(f"the settings name no source {name!r}: add it under `sources:`")
        return source

    # --- other systems ------------------------------------------------------------------------

    def _request(self, effect: Request, on: Occasion) -> Answered:
        connection = self._outside.connections.get(effect.connection)
        if connection is None:
            raise ConnectionFault(
                f"the settings name no connection {effect.connection!r}: add it under "
                "`connections:`"
            )
        body = None if effect.body is None else _opened(effect.body, on.keyed)
        ask = Ask(effect.method, effect.path, body, effect.within_ms / 1000, on.key)
        reply = connection.ask(ask)
        return Answered(reply.status, reply.body)

    def _send(self, effect: Send, on: Occasion) -> Done:
        sender = self._outside.senders.get(effect.medium)
        if sender is None:
            raise SendFailed(f"no {MEDIA[effect.medium]} is configured in the settings")
        if not on.was_sent():
            sender.send(
                OutgoingMessage(on.key, effect.to, effect.text, effect.subject, effect.document)
            )
        return Done()

    def _keep_survey(self, effect: KeepSurvey, on: Occasion) -> Done:
        now = self._outside.secrets.clock.now()
        answers = SurveyAnswers(on.key, effect.survey, on.call_id, effect.answers, now)
        self._outside.surveys.keep(answers)
        return Done()


def unserved(
    program: Program, sources: Collection[str], connections: Collection[str]
) -> tuple[str, ...]:
    """Say which sources and connections of a centre the settings do not name, one line each."""
    centre = program.centre
    return (
        *(f"source {name}" for name in centre.sources if name not in sources),
        *(f"connection {name}" for name in centre.connections if name not in connections),
    )


def _calling(effect: LookUp | Request, work: Callable[[], Resume]) -> Errand:
    return Errand(_told(work), effect.within_ms / 1000, effect.retries, effect.meanwhile)


def _declared(row: Row, on: Occasion, source: str) -> dict[str, Any]:
    """Of a row only what the centre declares: no other column gets into a run that is saved."""
    fields = on.program.fields.get(source)
    return {
        name: value
        for name, value in row.items()
        if not fields or fields.get(name, SECRET) != SECRET
    }


def _opened(values: Mapping[str, Any], keyed: KeyedSecrets) -> dict[str, Any]:
    """Put the digits in the place of secrets, for this one question.

    Raises:
        SecretGone: they died with a server.
    """
    return {name: _digits(value, keyed) for name, value in values.items()}


def _digits(value: Any, keyed: KeyedSecrets) -> Any:  # noqa: ANN401 - a value of a flow
    if not isinstance(value, SecretValue):
        return value
    digits = keyed.find(value.secret_id)
    if digits is None:
        raise SecretGone(GONE)
    return digits


class SecretGone(Exception):  # noqa: N818 - what happened
    """What was keyed died with a server: it has to be asked for again."""


def _unsaid(
    work: Callable[[], Resume], values: Mapping[str, Any], on: Occasion
) -> Callable[[], Resume]:
    """Let no fault repeat the digits of a secret: its words get into journal, run and log."""
    ids = [value.secret_id for value in values.values() if isinstance(value, SecretValue)]
    secrets = [digits for one in ids if (digits := on.keyed.find(one))]

    def attempt() -> Resume:
        try:
            return work()
        except SecretGone as gone:
            return Failed(str(gone))
        except (RowRefused, SourceFault, ConnectionFault) as fault:
            told = str(fault)
            for digits in secrets:
                told = told.replace(digits, "•" * len(digits))
            if told == str(fault):
                raise
            return Refused(told) if isinstance(fault, RowRefused) else Failed(told)

    return attempt


def _told(work: Callable[[], Resume]) -> Callable[[], Resume]:
    """Answer a no and a fault of the world in words, instead of raising them."""

    def attempt() -> Resume:
        try:
            return work()
        except (RowRefused, SendRefused) as refusal:
            return Refused(str(refusal))
        except (SourceFault, ConnectionFault, SendFailed, StoreAway) as fault:
            return Failed(str(fault))

    return attempt
