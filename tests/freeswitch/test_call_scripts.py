"""The calls of the script that ships, on a real FreeSWITCH: the product answers, FreeSWITCH calls.

The caller is a leg that FreeSWITCH dials over SIP to itself and parks; keys go out of it, a tone is
its voice. What it hears is what the other leg plays, and that is compared word for word with what
was heard in the engine.
"""

import time
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import orjson
import pytest

from switchboard.bundled import bundled
from switchboard.cli._placed_calls import Caller, Differs, not_on_a_line
from switchboard.flow import load
from switchboard.flow.scripts import CallResult, read_scripts, run_script
from switchboard.installation import read_flows
from switchboard.services.script_queues import ScriptQueues
from tests.freeswitch.product import running_product
from tests.freeswitch.running import RunningFreeSwitch

NUMBER = "4008001000"
EVENTS = "PLAYBACK_START PLAYBACK_STOP RECORD_START RECORD_STOP CHANNEL_HANGUP_COMPLETE"
NOTICED = {
    "PLAYBACK_START": "hears",
    "PLAYBACK_STOP": "heard",
    "RECORD_START": "records",
    "RECORD_STOP": "recorded",
}


class RealLine:
    """A call on FreeSWITCH; see :class:`switchboard.cli._placed_calls.Line`."""

    speed = 1.0

    def __init__(self, freeswitch: RunningFreeSwitch, ani: str) -> None:
        self._leg, self._ani = str(uuid4()), ani
        self._events: deque[Mapping[str, Any]] = deque()
        self._ear, self._hand = freeswitch.operator(), freeswitch.operator()
        self._ear.say(f"event json {EVENTS}")
        who = f"origination_uuid={self._leg},origination_caller_id_number={ani}"
        port = freeswitch.config.phones.external.port
        self._hand.api(f"originate {{{who}}}sofia/external/{NUMBER}@127.0.0.1:{port} &park()")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *what: object) -> None:
        self._ear.__exit__(None, None, None)
        self._hand.__exit__(None, None, None)

    def next_event(self, wait_s: float) -> Mapping[str, Any] | None:
        if not self._events:
            events = map(orjson.loads, self._ear.hear(wait_s))
            self._events.extend(one for event in events if (one := self._noticed(event)))
        return self._events.popleft() if self._events else None

    def _noticed(self, event: Mapping[str, str]) -> Mapping[str, Any] | None:
        if event["Event-Name"] == "CHANNEL_HANGUP_COMPLETE":
            return {"event": "hung_up"} if event["Unique-ID"] == self._leg else None
        if event["Unique-ID"] == self._leg or event["Caller-Caller-ID-Number"] != self._ani:
            return None
        return {"event": NOTICED[event["Event-Name"]], "sound": event.get("Playback-File-Path", "")}

    def press(self, keys: str) -> None:
        assert self._hand.api(f"uuid_send_dtmf {self._leg} {keys}").startswith("+OK")

    def speak(self, duration_ms: int) -> None:
        tone = f"tone_stream://%({duration_ms},0,440)"
        self._hand.api(f"uuid_broadcast {self._leg} {tone} aleg")
        time.sleep(duration_ms / 1000)  # a person speaks for so long

    def hang_up(self) -> None:
        self._hand.api(f"uuid_kill {self._leg}")


def playable() -> Iterator[CallResult]:
    """The calls that need neither a clock nor anything beside the call."""
    files = read_flows(bundled("ivr_flows"))
    loaded = load(files)
    assert loaded.program is not None
    (script,), _ = read_scripts(files, loaded.folder)
    for call, result in zip(
        script.file.calls, run_script(loaded.program, script.file, ScriptQueues), strict=True
    ):
        if not not_on_a_line(result, call.world(script.file.given)):
            yield result


def difference(freeswitch: RunningFreeSwitch, number: int, result: CallResult) -> str:
    try:
        with RealLine(freeswitch, f"13800139{number:03d}") as line:
            Caller(line).play(result.story)
    except Differs as differs:
        return f"{result.call}: {differs}"
    return ""


@pytest.mark.timeout(240)
def test_calls_go_on_a_real_switch_as_in_the_engine(
    freeswitch: RunningFreeSwitch, tmp_path: Path
) -> None:
    calls = list(playable())
    assert len(calls) == 12
    with (
        running_product(freeswitch, tmp_path / "server", least_coverage=100),
        ThreadPoolExecutor(len(calls)) as people,
    ):
        numbered = enumerate(calls)
        lines = [people.submit(difference, freeswitch, at, result) for at, result in numbered]
        assert [line.result() for line in lines if line.result()] == []
