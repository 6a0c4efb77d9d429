"""``eavesdrop``: the channel hears a leg and whoever that talks with, unheard until it chooses.

With ``eavesdrop_enable_dtmf`` keys choose who hears it: 2 the leg, 1 its partner, 3 both, 0 nobody.
"""

from typing import TYPE_CHECKING

from switchboard.simulator.api.joining import partner_of
from switchboard.simulator.applications.registry import application

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.people import Person
    from switchboard.simulator.voices import Voice

LISTENS_ONLY = "0"
HEARD_BY = {"2": (True, False), "1": (False, True), "3": (True, True), LISTENS_ONLY: (False, False)}


@application("eavesdrop")
def eavesdrop(executor: "Executor", argument: str) -> None:
    """Listen to the leg with that uuid until either of the two is gone."""
    target = executor.node.find(argument.strip())
    if target is None or target is executor or not target.channel.answered:
        return
    executor.answer()
    ear, mouth, tick = executor.person.ear, executor.person.mouth, executor.node.ticks.now
    listening = (
        ear.hear(target.person.mouth, tick),
        ear.hear(target.person.ear, tick, without=mouth),
    )
    whisper = Whisper(executor, target)
    target.listeners.append(executor)
    executor.person.joined(target.number_shown)
    _listen(executor, target, whisper)
    target.listeners.remove(executor)
    whisper.be_heard_by(LISTENS_ONLY)
    for voice in listening:
        ear.lose(voice, executor.node.ticks.now)
    executor.person.parted()


def _listen(executor: "Executor", target: "Executor", whisper: "Whisper") -> None:
    by_keys = executor.channel.variables.is_true("eavesdrop_enable_dtmf")
    while executor.channel.is_ready and target.is_up:
        if executor.channel.break_asked:
            executor.channel.break_asked = False
            return
        if executor.execute_sent():
            continue
        if executor.channel.keys:
            key = executor.read_key()
            if by_keys and key in HEARD_BY:
                whisper.be_heard_by(key)
        else:
            executor.pause()


class Whisper:
    """Who hears one that listens.

    Args:
        speaker: The one that listens.
        target: The leg that it listens to.
    """

    def __init__(self, speaker: "Executor", target: "Executor") -> None:
        self._speaker = speaker
        self._target = target
        self._heard: list[tuple[Person, Voice]] = []

    def be_heard_by(self, key: str) -> None:
        """Be heard by those whom the key names, and by nobody else."""
        tick, mouth = self._speaker.node.ticks.now, self._speaker.person.mouth
        for person, voice in self._heard:
            person.ear.lose(voice, tick)
        partner = partner_of(self._target)
        hearers = zip((self._target, partner), HEARD_BY[key], strict=True)
        people = [one.person for one, hears in hearers if one is not None and hears]
        self._heard = [(person, person.ear.hear(mouth, tick)) for person in people]
