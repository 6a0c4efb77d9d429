"""P14: the simulation with the production core against the exact values of Erlang C and Erlang A.

Sixteen independent runs each; the distance of their mean from the exact value in standard errors.
``SWITCHBOARD_ERLANG_CALLS`` sets the calls of all runs of a row (10,000,000 for the proof).
"""

import os
import statistics
from collections.abc import Iterator

from benchmarks.figures import Figure, Goal, Measured
from switchboard.acd import AgentProfile, Config, Queue, Tier
from switchboard.acd.simulation import Outcome, Simulation, Stream

RUNS = 16
# Calls an hour, handling s, mean patience s (0: never gives up), agents, exact share.
ROWS = (
    (60, 180, 0, 4, 0.509434),
    (200, 180, 0, 14, 0.174132),
    (600, 240, 0, 45, 0.340706),
    (100, 180, 120, 5, 0.192370),
    (200, 180, 120, 12, 0.061597),
    (600, 240, 180, 40, 0.067444),
)


def measure() -> Iterator[Figure]:
    calls = int(os.environ.get("SWITCHBOARD_ERLANG_CALLS", "320000")) // RUNS
    for per_hour, aht_s, patience_s, agents, exact in ROWS:
        people = tuple(AgentProfile(f"a{number}", (Tier("q"),)) for number in range(agents))
        stream = Stream("q", per_hour, aht_s * 1000, patience_s * 1000)
        config = Config((Queue("q"),), people)
        runs = [Simulation(config, (stream,), seed).run(calls) for seed in range(1, RUNS + 1)]
        shares = [share(run, patience_s) for run in runs]
        z = (statistics.mean(shares) - exact) / (statistics.stdev(shares) / RUNS**0.5)
        name = "Erlang A, share who give up" if patience_s else "Erlang C, share who wait"
        what = f"{name}: {per_hour}/h, {aht_s} s, {agents} agents, {calls * RUNS:,} calls (|z|)"
        truth = Measured(exact, exact, exact)
        yield Figure("P14", what, "", Measured.of(shares), "exact", truth, abs(z), Goal(3.5))


def share(run: Outcome, patience_s: int) -> float:
    return run.abandoned / run.arrived if patience_s else run.waited / run.answered
