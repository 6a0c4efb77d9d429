"""Hold: a phone is held; its partner hears the music that leg or node names (``hold_music``)."""

from typing import TYPE_CHECKING

from switchboard.simulator.channels import CallState
from switchboard.simulator.disk import off_hub
from switchboard.simulator.moments import count_microseconds

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor


def hold(executor: "Executor") -> None:
    """Hold the leg's phone: it neither hears nor is heard."""
    channel, tick = executor.channel, executor.node.ticks.now
    if channel.is_held:
        return
    channel.is_held = True
    channel.profile.times.held = executor.node.ticks.moment()
    channel.call_state = CallState.HELD
    executor.fire("CHANNEL_HOLD")
    executor.person.was_held(tick)
    if executor.bridge is not None and executor.bridge.holds:
        partner = executor.bridge.other_of(executor)
        own = channel.variables.get("hold_music")
        name = own or executor.node.globals.get("hold_music", "")
        music = off_hub(executor.node.sounds.open, name) if name else None
        if music is not None and channel.is_held:
            executor.hold_music = partner, partner.person.ear.begin(music, tick)


def retrieve(executor: "Executor") -> None:
    """Take the leg's phone from hold."""
    channel, tick = executor.channel, executor.node.ticks.now
    if not channel.is_held:
        return
    channel.is_held = False
    times = channel.profile.times
    if times.held is not None:
        now_us = count_microseconds(executor.node.ticks.moment())
        times.held_us += now_us - count_microseconds(times.held)
    if executor.hold_music is not None:
        partner, stretch = executor.hold_music
        executor.hold_music = None
        partner.person.ear.end(stretch, tick)
    executor.person.was_retrieved(tick)
    channel.call_state = CallState.UNHELD
    executor.fire("CHANNEL_UNHOLD")
    channel.call_state = CallState.ACTIVE
