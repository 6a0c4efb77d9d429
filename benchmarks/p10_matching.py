"""P10: one match: an agent becomes free and is offered the entry whose turn it is, with its inputs.

As many callers wait as there are agents, in 50 queues that share agents, with skills. Peer:
mod_callcenter's way, which asks its database for the next caller and for the agents of that queue
in order of the strategy; the same tables and indexes in SQLite, in memory. CPU time.
"""

import math
import sqlite3
import time
from collections.abc import Iterator

from benchmarks.figures import RUNS, Figure, Goal, Measured
from switchboard.acd import (
    AgentProfile,
    Config,
    Demand,
    Distribution,
    Join,
    MakeOffer,
    OfferAnswered,
    Queue,
    SetStatus,
    Status,
    TalkEnded,
    Tier,
)

SIZES = (10, 100, 1_000, 10_000, 100_000)
QUEUES = 50
SKILLS = ("billing", "repair", "english", "chinese")


def measure() -> Iterator[Figure]:
    found = {size: ours(size) for size in SIZES}
    mine, limit = found[10_000], Measured(20, 20, 20)
    what = "match at 10,000 agents and 10,000 waiting"
    yield Figure(
        "P10", f"{what} (ours / 20 us)", "us", mine, "limit", limit, mine.median / 20, Goal(1.0)
    )
    growth = exponent({size: one.median for size, one in found.items()})
    even, flat = Measured(growth, growth, growth), Measured(0.2, 0.2, 0.2)
    yield Figure("P10", "exponent, 10 to 100,000", "", even, "limit", flat, growth, Goal(0.2))
    theirs = sql(10_000)
    ratio = theirs.median / mine.median
    name = "mod_callcenter's SQL"
    yield Figure("P10", f"{what} (SQL / ours)", "us", mine, name, theirs, ratio, Goal(at_least=1))


def exponent(cost: dict[int, float]) -> float:
    """Fit cost = a N^b by least squares of the logarithms; return b."""
    points = [(math.log(size), math.log(one)) for size, one in cost.items()]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    above = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return above / sum((x - mean_x) ** 2 for x, _ in points)


def centre(size: int) -> Config:
    queues = min(QUEUES, size)
    people = []
    for number in range(size):
        served = sorted({number % queues, number * 7 % queues, number * 13 % queues})
        skills = tuple(
            (name, 1 + (number + at) % 3) for at, name in enumerate(SKILLS) if (number + at) % 4
        )
        people.append(AgentProfile(f"a{number}", tuple(Tier(f"q{one}") for one in served), skills))
    return Config(tuple(Queue(f"q{one}", joining=()) for one in range(queues)), tuple(people))


def ours(size: int) -> Measured:
    """Give every agent a call and let as many wait; then measure ends of calls, in batches."""
    config = centre(size)
    distribution = Distribution(config)
    talking: list[TalkEnded] = []
    for number, profile in enumerate(config.agents):
        queue_id = profile.tiers[0].queue_id
        distribution.apply(SetStatus(profile.agent_id, Status.AVAILABLE), 0)
        for decision in distribution.apply(Join(f"t{number}", queue_id), 0):
            if isinstance(decision, MakeOffer):
                distribution.apply(OfferAnswered(decision.offer.offer_id), 0)
                talking.append(TalkEnded(profile.agent_id, decision.offer.offer_id))
    for number in range(size):
        demand = (Demand((SKILLS[number % 4],)),) if number % 3 else ()
        distribution.apply(Join(f"w{number}", f"q{number % len(config.queues)}", demands=demand), 1)
    batch = max(1, min(300, size // (RUNS + 1)))
    runs = []
    for at in range(0, batch * (RUNS + 1), batch):
        ends = talking[at : at + batch]
        began = time.process_time_ns()
        for end in ends:
            distribution.apply(end, 2)
        runs.append((time.process_time_ns() - began) / len(ends) / 1000)
    return Measured.of(runs[1:])


def sql(size: int) -> Measured:
    base = sqlite3.connect(":memory:")
    base.executescript(
        "CREATE TABLE agents (name TEXT PRIMARY KEY, status TEXT, state TEXT, ended INTEGER);"
        "CREATE TABLE tiers (queue TEXT, agent TEXT, level INTEGER, position INTEGER);"
        "CREATE TABLE waiting (id INTEGER PRIMARY KEY, queue TEXT, joined INTEGER, state TEXT);"
        "CREATE INDEX by_queue ON tiers (queue); CREATE INDEX by_state ON waiting (state, joined);"
    )
    config = centre(size)
    people = [(profile.agent_id, "Available", "Talking", 0) for profile in config.agents]
    base.executemany("INSERT INTO agents VALUES (?, ?, ?, ?)", people)
    tiers = [(t.queue_id, p.agent_id, t.level, t.position) for p in config.agents for t in p.tiers]
    base.executemany("INSERT INTO tiers VALUES (?, ?, ?, ?)", tiers)
    queued = [(at, f"q{at % QUEUES}", at, "Waiting") for at in range(size)]
    base.executemany("INSERT INTO waiting VALUES (?, ?, ?, ?)", queued)
    runs = []
    for run in range(RUNS + 1):
        began = time.process_time_ns()
        for at in range(20):
            match_by_sql(base, f"a{run * 20 + at}")
        runs.append((time.process_time_ns() - began) / 20 / 1000)
    return Measured.of(runs[1:])


def match_by_sql(base: sqlite3.Connection, freed: str) -> None:
    """Free one agent; go through the callers in order until one finds an agent."""
    base.execute("UPDATE agents SET state = 'Waiting' WHERE name = ?", (freed,))
    callers = base.execute("SELECT id, queue FROM waiting WHERE state = 'Waiting' ORDER BY joined")
    for caller, queue in callers:
        row = base.execute(
            "SELECT name FROM agents LEFT JOIN tiers ON agents.name = tiers.agent"
            " WHERE tiers.queue = ? AND agents.status = 'Available' AND agents.state = 'Waiting'"
            " ORDER BY level, ended, position",
            (queue,),
        ).fetchone()
        if row is not None:
            base.execute("UPDATE agents SET state = 'Receiving' WHERE name = ?", row)
            base.execute("UPDATE waiting SET state = 'Trying' WHERE id = ?", (caller,))
            return
