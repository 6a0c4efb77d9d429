"""Waiting lines and idle agents, indexed by who can take what.

Theory. An entry's *class* is its queue, its demands as relaxed by now, and the sources (queues and
open levels) whose agents may take it. All entries of a class can be taken by the same agents, so
one *bucket* holds them in a heap by key, and a *pool* holds the idle agents who have a seat there
in a heap by rank. An agent who becomes free compares the heads of the buckets that are in use in
their queues; an entry that arrives takes the head of its bucket's pool. Nobody is looked at twice.

Both heaps are lazy: leaving raises a number (an entry's ``version``, an agent's ``stamp``), and
items with an old number fall out when they come to the head. A pool that is not asked for as long
as agents pass through it is dropped and built again when needed, so that its upkeep is never more
than twice the cheaper of the two ways.
"""

from bisect import bisect_left, insort
from collections import deque
from enum import StrEnum
from heapq import heapify, heappop, heappush

from switchboard.acd.config import Demand, Queue, Strategy
from switchboard.acd.decisions import Offer
from switchboard.acd.draws import Draws
from switchboard.acd.estimates import Estimates
from switchboard.acd.events import CallbackPlan, Join
from switchboard.acd.people import Agent
from switchboard.acd.strategies import looked_at
from switchboard.acd.timers import Timer

Sources = tuple[tuple[str, int], ...]
"""Queues whose agents may take an entry, each with its highest open level; the own queue first."""

EVERY_LEVEL = 1 << 30


class Phase(StrEnum):
    """Where an entry is; exactly one."""

    WAITING = "waiting"  # in one bucket, or for its preferred agents
    OFFERED = "offered"  # rings at one agent or several
    ASLEEP = "asleep"  # a callback that may not be called now
    CALLING = "calling"  # a callback whose agent is on the line, the caller being called
    GONE = "gone"


class Entry:
    """One place in a queue, with a caller on the line or without."""

    __slots__ = (
        "asleep_until_ms",
        "attempts",
        "bucket",
        "call_id",
        "callback",
        "demands",
        "enqueued_at_ms",
        "entry_id",
        "estimate",
        "history",
        "join",
        "joined_at_ms",
        "key",
        "line",
        "milestones",
        "offers",
        "on_line",
        "personal",
        "phase",
        "priority",
        "ring_timer",
        "timer",
        "tried",
        "version",
        "visited",
    )  # fmt: skip

    def __init__(self, join: Join, line: "Line", enqueued_at_ms: int, number: int) -> None:
        self.join = join
        self.entry_id = join.entry_id
        self.call_id = join.call_id
        self.line = line
        self.enqueued_at_ms = enqueued_at_ms
        self.joined_at_ms = enqueued_at_ms
        self.priority = join.priority
        self.demands = join.demands
        self.key = (enqueued_at_ms, number)
        self.callback: CallbackPlan | None = join.callback
        self.on_line = join.callback is None
        self.attempts = 0
        self.asleep_until_ms = 0
        self.phase = Phase.GONE
        self.bucket: Bucket | None = None
        self.personal = False
        self.version = 0
        self.offers: dict[str, Offer] = {}
        self.tried: dict[str, int] = {}
        self.milestones: tuple[int, ...] = ()
        self.timer: Timer | None = None
        self.ring_timer: Timer | None = None  # rings one agent more
        self.estimate: tuple[int, int, int, int] | None = None  # expected, low, high, when
        self.visited: set[str] = {line.queue_id}  # no rule sends it there again
        self.history: list[tuple[int, Phase, str]] = []  # number, phase, bucket or agent


class Line:
    """A queue's waiting line."""

    __slots__ = (
        "active", "agents", "arrivals", "available", "buckets", "closed_by_hand", "estimates",
        "idle", "kept_places", "personals", "places", "present", "queue", "queue_id", "ringing",
        "share", "surge_until_ms", "surging", "timer", "totals",
    )  # fmt: skip

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.queue_id = queue.queue_id
        self.agents: dict[str, Agent] = {}
        self.buckets: dict[tuple[tuple[Demand, ...], Sources], Bucket] = {}
        self.active: dict[Bucket, None] = {}  # in use, of this queue and of those it helps
        self.places: list[tuple[int, int, Entry]] = []  # everybody in the queue, in order
        self.personals: dict[Entry, None] = {}  # who waits for preferred agents
        self.ringing: dict[Entry, None] = {}  # who rings at everybody
        self.idle = 0
        self.present: dict[str, int] = {}  # signed-in agents by what they do
        self.available: dict[int, int] = {}  # available agents by level
        self.share = 0.0  # virtual time of weighted sharing
        self.closed_by_hand = False
        self.kept_places: dict[
            str, tuple[int, int, int]
        ] = {}  # number -> enqueued, priority, until
        self.arrivals: deque[int] = deque()
        self.estimates = Estimates()
        self.surging = ""
        self.surge_until_ms = 0
        self.timer: Timer | None = None

    def add(self, entry: Entry) -> None:
        """Give *entry* its place."""
        insort(self.places, (*entry.key, entry))

    def remove(self, entry: Entry) -> None:
        """Take *entry* out of its place."""
        at = bisect_left(self.places, entry.key)
        del self.places[at]

    def position(self, entry: Entry) -> int:
        """Return the place of *entry* in the line, 1 for the first."""
        return bisect_left(self.places, entry.key) + 1


