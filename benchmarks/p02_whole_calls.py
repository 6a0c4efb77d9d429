"""P02: whole IVR calls a second on one core, beside greenswitch's server with the same flow.

A mock switch on the other core brings calls and completes every execute at once, with some thirty
7 KB events a call at the switch. Each app is sent what it subscribes to, as FreeSWITCH does: ours
filters for the events that it uses, greenswitch's takes ``myevents`` as its own documentation
shows. Ours is the whole server: flow engine, journal, saved runs, SQLite on this disk, metrics.
greenswitch's is its outbound server with the same flow written in Python: no journal, no database,
nothing saved.
"""

import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks import peers
from benchmarks.figures import Figure, Goal, Measured, alternate

CALLS, AT_ONCE = 300, 50
UNIT = "calls/s"
WHAT = "whole IVR calls a second on one core"


def measure() -> Iterator[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours = mock(stack, stack.enter_context(peers.switchboard(folder)))
        if importlib.util.find_spec("greenswitch") is None:
            mine = Measured.of([calls_a_second(ours) for _ in range(9)])
            yield Figure("P02", WHAT, UNIT, mine, "greenswitch", None, None, Goal(at_least=3))
            return
        theirs = mock(stack, stack.enter_context(peers.greenswitch()))
        mine, other = alternate(lambda: calls_a_second(ours), lambda: calls_a_second(theirs))
    ratio = mine.median / other.median
    what = f"{WHAT} (ours / greenswitch)"
    yield Figure("P02", what, UNIT, mine, "greenswitch", other, ratio, Goal(at_least=3))
    limit = Measured(600, 600, 600)
    what = f"{WHAT} (ours / 600)"
    yield Figure("P02", what, UNIT, mine, "limit", limit, mine.median / 600, Goal(at_least=1))


def mock(stack: ExitStack, peer: peers.Peer) -> peers.Mock:
    return stack.enter_context(peers.mock_for(peer))


def calls_a_second(mock: peers.Mock) -> float:
    result = mock.order(f"run {CALLS} {AT_ONCE}")
    if result["failed"] or result["calls"] != CALLS:
        raise RuntimeError(f"not every call went through: {result}")
    return result["calls_a_second"]
