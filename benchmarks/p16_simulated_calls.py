"""P16: simulated calls a second by the production core, without and with all invariants checked.

One queue, 200 calls an hour, 12 agents, callers who give up. CPU time of this process.
"""

import time
from collections.abc import Iterator

from benchmarks.figures import RUNS, Figure, Goal, Measured
from switchboard.acd import AgentProfile, Config, Queue, Tier
from switchboard.acd.invariants import check
from switchboard.acd.simulation import Check, Simulation, Stream

LIMITS: tuple[tuple[str, Check | None, int, int], ...] = (
    ("without checks", None, 20_000, 20_000),
    ("with all invariants checked after every event", check, 4_000, 4_000),
)


def measure() -> Iterator[Figure]:
    for how, checked, calls, least in LIMITS:
        mine = Measured.of([speed(calls, seed, checked) for seed in range(RUNS)])
        limit = Measured(least, least, least)
        what = f"simulated calls {how} (ours / {least:,})"
        ratio = mine.median / least
        yield Figure("P16", what, "calls/s", mine, "limit", limit, ratio, Goal(at_least=1))


def speed(calls: int, seed: int, checked: Check | None) -> float:
    people = tuple(AgentProfile(f"a{number}", (Tier("q"),)) for number in range(12))
    stream = Stream("q", 200, 180_000, 120_000)
    run = Simulation(Config((Queue("q"),), people), (stream,), seed, check=checked)
    began = time.process_time()
    run.run(calls)
    return calls / (time.process_time() - began)
