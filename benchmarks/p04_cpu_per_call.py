"""P04: processor time of one IVR call on a real FreeSWITCH, beside the same IVR as plain XML.

Both play a greeting of 2 s, a menu that a key ends, and 2 s more, ten new calls a second. Ours is
the whole server: flow, journal, saved runs, records. What both processes use when no call is on is
taken off.
"""

import time
from collections.abc import Iterator
from itertools import count

from benchmarks import real_switch
from benchmarks.figures import Figure, Goal, Measured, Missing
from switchboard.switch.layout import FreeSwitchLayout
from tests.freeswitch.callers import hang_up, press, wait
from tests.freeswitch.product import Product

RUNS, CALLS, PER_SECOND, IDLE_S = 7, 100, 10, 10.0
STEPS = (wait(3000), press("3"), wait(3500), hang_up())
XML_NUMBER = "9000"
XML = """<context name="switchboard">
  <extension name="the same IVR">
    <condition field="destination_number" expression="^9000$">
      <action application="answer"/>
      <action application="playback" data="{sounds}/2s.wav"/>
      <action application="play_and_get_digits"
              data="1 1 3 5000 none {sounds}/4s.wav {sounds}/short.wav choice [1-3]"/>
      <action application="playback" data="{sounds}/2s.wav"/>
      <action application="hangup"/>
    </condition>
  </extension>"""
SWITCH = "CPU of the switch for one IVR call (ours / the same as XML)"
APP = "CPU of the server for one IVR call (ours / 3 ms)"
SWITCH_GOAL, APP_GOAL = Goal(at_most=1.15), Goal(at_most=1)


def measure() -> Iterator[Figure | Missing]:
    binary = real_switch.asked_for()
    if binary is None:
        yield Missing("P04", SWITCH, "ms", "freeswitch", SWITCH_GOAL)
        yield Missing("P04", APP, "ms", "freeswitch", APP_GOAL)
        return
    with real_switch.product(binary, with_xml) as product:
        meter = Meter(product)
        pairs = [(meter.run(real_switch.NUMBER), meter.run(XML_NUMBER)) for _ in range(RUNS)]
    switch = Measured.of([ours.switch_ms for ours, _ in pairs])
    xml = Measured.of([theirs.switch_ms for _, theirs in pairs])
    ratio = switch.median / xml.median
    yield Figure("P04", SWITCH, "ms", switch, "XML dialplan", xml, ratio, SWITCH_GOAL)
    app = Measured.of([ours.app_ms for ours, _ in pairs])
    limit = Measured(3, 3, 3)
    yield Figure("P04", APP, "ms", app, "limit", limit, app.median / 3, APP_GOAL)


def with_xml(layout: FreeSwitchLayout) -> None:
    file = layout.conf / "dialplan" / "switchboard.xml"
    extension = XML.format(sounds=real_switch.sounds_of(layout))
    file.write_text(file.read_text().replace('<context name="switchboard">', extension, 1))


class Used:
    """Processor time of both processes, up to now or between two moments."""

    def __init__(self, app_ms: float, switch_ms: float) -> None:
        self.app_ms = app_ms
        self.switch_ms = switch_ms


class Meter:
    """Measures calls, with what is used at idle taken off."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._numbers = count()
        before, began = self._used(), time.monotonic()
        time.sleep(IDLE_S)  # what is measured is that nothing happens
        after, lasted_s = self._used(), time.monotonic() - began
        self._idle_app = (after.app_ms - before.app_ms) / lasted_s
        self._idle_switch = (after.switch_ms - before.switch_ms) / lasted_s

    def run(self, number: str) -> Used:
        """Have many calls to *number*; return what one of them took."""
        callers = self._product.freeswitch.callers(*STEPS, number=number)
        folder = self._product.settings.parent / f"sipp-{next(self._numbers)}"
        before, began = self._used(), time.monotonic()
        outcome = callers.call(folder, count=CALLS, per_second=PER_SECOND).wait()
        after, lasted_s = self._used(), time.monotonic() - began
        if not outcome.succeeded:
            raise RuntimeError(f"not every call went through: {outcome.complaints}")
        return Used(
            (after.app_ms - before.app_ms - self._idle_app * lasted_s) / CALLS,
            (after.switch_ms - before.switch_ms - self._idle_switch * lasted_s) / CALLS,
        )

    def _used(self) -> Used:
        server = self._product.process
        if server is None:
            raise RuntimeError("the server does not run")
        return Used(
            real_switch.cpu_ms(server.pid), real_switch.cpu_ms(self._product.freeswitch.process.pid)
        )
