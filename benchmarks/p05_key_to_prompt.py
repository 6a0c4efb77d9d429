"""P05: from a key pressed to the next prompt begun, on a real FreeSWITCH, beside its own tick.

FreeSWITCH takes keys and begins applications at the ticks of a call, 20 ms apart, and looks for
events of a socket as often: an app that answers at once has its prompt begun one tick later, one
that misses the tick two. FreeSWITCH's own clock says when: the event of the key and the event of
the next ``playback``, with its timer at 1 ms instead of 20 (the only change to what we ship).
"""

import threading
from collections.abc import Iterator

import orjson

from benchmarks import real_switch
from benchmarks.figures import Figure, Goal, Measured, Missing
from switchboard.switch.layout import FreeSwitchLayout
from tests.freeswitch.callers import hang_up, press, wait
from tests.freeswitch.product import Product
from tests.freeswitch.running import PASSWORDS
from tests.freeswitch.spoken import Operator

RUNS, KEYS = 7, 8
LOADS = (1, 50, 100)
TICK_MS = 20.0
WITHIN = {"p50": (0.50, 3.0), "p99": (0.99, 10.0)}
STEPS = (wait(2500), *[step for _ in range(KEYS) for step in (press("#"), wait(1500))], hang_up())


def measure() -> Iterator[Figure | Missing]:
    binary = real_switch.asked_for()
    if binary is None:
        for calls in LOADS:
            for name, (_, beyond_ms) in WITHIN.items():
                yield Missing("P05", what(name, calls, beyond_ms), "ms", "freeswitch", Goal(1))
        return
    with real_switch.product(binary, fine_timer) as product:
        for calls in LOADS:
            runs = [key_to_prompt_ms(product, calls) for _ in range(RUNS)]
            for name, (share, beyond_ms) in WITHIN.items():
                ours = Measured.of([quantile(run, share) for run in runs])
                limit = TICK_MS + beyond_ms
                yield Figure(
                    "P05", what(name, calls, beyond_ms), "ms", ours, "tick",
                    Measured(limit, limit, limit), ours.median / limit, Goal(at_most=1),
                )  # fmt: skip


def what(name: str, calls: int, beyond_ms: float) -> str:
    return f"key to next prompt, {name}, {calls} calls (ours / a tick and {beyond_ms:g} ms)"


def fine_timer(layout: FreeSwitchLayout) -> None:
    file = layout.conf / "autoload_configs" / "switch.conf.xml"
    fine = '<settings>\n      <param name="1ms-timer" value="true"/>'
    file.write_text(file.read_text().replace("<settings>", fine, 1))


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def key_to_prompt_ms(product: Product, calls: int) -> list[float]:
    with Watcher(product) as watcher:
        callers = product.freeswitch.callers(*STEPS, number=real_switch.NUMBER, ptime_ms=20)
        folder = product.settings.parent / "sipp"
        outcome = callers.call(folder, count=calls, per_second=25).wait()
    if not outcome.succeeded:
        raise RuntimeError(f"not every call went through: {outcome.complaints}")
    found = list(watcher.key_to_prompt_ms())
    if len(found) < calls * KEYS * 0.9:
        raise RuntimeError(f"{calls * KEYS} keys were pressed, {len(found)} prompts followed")
    return found


class Watcher:
    """Listens to every key and every application of every call, as FreeSWITCH tells them."""

    def __init__(self, product: Product) -> None:
        port = product.freeswitch.config.event_socket.port
        self._line = Operator(port, PASSWORDS.operator)
        self._line.say("event json DTMF CHANNEL_EXECUTE")
        self._stop = threading.Event()
        self._events: list[dict[str, str]] = []
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._line.__exit__(None, None, None)

    def _listen(self) -> None:
        while not self._stop.is_set():
            self._events += [orjson.loads(body) for body in self._line.hear(0.2)]

    def key_to_prompt_ms(self) -> Iterator[float]:
        """Give the time from each key to the prompt that followed it."""
        pressed: dict[str, int] = {}
        for event in sorted(self._events, key=lambda event: int(event["Event-Sequence"])):
            leg, at = event["Unique-ID"], int(event["Event-Date-Timestamp"])
            if event["Event-Name"] == "DTMF":
                pressed[leg] = at
            elif event.get("Application") == "playback" and leg in pressed:
                yield (at - pressed.pop(leg)) / 1000
