"""The lives of a channel: one arrives and is routed, another is dialled and answered.

A life is what a channel's executor runs from the channel's first moment until it is down; the end
is the same for both, and the executor's business.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from switchboard.simulator.bridges import converse_as_arranged, follow
from switchboard.simulator.channels import Action, CallState, Channel, Extension, State

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor


def arrive(executor: "Executor") -> None:
    """Live as a call that has come in: find the route and follow it."""
    channel = executor.channel
    channel.state = State.CS_ROUTING
    channel.hit_dialplan = True
    executor.fire("CHANNEL_CREATE")
    follow_routes(executor)


def be_dialled(executor: "Executor", extension: Extension) -> None:
    """Live as a call that we place: ring until the phone decides, then execute *extension*."""
    channel = executor.channel
    _ring(executor)
    if channel.is_down:
        return
    channel.profiles[0] = channel.profile.turned_round()
    channel.hit_dialplan = True
    channel.extensions[0] = extension
    channel.state = State.CS_EXECUTE
    follow_routes(executor)


def be_dialled_for(executor: "Executor") -> None:
    """Live as a call placed for a channel that waits to be joined to it (``bridge``)."""
    channel = executor.channel
    _ring(executor)
    while channel.state is State.CS_CONSUME_MEDIA:
        executor.pause()
    if executor.bridge is not None and executor.bridge.has_begun:
        follow(executor.bridge)
    follow_routes(executor)


def _ring(executor: "Executor") -> None:
    channel = executor.channel
    channel.state = State.CS_ROUTING
    executor.fire("CHANNEL_CREATE")
    channel.running_state = channel.state = State.CS_CONSUME_MEDIA
    executor.node.phones.ring(executor)
    executor.rest_until_answered()


def follow_routes(executor: "Executor") -> None:
    """Route and execute, again after each transfer, until the channel is down."""
    channel = executor.channel
    while not channel.is_down:
        channel.running_state = channel.state
        if channel.state is State.CS_ROUTING:
            _find_route(executor)
        elif channel.state is State.CS_HIBERNATE:
            converse_as_arranged(executor)
        elif channel.state is State.CS_PARK:
            _stay_parked(executor)
        else:
            _execute_extension(executor)


def _stay_parked(executor: "Executor") -> None:
    channel = executor.channel
    channel.transferred = False
    while channel.is_zombie and not channel.is_down:
        executor.pause()
    if not channel.is_down:
        executor.park()


def _find_route(executor: "Executor") -> None:
    channel = executor.channel
    channel.transferred = False
    if not channel.hit_dialplan:  # a leg that we dialled, which now calls by itself
        channel.profiles[0] = channel.profile.flipped()
        channel.hit_dialplan = True
    executor.fire_brief("CHANNEL_STATE")
    extension = executor.node.dialplan.find(channel.profile)
    if extension is None:
        channel.call_state = CallState.RINGING
        executor.hang_up("NO_ROUTE_DESTINATION")
        return
    if channel.profile.dialplan == "inline":  # the list has done its work as a number
        before = channel.profile.forwarded_from or channel.profile.destination
        channel.profiles[0] = replace(channel.profile, destination=before)
    channel.extensions[0] = extension
    channel.variables.set("call_uuid", channel.leg_id)
    channel.state = State.CS_EXECUTE
    if channel.call_state is CallState.DOWN:
        channel.call_state = CallState.RINGING


def _execute_extension(executor: "Executor") -> None:
    channel = executor.channel
    extension = channel.extensions[0]
    channel.transferred = False
    if extension is None:
        executor.hang_up("NORMAL_CLEARING")
    while extension and channel.state is State.CS_EXECUTE:
        action = _next_action(extension)
        if action is None:
            executor.hang_up("NORMAL_CLEARING")
            return
        executor.execute(action.application, action.argument)
        _end_reset(channel)


def _end_reset(channel: Channel) -> None:
    """Let the next action run when the app's socket has gone."""
    if channel.state is State.CS_RESET:
        channel.state = State.CS_EXECUTE


def _next_action(extension: Extension) -> Action | None:
    if extension.done >= len(extension.actions):
        return None
    extension.done += 1
    return extension.actions[extension.done - 1]
