"""How queues and agents are written by people: the forms of their settings, in YAML or on a screen.

A time is written with its unit (``20s``, ``10m``), as in flows. What is left out has a value that a
small centre can live with, so that a queue without any settings works.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from switchboard import acd
from switchboard.flow.centre_forms import SpanMs
from switchboard.services.call_recording import ConsentMoment, RecordingRule


def _written_span(span_ms: int) -> str:
    for unit, size_ms in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)):
        if span_ms and span_ms % size_ms == 0:
            return f"{span_ms // size_ms}{unit}"
    return f"{span_ms}ms" if span_ms else "0s"


Time = Annotated[SpanMs, PlainSerializer(_written_span)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Level = Annotated[int, Field(ge=1, le=100)]
Percent = Annotated[int, Field(ge=0, le=100)]


class Form(BaseModel):
    """A part of the settings of a queue or an agent."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=False)


class FailureForm(Form):
    """What follows an offer that failed in one way.

    Attributes:
        delay: The agent gets no offer for so long.
        limit: So many in a row bring the action; 0 for never.
        action: What is done with the agent then.
    """

    delay: Time = 5_000
    limit: Count = 0
    action: acd.Action = acd.Action.NOTHING


class RuleForm(Form):
    """When a caller goes elsewhere. Exactly one goal stands here.

    Attributes:
        when: What is looked at.
        limit: Reached at this number, where a number is looked at.
        after: Reached after this wait, where a wait is looked at.
        queue: The queue to go to, with the place kept.
        number: The number to go to.
        voicemail: The mailbox to go to.
        callback: The caller is asked whether to be called back.
        refuse: The flow goes on by its own outcome.
        absent: Signed-in agents who do not count as present.
    """

    when: acd.When
    limit: Count = 0
    after: Time = 0
    queue: str = ""
    number: str = ""
    voicemail: str = ""
    callback: bool = False
    refuse: bool = False
    absent: tuple[acd.Absence, ...] = ()

    @model_validator(mode="after")
    def _one_goal(self) -> Self:
        named = [self.queue, self.number, self.voicemail, self.callback, self.refuse]
        if sum(map(bool, named)) != 1:
            raise ValueError("one of queue, number, voicemail, callback, refuse stands here")
        return self

    def made(self) -> acd.Rule:
        """Return the rule."""
        return acd.Rule(self.when, self._target(), self.after or self.limit, frozenset(self.absent))

    def _target(self) -> acd.Target:
        if self.queue:
            return acd.Target(acd.Goal.QUEUE, self.queue)
        if self.number:
            return acd.Target(acd.Goal.NUMBER, self.number)
        if self.voicemail:
            return acd.Target(acd.Goal.VOICEMAIL, self.voicemail)
        return acd.Target(acd.Goal.CALLBACK if self.callback else acd.Goal.REFUSE)


NOBODY_IS_TOLD = (RuleForm(when=acd.When.NOBODY, refuse=True),)
"""Unless somebody writes other rules: a queue for which nobody is signed in is not joined."""


class RecordForm(Form):
    """Which of the calls with an agent are recorded, both sides from the agent on.

    Attributes:
        percent: How many of a hundred.
        consent: Full name of the prompt that the caller hears before; empty: none.
        again: When it is said once more: ``transfer``, ``resume``.
    """

    percent: Percent = 100
    consent: str = ""
    again: frozenset[ConsentMoment] = frozenset()


def recording_rule(record: "int | RecordForm") -> RecordingRule:
    """Return the rule that ``record`` of a queue or an agent says."""
    if isinstance(record, int):
        return RecordingRule(record)
    return RecordingRule(record.percent, record.consent, record.again)


