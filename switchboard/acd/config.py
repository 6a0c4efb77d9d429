"""What the centre has decided: queues, agents' places in them, skills, limits. Frozen.

The distribution is given these at its start and again at every change; a change while callers
wait keeps every place. Times are milliseconds, as ``now_ms`` is; nothing here holds a moment.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Strategy(StrEnum):
    """Which of the agents who may take an entry is offered it. The level always comes first."""

    LONGEST_IDLE = "longest_idle"  # ready for the longest
    ROUND_ROBIN = "round_robin"  # offered a call of this queue the longest ago: an even share
    RANDOM = "random"  # any, each as likely
    TOP_DOWN = "top_down"  # by position, beginning at the top for each caller, then the next
    FIXED_ORDER = "fixed_order"  # by position, always the first who is free
    FEWEST_CALLS = "fewest_calls"  # fewest answered since signing in
    LEAST_TALK = "least_talk"  # least time in conversations since signing in
    RING_ALL = "ring_all"  # everybody at once, one wins
    RING_PROGRESSIVELY = "ring_progressively"  # one, and one more with each `ring_step_ms`
    BEST_SKILL = "best_skill"  # highest weighted sum of the levels that the caller demands
    LEAST_SKILLED = "least_skilled"  # fewest abilities that suffice: experts are kept free


class OfferResult(StrEnum):
    """How an offer ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    NOT_REGISTERED = "not_registered"
    UNREACHABLE = "unreachable"
    CALLER_GONE = "caller_gone"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A demand from *after_ms* of waiting on: *at_least* this level; 0 drops the demand."""

    after_ms: int
    at_least: int


@dataclass(frozen=True, slots=True)
class Demand:
    """One of these skills, at this level or above. All demands of an entry must be met.

    Attributes:
        any_of: Names of skills; one that suffices is enough.
        at_least: Lowest level that will do, from 1.
        weight: What a level counts for :attr:`Strategy.BEST_SKILL`.
        relaxed: How the demand gets weaker with waiting, in order of ``after_ms``.
    """

    any_of: tuple[str, ...]
    at_least: int = 1
    weight: int = 1
    relaxed: tuple[Relaxation, ...] = ()


@dataclass(frozen=True, slots=True)
class Widening:
    """From *after_ms* of waiting on the agents of queue *to* may take the entry too."""

    to: str
    after_ms: int


class Goal(StrEnum):
    """Where an entry goes when a rule sends it away."""

    QUEUE = "queue"  # stays an entry, keeps its place
    NUMBER = "number"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"  # the caller is asked whether to be called back
    REFUSE = "refuse"  # the flow's own outcome: full, closed, nobody, too_long


@dataclass(frozen=True, slots=True)
class Target:
    """A goal, and which queue, number or mailbox."""

    goal: Goal
    to: str = ""


class When(StrEnum):
    """What a rule looks at; its limit's unit stands behind."""

    WAIT = "wait"  # ms that the entry has waited; only while waiting
    LENGTH = "length"  # entries waiting in the queue, this one not counted
    EXPECTED_WAIT = "expected_wait"  # ms, by the estimate, calibrated or not
    CALLS_PER_AGENT = "calls_per_agent"  # waiting entries per hundred agents who count as present
    NOBODY = "nobody"  # no agent counts as present; no limit
    CLOSED = "closed"  # the queue is closed; no limit


class Absence(StrEnum):
    """Which signed-in agents do not count as present for a rule."""

    ON_BREAK = "on_break"
    UNREACHABLE = "unreachable"
    TALKING = "talking"
    RINGING = "ringing"
    WRAP_UP = "wrap_up"


@dataclass(frozen=True, slots=True)
class Rule:
    """When *when* reaches *limit*, the entry goes to *target*. The first rule that holds decides.

    Attributes:
        when: What is looked at.
        limit: Reached at this value; see :class:`When` for units.
        target: Where to.
        absent: Agents who are signed in but do not count as present.
    """

    when: When
    target: Target
    limit: int = 0
    absent: frozenset[Absence] = frozenset()


class Action(StrEnum):
    """What is done with an agent after too many failed offers of one kind in a row."""

    NOTHING = "nothing"
    BREAK = "break"
    LOG_OUT = "log_out"


@dataclass(frozen=True, slots=True)
class FailurePolicy:
    """What follows an offer that failed in one way.

    Attributes:
        delay_ms: The agent gets no offer for so long.
        limit: So many in a row bring the *action*; 0 for never.
        action: Done with the agent then; the reason given is the result's name.
    """

    delay_ms: int = 5_000
    limit: int = 0
    action: Action = Action.NOTHING


DEFAULT_FAILURES: dict[OfferResult, FailurePolicy] = {
    OfferResult.NO_ANSWER: FailurePolicy(delay_ms=5_000, limit=3, action=Action.BREAK),
    OfferResult.BUSY: FailurePolicy(delay_ms=20_000),
    OfferResult.REJECTED: FailurePolicy(delay_ms=10_000, limit=5, action=Action.BREAK),
    OfferResult.NOT_REGISTERED: FailurePolicy(delay_ms=10_000),
    OfferResult.UNREACHABLE: FailurePolicy(delay_ms=30_000, limit=3, action=Action.BREAK),
}
"""A phone that did not ring is not the agent's fault: only what a person did leads to a break."""


