"""A conversation on the bench: a caller, an agent, the app's node connection; and their sound."""

from array import array
from dataclasses import dataclass

from switchboard.simulator import audio
from switchboard.simulator.people import Person
from switchboard.simulator.phones import Manner, Phone
from switchboard.simulator.ticks import SAMPLES_PER_TICK
from tests.unit.simulator.bench import App, Bench

HEARD = (
    "CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_PARK CHANNEL_HOLD CHANNEL_UNHOLD "
    "CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE BACKGROUND_JOB DTMF CUSTOM conference::maintenance"
)
LOUD = 500  # mean level above which somebody is heard


@dataclass
class Talk:
    """Two people on the bench.

    Attributes:
        bench: The bench.
        caller: Who called.
        agent: Whose phone was dialled.
        app: The app that has the caller's call.
        client: The app's connection to the node.
    """

    bench: Bench
    caller: Person
    agent: Person
    app: App
    client: App

    def hears(self, person: Person, duration_s: float = 0.2) -> bool:
        """Let time pass; tell whether the person heard anything loud throughout."""
        begin = self.bench.node.ticks.now + 1
        self.bench.clock.sleep(duration_s)
        samples = person.ear.samples(begin, self.bench.node.ticks.now)
        return min(levels(samples), default=0) > LOUD


def levels(samples: "array[int]") -> list[int]:
    """Return the mean level of each 20 ms."""
    steps = range(0, len(samples), SAMPLES_PER_TICK)
    return [audio.mean_level(samples[step : step + SAMPLES_PER_TICK]) for step in steps]


def plug_in(bench: Bench, number: str = "1001", **about: object) -> None:
    manner = about.pop("manner", Manner.ANSWERS)
    phone = Phone(number=number, port=6060, manner=manner, **about)  # type: ignore[arg-type]
    bench.node.phones.plug_in(phone)


def dial(client: App, bench: Bench, number: str = "1001", more: str = "") -> Person:
    """Dial a phone that answers, park it, and return its owner."""
    leg_id, job = f"leg-{number}", f"job-{number}"
    client.ask(
        f"bgapi originate {{origination_uuid={leg_id},park_after_bridge=true{more}}}"
        f"sofia/internal/{number}@127.0.0.1:6060 &park()\nJob-UUID: {job}"
    )
    bench.wait_for(
        lambda: [one for one in client.events("BACKGROUND_JOB") if one["Job-UUID"] == job]
    )
    executor = bench.node.find(leg_id)
    assert executor is not None
    return executor.person


def converse(bench: Bench) -> Talk:
    """Return a caller in conversation with an agent; the call returns to an app afterwards."""
    plug_in(bench)
    caller, app = bench.call()
    client = bench.log_in(*HEARD.split())
    agent = dial(client, bench)
    client.api("uuid_setvar_multi leg-4000 socket_resume=false;transfer_after_bridge=4000:XML:p")
    assert client.api("uuid_bridge leg-4000 leg-1001") == "+OK leg-1001\n"
    client.event("CHANNEL_BRIDGE")
    return Talk(bench, caller, agent, app, client)


def sound(bench: Bench, person: Person, hertz: int) -> None:
    """Let a person say a note without end."""
    tone = bench.node.sounds.open(f"tone_stream://%(1000,0,{hertz});loops=-1")
    assert tone is not None
    person.say(tone)
