"""The queues and agents of the centre: read, checked, changed, and told to the distribution.

A queue that a flow names and nobody has set up works with the usual settings, so that a small
centre needs only its agents.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from pydantic import ValidationError

from switchboard import acd
from switchboard.ports.clock import Clock
from switchboard.ports.roster import Roster, RosterKind, RosterRow
from switchboard.services.call_recording import RecordingRule
from switchboard.services.roster_forms import AgentForm, QueueForm, recording_rule

log = structlog.get_logger(__name__)

FORMS: Mapping[RosterKind, type[QueueForm] | type[AgentForm]] = {
    RosterKind.QUEUE: QueueForm,
    RosterKind.AGENT: AgentForm,
}


class RosterMistake(ValueError):  # noqa: N818 - one line for each
    """Settings of a queue or an agent that cannot be used; a line for each mistake."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Queues and agents as they are set up."""

    queues: Mapping[str, QueueForm] = field(default_factory=dict)
    agents: Mapping[str, AgentForm] = field(default_factory=dict)

    def queue(self, name: str) -> QueueForm:
        """Return a queue's settings; one that nobody has set up has the usual ones."""
        return self.queues.get(name) or QueueForm()

    def recording_rules(self, queue: str, agent_id: str) -> tuple[RecordingRule, ...]:
        """Return by which rules a conversation of this agent, led there by *queue*, is taken."""
        agent = self.agents.get(agent_id)
        records = (self.queue(queue).record, agent.record if agent else 0)
        return tuple(map(recording_rule, records))

    def config(self) -> acd.Config:
        """Return them as the distribution takes them."""
        return acd.Config(
            queues=tuple(form.made(name) for name, form in self.queues.items()),
            agents=tuple(form.made(name) for name, form in self.agents.items()),
        )


def staff_of(rows: Iterable[RosterRow], named: Iterable[str] = ()) -> Staff:
    """Read what is kept; *named* are queues that flows name, there with the usual settings.

    What cannot be read (by an older version) is told in the log and left out.
    """
    queues = {name: QueueForm() for name in named}
    agents: dict[str, AgentForm] = {}
    for row in rows:
        try:
            if row.kind is RosterKind.QUEUE:
                queues[row.name] = QueueForm.model_validate(row.settings)
            else:
                agents[row.name] = AgentForm.model_validate(row.settings)
        except ValidationError as mistake:
            log.exception(
                "settings cannot be read", what=f"{row.kind} {row.name}", why=str(mistake)
            )
    return Staff(queues, agents)


class Rosters:
    """Changes queues and agents.

    Args:
        roster: Where they are kept.
        named: The queues that flows name.
        clock: When they were changed.
    """

    def __init__(self, roster: Roster, named: Callable[[], Iterable[str]], clock: Clock) -> None:
        self._roster = roster
        self._named = named
        self._clock = clock
        self._read: tuple[object, Staff] | None = None

    def staff(self) -> Staff:
        """Queues and agents as they are set up, at most a second old; read once a change."""
        rows, named = self._roster.rows(), tuple(self._named())
        if self._read is None or self._read[0] != (rows, named):
            self._read = ((rows, named), staff_of(rows, named))
        return self._read[1]

    def change(self, kind: RosterKind, name: str, settings: Mapping[str, Any], by: str) -> None:
        """Set one up, in place of what it was.

        Raises:
            RosterMistake: the settings cannot be used; says what is wrong where.
            StoreAway: it cannot be kept just now.
        """
        self.take_in({kind: {name: settings}}, by)

    def take_in(self, found: Mapping[RosterKind, Mapping[str, Mapping[str, Any]]], by: str) -> int:
        """Set many up, all or none; return how many.

        Raises:
            RosterMistake: some cannot be used; a line for each.
            StoreAway: they cannot be kept just now.
        """
        rows, mistakes = [], []
        for kind, things in found.items():
            for name, settings in things.items():
                try:
                    rows.append(self._row(kind, name, settings, by))
                except ValidationError as wrong:
                    mistakes += _in_words(kind, name, wrong)
        mistakes += self._unknown_queues(rows)
        if mistakes:
            raise RosterMistake("\n".join(mistakes))
        self._roster.put(rows)
        return len(rows)

    def remove(self, kind: RosterKind, name: str) -> bool:
        """Take one away; False when there is none."""
        return self._roster.remove(kind, name)

    def _row(self, kind: RosterKind, name: str, settings: Mapping[str, Any], by: str) -> RosterRow:
        form = FORMS[kind].model_validate(settings)
        kept = form.model_dump(mode="json", exclude_defaults=True)
        return RosterRow(kind, name, kept, self._clock.now(), by)

    def _unknown_queues(self, rows: Iterable[RosterRow]) -> list[str]:
        """An agent who serves a queue that there is not waits for ever."""
        known = {*self.staff().queues, *(r.name for r in rows if r.kind is RosterKind.QUEUE)}
        there_are = ", ".join(sorted(known)) or "none"
        return [
            f"agent {row.name}: queues: there is no queue {queue!r}; there are: {there_are}"
            for row in rows
            if row.kind is RosterKind.AGENT
            for queue in row.settings.get("queues", {})
            if queue not in known
        ]


def changes_between(before: Staff, after: Staff) -> list[object]:
    """Return the events that bring a distribution from one to the other; places are kept."""
    events: list[object] = []
    for name, queue in after.queues.items():
        if before.queues.get(name) != queue:
            events.append(acd.ChangeQueue(queue.made(name)))
    for name, agent in after.agents.items():
        if before.agents.get(name) != agent:
            events.append(acd.ChangeAgent(agent.made(name)))
    events += [acd.RemoveAgent(name) for name in before.agents if name not in after.agents]
    events += [acd.RemoveQueue(name) for name in before.queues if name not in after.queues]
    return events


def _in_words(kind: RosterKind, name: str, wrong: ValidationError) -> list[str]:
    lines = []
    for error in wrong.errors():
        where = ".".join(str(part) for part in error["loc"]) or "all of it"
        lines.append(f"{kind} {name}: {where}: {error['msg'].removeprefix('Value error, ')}")
    return lines
