"""The production core in virtual time: nothing breaks it, and it agrees with Erlang's formulas."""

from math import sqrt

import pytest

from switchboard.acd import (
    AgentProfile,
    Config,
    Demand,
    Queue,
    Relaxation,
    Strategy,
    Tier,
    Widening,
)  # fmt: skip
from switchboard.acd.invariants import check
from switchboard.acd.simulation import Faults, Simulation, Stream

# Copied from the table of exact values: model, calls an hour, handling s, patience s, agents.
ERLANG_C = [(60, 180, 4, 0.509434), (100, 180, 6, 0.587516), (200, 180, 14, 0.174132)]
ERLANG_A = [(100, 180, 120, 5, 0.192370), (200, 180, 120, 12, 0.061597)]
CALLS = 6_000


def plain(agents: int) -> Config:
    people = (AgentProfile(f"a{number}", (Tier("q"),)) for number in range(agents))
    return Config((Queue("q"),), tuple(people))


def batch_z(shares: list[float], exact: float) -> float:
    """How many standard errors the mean of independent runs is away from *exact*."""
    mean = sum(shares) / len(shares)
    variance = sum((share - mean) ** 2 for share in shares) / (len(shares) - 1)
    return (mean - exact) / sqrt(variance / len(shares))


@pytest.mark.parametrize(("calls_per_hour", "aht_s", "agents", "p_wait"), ERLANG_C)
def test_the_share_who_wait_is_that_of_erlang_c(calls_per_hour, aht_s, agents, p_wait):
    stream = Stream("q", calls_per_hour, aht_s * 1000)
    runs = [Simulation(plain(agents), (stream,), seed).run(CALLS // 8) for seed in range(1, 17)]
    z = batch_z([run.waited / run.answered for run in runs], p_wait)
    assert abs(z) < 3.5


@pytest.mark.parametrize(("calls_per_hour", "aht_s", "patience_s", "agents", "gone"), ERLANG_A)
def test_the_share_who_give_up_is_that_of_erlang_a(calls_per_hour, aht_s, patience_s, agents, gone):
    stream = Stream("q", calls_per_hour, aht_s * 1000, patience_s * 1000)
    runs = [Simulation(plain(agents), (stream,), seed).run(CALLS // 8) for seed in range(1, 17)]
    assert abs(batch_z([run.abandoned / run.arrived for run in runs], gone)) < 3.5


def troubled(strategy: Strategy) -> Config:
    queues = (
        Queue("q", wrap_up_ms=3_000, level_waits_ms=((2, 10_000),)),
        Queue("r", strategy=strategy, wrap_up_ms=1_000, widen=(Widening("q", 20_000),)),
    )
    people = (
        AgentProfile(
            f"a{number}",
            (Tier("q", 1 + number % 2, number), *([Tier("r", 1, number)] if number % 3 else [])),
            (("zh", number % 4),),
        )
        for number in range(8)
    )
    return Config(queues, tuple(people))


DEMANDS = (Demand(("zh",), 2, relaxed=(Relaxation(30_000, 1), Relaxation(60_000, 0))),)
STREAMS = (Stream("q", 200, 60_000, 90_000), Stream("r", 150, 60_000, 60_000, DEMANDS, 1))
FAULTS = Faults(no_answer=0.1, rejected=0.05, lost=0.02, answer_ms=8_000, restart=0.01)


@pytest.mark.req("X-038", "X-039")
@pytest.mark.parametrize("strategy", list(Strategy))
def test_invariants_hold_through_failures_and_restarts(strategy):
    run = Simulation(troubled(strategy), STREAMS, 7, FAULTS, check).run(150)
    assert run.arrived == run.answered + run.abandoned + run.refused == 150


def test_the_same_seed_gives_the_same_outcome():
    runs = [Simulation(troubled(Strategy.RANDOM), STREAMS, 5, FAULTS).run(300) for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.req("WFM-05")
def test_occupancy_is_talk_and_wrap_up_over_signed_in_time():
    config = Config((Queue("q", wrap_up_ms=60_000),), plain(14).agents)
    run = Simulation(config, (Stream("q", 200, 120_000),), 3).run(10_000)
    # Offered load is 200 calls an hour times 180 s over 14 agents: 71.4 %.
    assert run.occupancy == pytest.approx(0.714286, abs=0.02)
