"""Scripted people: what one does in a call, step by step, written down beforehand.

Steps are carried out in order; a step that waits ends when the call does, and saying something
takes as long as it lasts. A person waits like a person: for the answer, for silence after something
was said, for the tone before a message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from switchboard.simulator.crowd import LONGEST_S
from switchboard.simulator.disk import off_hub
from switchboard.simulator.people import Person
from switchboard.simulator.ticks import TICK_MS, ticks_of

if TYPE_CHECKING:
    from switchboard.simulator.node import Node

# So long must nothing have been heard until a person takes it that the system waits: longer than
# the gap between two prompts that belong together, shorter than a person's patience.
QUIET_MS = 400
# When nothing at all is heard for so long, the person goes on all the same.
PATIENCE_MS = 5_000
LOOK_EVERY_MS = 100
AWAITED = ("answer", "quiet", "recording", "partner", "parting")
MOST_STEPS = 1_000


class MalformedScript(ValueError):  # noqa: N818 - names what it is
    """A step is not one of those that people can do; the message says which."""


@dataclass(frozen=True)
class Step:
    """One thing that a person does.

    Attributes:
        kind: ``wait``, ``press``, ``say``, ``hush``, ``hang_up``, ``refer``, ``await_answer``,
            ``await_quiet``, ``await_recording``, ``await_partner``, ``await_parting`` or ``stay``.
        text: The keys, the sound's name, or the number to transfer to.
        duration_s: How long to wait; for ``stay``: how much silence is taken for the end.
        longest_s: Where the time to wait is drawn: at most so long; 0: it is not drawn.
    """

    kind: str
    text: str = ""
    duration_s: float = 0.0
    longest_s: float = 0.0


def parse_steps(document: object) -> tuple[Step, ...]:
    """Read steps as they are sent: ``{"wait": 1.5}``, ``{"press": "1#"}``, ``{"await": "quiet"}``.

    Raises:
        MalformedScript: see the class.
    """
    if document is None:
        return ()
    if not isinstance(document, list | tuple) or len(document) > MOST_STEPS:
        raise MalformedScript(f"steps must be a list of at most {MOST_STEPS}")
    return tuple(_parse_step(entry) for entry in document)


def _parse_step(entry: object) -> Step:
    if isinstance(entry, Mapping) and len(entry) == 1:
        ((word, value),) = entry.items()
        if word == "wait" and isinstance(value, list) and len(value) == 2:
            if all(map(_is_a_duration, value)) and value[0] <= value[1]:
                return Step(word, duration_s=float(value[0]), longest_s=float(value[1]))
        elif word in {"wait", "stay"} and _is_a_duration(value):
            return Step(word, duration_s=float(value))
        if word in {"press", "say", "refer"} and isinstance(value, str):
            return Step(word, value)
        if word == "await" and value in AWAITED:
            return Step(f"await_{value}")
        if word in {"hush", "hang_up"}:
            return Step(word)
    raise MalformedScript(
        f"{entry!r} is no step; steps are wait, stay, press, say, refer, hush, hang_up, and await "
        f"with {', '.join(AWAITED)}"
    )


def _is_a_duration(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= LONGEST_S


def run_script(node: "Node", person: Person, steps: Sequence[Step]) -> None:
    """Let a person carry the steps out; returns when they are done or the call has ended."""
    for step in steps:
        if not person.is_connected:
            return
        _carry_out(node, person, step)


def _carry_out(node: "Node", person: Person, step: Step) -> None:
    if step.kind == "press":
        person.press(step.text)
    elif step.kind == "say":
        lasts_s = say(node, person, step.text)
        if lasts_s is not None:
            _wait(node, person, Step("wait", duration_s=lasts_s))
    elif step.kind == "hush":
        person.hush()
    elif step.kind == "hang_up":
        person.hang_up()
    elif step.kind == "refer":
        person.refer(step.text)
    elif step.kind == "stay":
        _stay(node, person, step.duration_s * 1000)
    else:
        _wait(node, person, step)


def say(node: "Node", person: Person, name: str) -> float | None:
    """Let a person say a sound; returns how long it lasts in seconds, None: without end.

    Raises:
        MalformedScript: there is no such sound.
    """
    sound = off_hub(node.sounds.open, name)
    if sound is None:
        raise MalformedScript(f"{name!r} is no sound: no WAV file of 16-bit samples, nor a tone")
    off_hub(sound.level, 0)  # a file is read now, not on somebody's tick
    person.say(sound)
    return None if sound.length is None else sound.length / 8000


def _wait(node: "Node", person: Person, step: Step) -> None:
    """Wait for what the step waits for, or for the end of the call or of all patience."""
    ticks = node.ticks
    begun, heard_before = ticks.now, person.heard_at
    if step.kind == "wait":
        longest_s = max(step.duration_s, step.longest_s)
        end = begun + ticks_of(node.phones.draw(step.duration_s, longest_s) * 1000)
        while person.is_connected and ticks.now < end:
            ticks.wait(person.pulse, end)
        return
    while person.is_connected and not _has_come(person, step, ticks.now, heard_before):
        if step.kind == "await_quiet" and silent_for(person, ticks.now, begun) >= PATIENCE_MS:
            return
        ticks.wait(person.pulse, ticks.now + ticks_of(LOOK_EVERY_MS))


def _has_come(person: Person, step: Step, now: int, heard_before: int | None) -> bool:
    if step.kind == "await_answer":
        return person.is_answered
    if step.kind == "await_recording":
        return person.recording is not None
    if step.kind in {"await_partner", "await_parting"}:
        return (person.partner is not None) is (step.kind == "await_partner")
    has_heard = person.heard_at is not None and person.heard_at != heard_before
    return has_heard and silent_for(person, now, 0) >= QUIET_MS


def silent_for(person: Person, now: int, begun: int) -> int:
    """Return for how many ms the person has heard nothing, counted from *begun* at the earliest."""
    if person.hears_now:
        return 0
    return (now - max(begun, person.heard_at or 0)) * TICK_MS


def _stay(node: "Node", person: Person, length_ms: float) -> None:
    """Stay until the call ends or nothing was heard for so long."""
    ticks = node.ticks
    begun = ticks.now
    while person.is_connected and silent_for(person, ticks.now, begun) < length_ms:
        ticks.wait(person.pulse, ticks.now + ticks_of(LOOK_EVERY_MS))
