"""An agent as the distribution keeps them: what was told, what is derived, what is reserved.

Only this module changes what a state is derived from; whoever changes it records the new moment
through the floor.
"""

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from switchboard.acd.config import AgentProfile, OfferResult, Tier
from switchboard.acd.decisions import Offer
from switchboard.acd.states import AgentMoment, State, Status
from switchboard.acd.timers import Timer

if TYPE_CHECKING:
    from switchboard.acd.lines import Bucket, Entry, Line


class Agent:
    """One agent."""

    __slots__ = (
        "agent_id",
        "break_timer",
        "buckets",
        "calls",
        "failures",
        "idle_since_ms",
        "last_offered",
        "lines",
        "moment",
        "moments",
        "offer",
        "other_calls",
        "personal",
        "pooled",
        "profile",
        "reachable",
        "ready_at_ms",
        "reason",
        "signed_in_at_ms",
        "skills",
        "stamp",
        "status",
        "talk_began_ms",
        "talk_ms",
        "talking",
        "tiers",
        "timer",
        "wrap_began_ms",
        "wrap_limit_ms",
        "wrap_pending_ms",
        "wrap_until_ms",
    )  # fmt: skip

    def __init__(self, profile: AgentProfile) -> None:
        self.agent_id = profile.agent_id
        self.lines: tuple[Line, ...] = ()
        self.buckets: list[Bucket] = []  # every bucket with a seat for this agent
        self.personal: list[tuple[int, int, int, Entry]] = []  # entries that wait for this agent
        self.set_up(profile)
        # What people and phones say.
        self.status = Status.LOGGED_OUT
        self.reason = ""
        self.reachable = True
        self.signed_in_at_ms = 0
        # What goes on.
        self.offer: Offer | None = None
        self.talking = False  # the offer was answered
        self.talk_began_ms = 0
        self.other_calls: tuple[str, ...] = ()
        self.wrap_pending_ms = 0  # begins when the last call has ended
        self.wrap_began_ms = 0
        self.wrap_until_ms = 0
        self.wrap_limit_ms = 0
        self.ready_at_ms = 0  # no offer before, after one that failed
        self.timer: Timer | None = None
        self.break_timer: Timer | None = None
        # What strategies look at.
        self.idle_since_ms = 0
        self.last_offered = 0
        self.calls = 0
        self.talk_ms = 0
        self.failures: dict[OfferResult, int] = {}
        # Whether the pools hold this agent, and which of their items are of now.
        self.pooled = False
        self.stamp = 0
        self.moment: AgentMoment | None = None
        self.moments: list[AgentMoment] = []

    def set_up(self, profile: AgentProfile) -> None:
        """Take on a profile."""
        self.profile = profile
        self.tiers: dict[str, Tier] = {tier.queue_id: tier for tier in profile.tiers}
        self.skills: dict[str, int] = dict(profile.skills)

    @property
    def state(self) -> State:
        """What the system derives: the first that holds."""
        if self.talking or self.other_calls:
            return State.TALKING
        if self.offer is not None:
            return State.RINGING
        if self.wrap_until_ms:
            return State.WRAP_UP
        return State.IDLE if self.reachable else State.UNREACHABLE

    def is_ready(self, now_ms: int) -> bool:
        """Say whether this agent may be offered an entry."""
        return (
            self.status is Status.AVAILABLE
            and self.offer is None
            and not self.other_calls
            and not self.wrap_until_ms
            and self.reachable
            and self.ready_at_ms <= now_ms
        )

    def until_ms(self, state: State, now_ms: int) -> int:
        """Return when this state ends by its own timer; 0 for open."""
        if state is State.RINGING and self.offer is not None:
            return self.offer.ring_until_ms
        if state is State.WRAP_UP:
            return self.wrap_until_ms
        return self.ready_at_ms if self.ready_at_ms > now_ms else 0

    def sign_in(self, now_ms: int) -> None:
        """Begin a signed-in time: counts and rows of failures start anew."""
        self.signed_in_at_ms = now_ms
        self.calls = self.talk_ms = 0
        self.ready_at_ms = 0
        self.failures.clear()

    def take_out(self) -> None:
        """Make whatever the pools hold of this agent stale."""
        if self.pooled:
            self.pooled = False
            self.stamp += 1
            for line in self.lines:
                line.idle -= 1

    def first_personal(self) -> "tuple[int, int, int, Entry] | None":
        """Return the first entry that waits for this agent."""
        heap = self.personal
        while heap:
            if heap[0][3].version == heap[0][2]:
                return heap[0]
            heappop(heap)
        return None

    def await_here(self, entry: "Entry") -> None:
        """Have *entry* wait for this agent."""
        heappush(self.personal, (entry.key[0], entry.key[1], entry.version, entry))