@dataclass(frozen=True, slots=True)
class Surge:
    """When a queue is in surge, and what it does then. A limit of 0 is not looked at.

    Attributes:
        arrivals_per_minute: Joins in the last minute.
        expected_wait_ms: Estimate for who joins now.
        lag_ms: The server's own lag (:class:`~switchboard.acd.events.LagMeasured`).
        at_most: Entries that may wait in a surge; whoever is not protected is refused beyond.
        callback_first: Callers are offered a callback before the line.
        calm_ms: A surge ends when no limit was reached for so long.
    """

    arrivals_per_minute: int = 0
    expected_wait_ms: int = 0
    lag_ms: int = 0
    at_most: int = 0
    callback_first: bool = True
    calm_ms: int = 60_000


@dataclass(frozen=True, slots=True)
class Queue:
    """A waiting line.

    Attributes:
        queue_id: Its name.
        strategy: Which agent.
        weight: Share among queues that share agents, for :attr:`Fairness.WEIGHTS`.
        background: Its entries are offered only to agents whom no other queue's caller can use
            (outbound work, messages); see *leave_idle*.
        leave_idle: An entry is offered only while more than so many agents of the queue are idle:
            the share kept free for callers.
        level_waits_ms: ``(level, after_ms)``: a level takes part from so much waiting on. Levels
            not named take part at once, and so does a level below which nobody is available.
        widen: Other queues whose agents help.
        ring_ms: How long an agent's phone rings.
        ring_at_most: Phones that ring at once for :attr:`Strategy.RING_ALL`; 0 for all.
        ring_step_ms: For :attr:`Strategy.RING_PROGRESSIVELY`.
        wrap_up_ms: Work after a conversation; 0 for none.
        wrap_up_limit_ms: Longest with extensions.
        failures: What follows failed offers; :data:`DEFAULT_FAILURES` for what is not named.
        at_most: Entries that may wait; 0 for no limit. Beyond, joining is refused as ``full``.
        at_most_wait_ms: An entry leaves as ``too_long`` after so much waiting; 0 for never.
        joining: Rules asked when joining. If nothing is said, a queue for which nobody is signed
            in refuses.
        waiting: Rules asked while waiting.
        open: Closed queues refuse; closing acts on those who wait by ``CloseQueue``.
        thresholds_ms: A :class:`~switchboard.acd.decisions.ThresholdPassed` at each.
        returns_within_ms: A caller cut off who calls again so soon gets the old place.
        surge: Surge policy, or None.
        target_ms: Service-level target: answered within.
        short_abandon_ms: Who leaves before is not counted as abandoned.
    """

    queue_id: str
    strategy: Strategy = Strategy.LONGEST_IDLE
    weight: int = 1
    background: bool = False
    leave_idle: int = 0
    level_waits_ms: tuple[tuple[int, int], ...] = ()
    widen: tuple[Widening, ...] = ()
    ring_ms: int = 20_000
    ring_at_most: int = 0
    ring_step_ms: int = 10_000
    wrap_up_ms: int = 0
    wrap_up_limit_ms: int = 600_000
    failures: tuple[tuple[OfferResult, FailurePolicy], ...] = ()
    at_most: int = 0
    at_most_wait_ms: int = 0
    joining: tuple[Rule, ...] = (Rule(When.NOBODY, Target(Goal.REFUSE)),)
    waiting: tuple[Rule, ...] = ()
    open: bool = True
    thresholds_ms: tuple[int, ...] = ()
    returns_within_ms: int = 120_000
    surge: Surge | None = None
    target_ms: int = 20_000
    short_abandon_ms: int = 5_000


@dataclass(frozen=True, slots=True)
class Tier:
    """An agent's place in a queue: *level* first, *position* inside it; 1 is tried first."""

    queue_id: str
    level: int = 1
    position: int = 1


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """An agent, as the centre has set them up.

    Attributes:
        agent_id: Primary key.
        tiers: Queues served.
        skills: ``(name, level)``, level from 1.
        takes_background: Also served by queues that are ``background`` (blend); a queue's tier is
            needed all the same.
        takes_foreground: False for agents kept for background queues alone.
        wrap_up_ms: The agent's own wrap-up in place of the queue's, or None.
        break_limits_ms: ``(break reason, limit)``: longer brings an alert.
    """

    agent_id: str
    tiers: tuple[Tier, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()
    takes_background: bool = True
    takes_foreground: bool = True
    wrap_up_ms: int | None = None
    break_limits_ms: tuple[tuple[str, int], ...] = ()


class Fairness(StrEnum):
    """Whose caller an agent of several queues is offered."""

    LONGEST_WAIT = "longest_wait"  # longest effective wait over all
    WEIGHTS = "weights"  # queues are served in the proportion of their weights


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the centre has decided.

    Attributes:
        queues: The queues.
        agents: The agents.
        fairness: Between queues that share agents.
        head_start_ms: What one point of priority is worth: the entry is placed as if it had joined
            so much earlier.
        lease_grace_ms: What was reserved is released so long after its timer, whatever happened.
        kept_moments: How far back each agent's history reaches in memory, for ``why``.
    """

    queues: tuple[Queue, ...] = ()
    agents: tuple[AgentProfile, ...] = ()
    fairness: Fairness = Fairness.LONGEST_WAIT
    head_start_ms: int = 60_000
    lease_grace_ms: int = 3_000
    kept_moments: int = field(default=256)
