"""P03: memory of one waiting call, and how it grows from 10 calls to 10,000.

Every call stands in a menu of a loaded flow, with its mailbox, its saved run and its journal, in
our whole server. Private memory of the process, measured from outside; the cost of a call is the
slope between two numbers of calls. Peers: a bare gevent echo on the same connections, and
greenswitch's outbound session without a product in it.
"""

import importlib.util
import math
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks import peers
from benchmarks.figures import Figure, Goal, Measured

STEPS = (10, 100, 1000, 3000, 10_000)
SPARE = 500  # descriptors beside the calls'; server and mock are processes, each with one a call
SETTLE_S = 1.0
KIB = "KiB/call"


def measure() -> Iterator[Figure]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    steps = [step for step in STEPS if step + SPARE < most]
    with tempfile.TemporaryDirectory() as folder:
        ours = grow(peers.switchboard(Path(folder)), steps)
    mine = slopes(ours)
    limit = Measured(64, 64, 64)
    what = f"memory per waiting call, to {steps[-1]} calls"
    yield Figure(
        "P03", f"{what} (ours / 64 KiB)", KIB, mine, "limit", limit, mine.median / 64, Goal(1.0)
    )
    growth = exponent(ours)
    one = Measured(1, 1, 1)
    goal = Goal(at_most=1.05, at_least=0.95)
    found = Measured(growth, growth, growth)
    yield Figure("P03", "exponent of its growth", "", found, "linear", one, growth, goal)
    if importlib.util.find_spec("greenswitch"):
        theirs = slopes(grow(peers.greenswitch(), [step for step in steps if step <= 1000]))
        ratio = mine.median / theirs.median
        name = "greenswitch"
        yield Figure("P03", f"{what} (ours / {name})", KIB, mine, name, theirs, ratio, Goal(1.0))


def grow(peer: AbstractContextManager[peers.Peer], steps: list[int]) -> dict[int, int]:
    """Let calls wait in ever larger numbers; return KiB by number of calls."""
    found = {}
    with peer as server, peers.mock_for(server, holds=True) as mock:
        found[0] = server.resident_kib
        for step in steps:
            result = mock.order(f"hold {step}")
            if result["held"] < step:
                raise RuntimeError(f"{server.name} did not take {step} calls: {result}")
            time.sleep(SETTLE_S)
            found[step] = server.resident_kib
    return found


def slopes(kib: dict[int, int]) -> Measured:
    """KiB a call at the largest number, with the range over the larger steps."""
    base, largest = kib[0], max(kib)
    each = [(kib[step] - base) / step for step in kib if step >= 100]
    return Measured((kib[largest] - base) / largest, min(each), max(each))


def exponent(kib: dict[int, int]) -> float:
    """B of cost = a N^b, by least squares over the logarithms, from 100 calls on."""
    points = [(math.log(n), math.log(max(1, kib[n] - kib[0]))) for n in kib if n >= 100]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum(
        (x - mean_x) ** 2 for x, _ in points
    )
