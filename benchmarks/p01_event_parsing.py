"""P01: parse one event of 7 KB, from received bytes to an event whose headers can be read.

Ours reads JSON events in pieces of 64 KB, as a socket gives them. Peers: orjson alone on the same
body (nobody can read JSON faster in Python, so the ratio is the price of our framing), and
greenswitch and Genesis on the plain form of the same event, which is what they ask for. CPU time
of this process, so that a busy machine does not count.
"""

import importlib.util
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from benchmarks.figures import Figure, Goal, Measured, alternate
from switchboard.esl.events import event_of
from switchboard.esl.frames import FrameReader
from switchboard.esl.serving import encode_event_plain

SAMPLE = Path(__file__).parent.parent / "tests/wire/samples/event_execute_complete.wire"
RECEIVE_BYTES = 65_536
EVENTS = 4000
EVENTS_IN_CACHE = 40


def measure() -> Iterator[Figure]:
    wire = SAMPLE.read_bytes()
    body = wire.partition(b"\n\n")[2]
    plain = encode_event_plain(orjson.loads(body))

    def ours() -> float:
        return read_ours(wire)

    what = f"parse one event of {len(body)} bytes"
    mine, theirs = alternate(ours, lambda: read_orjson(body))
    ratio = mine.median / theirs.median
    yield Figure(
        "P01", f"{what} (ours / orjson)", "us", mine, "orjson", theirs, ratio, Goal(at_most=1.3)
    )
    peers: dict[str, Callable[[], float]] = {
        "greenswitch": lambda: read_greenswitch(plain),
        "genesis": lambda: read_genesis(plain),
    }
    goals = {"greenswitch": Goal(at_least=8), "genesis": Goal(at_least=1)}
    for name, peer in peers.items():
        yield beside(name, f"{what} ({name} / ours)", ours, peer, goals[name])


def beside(
    name: str, what: str, ours: Callable[[], float], peer: Callable[[], float], goal: Goal
) -> Figure:
    """Compare with a peer that may not be installed."""
    if importlib.util.find_spec(name) is None:
        mine = Measured.of([ours() for _ in range(9)])
        return Figure("P01", what, "us", mine, name, None, None, goal)
    mine, theirs = alternate(ours, peer)
    return Figure("P01", what, "us", mine, name, theirs, theirs.median / mine.median, goal)


def timed(read: Callable[[], int]) -> float:
    """Microseconds of CPU for each event that *read* says it has read."""
    began = time.process_time()
    count = read()
    return (time.process_time() - began) / count * 1e6


def read_ours(wire: bytes) -> float:
    # What a socket has just given is in the processor's cache: so is this stream of 40 events.
    stream = wire * EVENTS_IN_CACHE
    pieces = [stream[at : at + RECEIVE_BYTES] for at in range(0, len(stream), RECEIVE_BYTES)]

    def read() -> int:
        reader, count = FrameReader(), 0
        for _ in range(EVENTS // EVENTS_IN_CACHE):
            for piece in pieces:
                reader.feed(piece)
                while (frame := reader.next_frame()) is not None:
                    count += event_of(frame).text("Application-UUID") != ""
        return count

    return timed(read)


def read_orjson(body: bytes) -> float:
    def read() -> int:
        return sum(orjson.loads(body)["Application-UUID"] != "" for _ in range(EVENTS))

    return timed(read)


def read_greenswitch(plain: bytes) -> float:
    from greenswitch.esl import ESLProtocol  # type: ignore[import-untyped]

    protocol = ESLProtocol()
    protocol.sock_file = io.BytesIO(plain * (EVENTS // 20))

    def read() -> int:
        protocol.receive_events()
        return int(protocol._esl_event_queue.qsize())

    return timed(read)


def read_genesis(plain: bytes) -> float:
    from genesis.protocol.parser import parse_headers  # type: ignore[import-not-found]

    head, _, body = plain.decode().partition("\n\n")

    def read() -> int:
        for _ in range(EVENTS // 20):
            parse_headers(head)
            parse_headers(body)
        return EVENTS // 20

    return timed(read)