class Bucket:
    """The waiting entries of one class, and the idle agents who can take them."""

    __slots__ = (
        "count", "demands", "heap", "label", "line", "lines", "passes", "pool", "seats", "sources",
    )  # fmt: skip

    def __init__(self, line: Line, demands: tuple[Demand, ...], sources: Sources) -> None:
        self.line = line
        self.demands = demands
        self.sources = sources
        self.lines: tuple[Line, ...] = (line,)
        self.seats: dict[Agent, tuple[int, int, int]] = {}
        self.heap: list[tuple[int, int, int, Entry]] = []
        self.count = 0
        self.pool: Pool | None = None
        self.passes = 0  # agents put into the pool since it was last asked

    def push(self, entry: Entry) -> None:
        """Have *entry* wait here."""
        entry.bucket = self
        heappush(self.heap, (*entry.key, entry.version, entry))
        self.count += 1
        if self.count == 1:
            for line in self.lines:
                line.active[self] = None

    def leave(self, entry: Entry) -> None:
        """Have *entry* wait here no more; its item falls out of the heap later."""
        entry.bucket = None
        entry.version += 1
        self.count -= 1
        if self.count == 0:
            self.heap.clear()
            for line in self.lines:
                line.active.pop(self, None)

    def head(self) -> tuple[int, int, int, Entry]:
        """Return the first who waits here. Somebody does."""
        heap = self.heap
        while heap[0][3].version != heap[0][2]:
            heappop(heap)
        return heap[0]

    def welcome(self, agent: Agent) -> None:
        """Put an agent who became idle into the pool, if it is kept."""
        if self.pool is None:
            return
        self.passes += 1
        if self.passes > len(self.seats) + 32:
            self.pool = None
            return
        self.pool.add(agent, self.seats[agent])

    def asked_pool(self) -> "Pool":
        """Return the pool, built if it is not kept."""
        self.passes = 0
        if self.pool is None:
            self.pool = pool_of(self)
            for agent, seat in self.seats.items():
                if agent.pooled:
                    self.pool.add(agent, seat)
        return self.pool


class Pool:
    """Idle agents of one bucket, by rank."""

    __slots__ = ("bucket", "heap")

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.heap: list[tuple[int, int, int, int, str, int, Agent]] = []

    def add(self, agent: Agent, seat: tuple[int, int, int]) -> None:
        """Put in an idle agent."""
        bucket, heap = self.bucket, self.heap
        look = looked_at(bucket.line.queue.strategy, agent, agent.skills, bucket.demands)
        item = (seat[0], seat[1], look, seat[2], agent.agent_id, agent.stamp, agent)
        heappush(heap, item)
        if len(heap) > 4 * len(bucket.seats) + 64:
            live = {item[6]: item for item in heap if item[6].stamp == item[5] and item[6].pooled}
            self.heap = list(live.values())
            heapify(self.heap)

    def first(self, entry: Entry, draws: Draws) -> Agent | None:
        """Return the agent who comes first for *entry*, None when nobody is idle."""
        del draws
        if self.bucket.line.queue.strategy is Strategy.TOP_DOWN and entry.tried:
            return self._next_down(entry)
        heap = self.heap
        while heap:
            agent = heap[0][6]
            if agent.stamp == heap[0][5] and agent.pooled:
                return agent
            heappop(heap)
        return None

    def _next_down(self, entry: Entry) -> Agent | None:
        live = [item for item in self.heap if item[6].stamp == item[5] and item[6].pooled]
        best = min(live, default=None, key=lambda item: (*item[:2], tries(entry, item[4]), item))
        return None if best is None else best[6]


def tries(entry: Entry, agent_id: str) -> int:
    """Return how often *entry* was offered to this agent: TOP_DOWN goes on below who was asked."""
    return entry.tried.get(agent_id, 0)


class DrawnPool(Pool):
    """Idle agents of one bucket, of whom any is drawn, each as likely, the lowest level first."""

    __slots__ = ("levels",)

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(bucket)
        self.levels: dict[tuple[int, int], list[tuple[int, Agent]]] = {}

    def add(self, agent: Agent, seat: tuple[int, int, int]) -> None:
        """Put in an idle agent."""
        level = self.levels.setdefault(seat[:2], [])
        level.append((agent.stamp, agent))
        if len(level) > 4 * len(self.bucket.seats) + 64:
            level[:] = [(stamp, one) for stamp, one in level if stamp == one.stamp and one.pooled]

    def first(self, entry: Entry, draws: Draws) -> Agent | None:
        """Draw one. Who is no longer idle is thrown back and drawn again: all stay as likely."""
        del entry
        for key in sorted(self.levels):
            level = self.levels[key]
            while level:
                at = draws.below(len(level))
                stamp, agent = level[at]
                if stamp == agent.stamp and agent.pooled:
                    return agent
                level[at] = level[-1]
                level.pop()
        return None


def pool_of(bucket: Bucket) -> Pool:
    """Return an empty pool for the strategy of the bucket's queue."""
    drawn = bucket.line.queue.strategy is Strategy.RANDOM
    return DrawnPool(bucket) if drawn else Pool(bucket)
