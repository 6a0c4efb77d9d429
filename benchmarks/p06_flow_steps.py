"""P06: steps of the flow engine in a second on one core, a thousand runs at once.

The flow is the one that ships; each run goes round its menu: an order number, the opening hours,
the menu again. The runs take turns, so that none is warm in the processor. Peers: the number that
the house asks for, and the same flow as a generator in plain Python, which knows no languages,
prompts, limits or saved runs. Processor time of this process.
"""

import time
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime

from benchmarks.figures import Figure, Goal, Measured, alternate
from switchboard.bundled import bundled
from switchboard.flow import CallFacts, Program, Run, advance, begin, load
from switchboard.flow import effects as fx
from switchboard.installation import read_flows

RUNS, ROUNDS = 1000, 10
ASKED_FOR = 20_000
NOW = datetime(2026, 12, 1, 2, 5, tzinfo=UTC)
KEYS = ("2", "3", "#")
WHAT = f"steps a second of {RUNS} flow runs"
UNIT = "steps/s"


def measure() -> Iterator[Figure]:
    program = load(read_flows(bundled("ivr_flows"))).program
    assert program is not None
    ours, plain = alternate(lambda: engine(program), plain_python)
    limit = Measured(ASKED_FOR, ASKED_FOR, ASKED_FOR)
    ratio = ours.median / ASKED_FOR
    yield Figure("P06", f"{WHAT} (ours / goal)", UNIT, ours, "goal", limit, ratio, Goal(at_least=1))
    ratio = ours.median / plain.median
    yield Figure("P06", f"{WHAT} (ours / peer)", UNIT, ours, "generator", plain, ratio, Goal())


def per_second(step: Callable[[int], None]) -> float:
    """Steps a second, when *step* makes one step of the run of that number."""
    began = time.process_time()
    for _ in range(ROUNDS):
        for number in range(RUNS):
            step(number)
    return RUNS * ROUNDS / (time.process_time() - began)


# --- ours -------------------------------------------------------------------------------------


def engine(program: Program) -> float:
    runs = [new_run(program, number) for number in range(RUNS)]
    answers: list[fx.Resume] = [fx.Started()] * RUNS
    menus = [0] * RUNS

    def step(number: int) -> None:
        made = advance(program, runs[number], answers[number], now=NOW)
        if made.run.ending is not None:  # after 25 visits of the menu: the next call
            runs[number], answers[number] = new_run(program, number), fx.Started()
            return
        runs[number] = made.run
        answers[number] = answer(made.effects[-1], menus[number])
        menus[number] += isinstance(made.effects[-1], fx.Listen)

    return per_second(step)


def new_run(program: Program, number: int) -> Run:
    facts = CallFacts(f"+8613800{number:06d}", None, "4008001000", NOW)
    return begin(program, "welcome", call=facts)


def answer(effect: fx.Effect, menus: int) -> fx.Resume:
    if not isinstance(effect, fx.Listen):
        return fx.Said()
    if effect.keypad.longest == 1:
        return fx.Keyed(KEYS[menus % len(KEYS)])
    return fx.Keyed("20260105", ended_by="#")


# --- the peer ---------------------------------------------------------------------------------


def plain_python() -> float:
    calls = [plain_flow() for _ in range(RUNS)]
    asked = [next(call) for call in calls]
    menus = [0] * RUNS

    def step(number: int) -> None:
        if asked[number] == "menu":
            keys = KEYS[menus[number] % len(KEYS)]
            menus[number] += 1
        else:
            keys = "20260105"
        asked[number] = calls[number].send(keys)

    return per_second(step)


def plain_flow() -> Generator[str, str, None]:
    yield "welcome"
    while True:
        keys = yield "menu"
        if keys == "2":
            order = yield "which_order"
            yield f"your_order {order}"
        elif keys == "3":
            yield "opening_hours"