class SurgeForm(Form):
    """When a queue is in surge, and what it does then. A limit of 0 is not looked at.

    Attributes:
        arrivals_per_minute: Callers who joined in the last minute.
        expected_wait: What a caller who joins now would wait.
        lag: The server's own lag.
        at_most: Callers who may wait in a surge; 0 for no limit.
        callback_first: Callers are offered a callback before the line.
        calm: A surge ends when no limit was reached for so long.
    """

    arrivals_per_minute: Count = 0
    expected_wait: Time = 0
    lag: Time = 0
    at_most: Count = 0
    callback_first: bool = True
    calm: Time = 60_000

    def made(self) -> acd.Surge:
        """Return the policy."""
        return acd.Surge(
            arrivals_per_minute=self.arrivals_per_minute,
            expected_wait_ms=self.expected_wait,
            lag_ms=self.lag,
            at_most=self.at_most,
            callback_first=self.callback_first,
            calm_ms=self.calm,
        )


class AtClosing(StrEnum):
    """What becomes of who waits when a queue closes."""

    SERVE = "serve"  # they are served as ever; nobody new comes in
    LEAVE = "leave"  # the flow goes on with them as closed, by the rule for closing if there is one


class ByHandForm(Form):
    """What somebody said of a queue, beside its calendar.

    Attributes:
        open: Whether it takes callers.
        until: To when it holds; nothing: until somebody says otherwise.
        leave: Closed, who waits leaves at once, whatever ``at_closing`` says.
    """

    open: bool
    until: AwareDatetime | None = None
    leave: bool = False


class QueueForm(Form):
    """A queue.

    Attributes:
        about: Who waits here, for agents and screens.
        strategy: Which of the agents who may take a caller is offered it.
        weight: Share among queues that share agents, where queues are served by weight.
        background: Its callers are offered only to agents whom no other queue needs.
        leave_idle: So many agents are kept free for other queues.
        levels: From which wait on each level of agents takes part.
        widen: Queues whose agents help, each from which wait on.
        ring_for: How long an agent's phone rings.
        ring_at_most: Phones that ring at once for ``ring_all``; 0 for all.
        ring_step: One more phone after each, for ``ring_progressively``.
        wrap_up: Work after a conversation.
        wrap_up_at_most: The longest with extensions.
        failures: What follows offers that failed, by how they did.
        at_most: Callers who may wait; 0 for no limit.
        longest_wait: Who has waited so long is led on by the flow; 0 for never.
        joining: Rules asked when a caller joins.
        waiting: Rules asked while callers wait.
        thresholds: Waits at which something may be done.
        returns_within: A caller cut off who calls again so soon has the old place.
        surge: What is done in a surge.
        at_closing: What becomes of who waits when its calendar, or somebody, closes it.
        by_hand: What somebody said of its opening; see ``switchboard queues close``.
        target: The service level counts who is answered within.
        short_abandon: Who leaves before is not counted as abandoned.
        record: How many of a hundred conversations are recorded, or that and the consent. An
            agent's and a number's own rules hold beside it.
    """

    about: str = ""
    strategy: acd.Strategy = acd.Strategy.LONGEST_IDLE
    weight: Annotated[int, Field(ge=1)] = 1
    background: bool = False
    leave_idle: Count = 0
    levels: Mapping[Level, Time] = {}
    widen: Mapping[str, Time] = {}
    ring_for: Time = 20_000
    ring_at_most: Count = 0
    ring_step: Time = 10_000
    wrap_up: Time = 0
    wrap_up_at_most: Time = 600_000
    failures: Mapping[acd.OfferResult, FailureForm] = {}
    at_most: Count = 0
    longest_wait: Time = 0
    joining: tuple[RuleForm, ...] = NOBODY_IS_TOLD
    waiting: tuple[RuleForm, ...] = ()
    thresholds: tuple[Time, ...] = ()
    returns_within: Time = 120_000
    surge: SurgeForm | None = None
    at_closing: AtClosing = AtClosing.SERVE
    by_hand: ByHandForm | None = None
    target: Time = 20_000
    short_abandon: Time = 5_000
    record: Percent | RecordForm = 0

    def made(self, queue_id: str) -> acd.Queue:
        """Return the queue as the distribution takes it."""
        return acd.Queue(
            queue_id=queue_id,
            strategy=self.strategy,
            weight=self.weight,
            background=self.background,
            leave_idle=self.leave_idle,
            level_waits_ms=tuple(sorted(self.levels.items())),
            widen=tuple(acd.Widening(to, after) for to, after in self.widen.items()),
            ring_ms=self.ring_for,
            ring_at_most=self.ring_at_most,
            ring_step_ms=self.ring_step,
            wrap_up_ms=self.wrap_up,
            wrap_up_limit_ms=self.wrap_up_at_most,
            failures=tuple(
                (result, acd.FailurePolicy(form.delay, form.limit, form.action))
                for result, form in self.failures.items()
            ),
            at_most=self.at_most,
            at_most_wait_ms=self.longest_wait,
            joining=tuple(rule.made() for rule in self.joining),
            waiting=tuple(rule.made() for rule in self.waiting),
            thresholds_ms=self.thresholds,
            returns_within_ms=self.returns_within,
            surge=self.surge.made() if self.surge else None,
            target_ms=self.target,
            short_abandon_ms=self.short_abandon,
        )


class TierForm(Form):
    """An agent's place in a queue; level 1 and position 1 are tried first."""

    level: Level = 1
    position: Annotated[int, Field(ge=1, le=10_000)] = 1


class SeatForm(Form):
    """Another place where an agent is rung; one of the two stands here."""

    extension: Annotated[str, Field(pattern=r"^([0-9]{2,12})?$")] = ""
    outside: Annotated[str, Field(pattern=r"^(\+?[0-9]{3,20})?$")] = ""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.extension) == bool(self.outside):
            raise ValueError("one of extension, outside stands here")
        return self


class BreakOver(StrEnum):
    """What follows a break that lasts longer than its kind may, beside the alert."""

    ALERT = "alert"  # nothing else
    READY = "ready"  # calls are delivered again
    SIGN_OUT = "sign_out"


class AgentForm(Form):
    """An agent.

    Attributes:
        name: What people call them.
        extension: The phone they usually sit at; empty: they say so when they sign in.
        outside: A number outside where they are reached instead, through a gateway.
        auto_answer: Whether their phone is asked to answer by itself.
        queues: The queues they serve: a level, or level and position.
        skills: What they are able to do, each with a level.
        takes_background: Whether queues in the background may have them.
        takes_foreground: False for agents kept for queues in the background.
        wrap_up: Their own work after a call, in place of the queue's.
        breaks: How long each kind of break may last.
        record: As a queue's.
        break_over: What follows a break that lasts longer.
        follow_me: Where they are rung behind their seat, one after another within the queue's time.
        confirm: Whether who answers a number outside presses a key before the caller is joined.
        supervisor: Whether they may watch and direct other agents.
    """

    name: str = ""
    extension: Annotated[str, Field(pattern=r"^([0-9]{2,12})?$")] = ""
    outside: Annotated[str, Field(pattern=r"^(\+?[0-9]{3,20})?$")] = ""
    auto_answer: bool = False
    queues: Mapping[str, Level | TierForm] = {}
    skills: Mapping[str, Level] = {}
    takes_background: bool = True
    takes_foreground: bool = True
    wrap_up: Time | None = None
    breaks: Mapping[str, Time] = {}
    record: Percent | RecordForm = 0
    break_over: BreakOver = BreakOver.ALERT
    follow_me: Annotated[tuple[SeatForm, ...], Field(max_length=3)] = ()
    confirm: bool = True
    supervisor: bool = False

    def made(self, agent_id: str) -> acd.AgentProfile:
        """Return the agent as the distribution takes them."""
        return acd.AgentProfile(
            agent_id=agent_id,
            tiers=tuple(_tier(queue, tier) for queue, tier in self.queues.items()),
            skills=tuple(self.skills.items()),
            takes_background=self.takes_background,
            takes_foreground=self.takes_foreground,
            wrap_up_ms=self.wrap_up,
            break_limits_ms=tuple(self.breaks.items()),
        )


def _tier(queue: str, tier: int | TierForm) -> acd.Tier:
    if isinstance(tier, int):
        return acd.Tier(queue, tier)
    return acd.Tier(queue, tier.level, tier.position)
