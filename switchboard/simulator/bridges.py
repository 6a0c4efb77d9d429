"""Bridges: two channels joined, each hearing the other, until one of them is taken away.

The leader's own thread owns the bridge: it waits for the follower, tells of the bridge, and when it
is over waits until the follower has gone its own way before it tells of that. Each then goes where
its variables say (``park_after_bridge``, ``transfer_after_bridge``), unless it was sent elsewhere.
"""

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from switchboard.simulator.channels import Action, State
from switchboard.simulator.moments import count_seconds
from switchboard.simulator.ticks import TICK_MS
from switchboard.simulator.transfers import transfer_after_bridge

if TYPE_CHECKING:
    from switchboard.simulator.channels import Channel
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.voices import Voice

NEVER_JOINED = "DESTINATION_OUT_OF_ORDER"
ORPHAN_CAUSE = "NORMAL_CLEARING"
TAKEN_ELSEWHERE = (State.CS_ROUTING, State.CS_PARK, State.CS_HIBERNATE)


class Bridge:
    """Two channels that are, will be or were joined.

    Args:
        leader: Whose thread owns it; events are told of this one.
        follower: The other.

    Attributes:
        has_begun: Whether they were joined.
        is_over: Whether one of them was taken away.
        is_followed: Whether the follower is still in it.
    """

    def __init__(self, leader: "Executor", follower: "Executor") -> None:
        self.leader = leader
        self.follower = follower
        self.has_begun = False
        self.is_over = False
        self.is_followed = True
        self._voices: list[tuple[Executor, Voice]] = []

    @property
    def holds(self) -> bool:
        """Whether the two hear each other now."""
        return self.has_begun and not self.is_over

    def other_of(self, executor: "Executor") -> "Executor":
        """Return the one that is joined to *executor*."""
        return self.follower if executor is self.leader else self.leader

    def end(self) -> None:
        """Let it be over; both find out a tick later, for sound still flows in this one."""
        if self.is_over:
            return
        self.is_over = True
        tick = self.leader.node.ticks.now
        for executor, voice in self._voices:
            executor.person.ear.lose(voice, tick)
            executor.person.parted()
        self.leader.node.ticks.call_in(TICK_MS, self._wake)

    def _wake(self) -> None:
        self.leader.poke()
        self.follower.poke()

    def begin(self) -> None:
        """Let the two hear each other, and tell."""
        leader, follower = self.leader, self.follower
        self.has_begun = True
        leader.bridge = follower.bridge = self
        at, tick = leader.node.ticks.moment(), leader.node.ticks.now
        leader.channel.profile.times.bridged = follower.channel.profile.times.bridged = at
        follower.channel.variables.set("call_uuid", leader.channel.leg_id)
        leader.fire("CHANNEL_BRIDGE", self._named())
        for one, other in ((leader, follower), (follower, leader)):
            one.channel.shown_call_id = leader.channel.leg_id
            for name in ("last_bridge_to", "bridge_uuid", "signal_bond"):
                one.channel.variables.set(name, other.channel.leg_id)
            voice = one.person.ear.hear(other.person.mouth, tick)
            self._voices.append((one, voice))
            one.person.joined(other.number_shown)
        follower.channel.state = State.CS_EXCHANGE_MEDIA
        follower.poke()

    def tell_end(self) -> None:
        """Tell that they are parted; the leader does, once the follower has gone."""
        follower = self.follower.channel
        follower.variables.set("call_uuid", follower.leg_id)
        self.leader.fire("CHANNEL_UNBRIDGE", self._named())

    def _named(self) -> dict[str, str]:
        return {
            "Bridge-A-Unique-ID": self.leader.channel.leg_id,
            "Bridge-B-Unique-ID": self.follower.channel.leg_id,
        }


def arrange(one: "Executor", other: "Executor") -> bool:
    """Join two channels, whatever they do now (``uuid_bridge``); False when they cannot be.

    The first leads, unless it is not answered and the other is.
    """
    leader, follower = (one, other) if one.channel.answered else (other, one)
    if leader.channel.is_down or follower.channel.is_down or not leader.channel.answered:
        return False
    if leader.channel.profile.direction == "outbound" and not leader.channel.hit_dialplan:
        leader.channel.profiles[0] = leader.channel.profile.flipped()
        leader.channel.hit_dialplan = True
    if follower.channel.profile.direction == "outbound":
        follower.channel.hit_dialplan = False
    _step_profiles(leader, follower)
    bridge = Bridge(leader, follower)
    for executor, partner in ((leader, follower), (follower, leader)):
        if executor.bridge is not None:
            executor.bridge.end()
        executor.bridge = bridge
        for name in ("bridge_uuid", "signal_bond"):
            executor.channel.variables.set(name, partner.channel.leg_id)
        executor.take_to(State.CS_HIBERNATE)
    return True


def _step_profiles(leader: "Executor", follower: "Executor") -> None:
    """Put a profile on top of each that names the other."""
    for executor, other in ((follower, leader), (leader, follower)):
        channel, at = executor.channel, executor.node.ticks.moment()
        source = f"{count_seconds(at)}:{uuid.uuid4()}:uuid_br:{other.channel.leg_id}"
        channel.profile.times.transferred = at
        channel.profiles.insert(0, channel.profile.stepped(source, at))
        extension = channel.extensions[0]
        channel.extensions.insert(0, replace(extension) if extension else None)
        channel.variables.push("transfer_history", source)
        channel.variables.set("transfer_source", source)
    name_each_other(leader.channel, follower.channel)


def name_each_other(leader: "Channel", follower: "Channel") -> None:
    """Write on each profile who is at the other end."""
    theirs = follower.profile
    leader.profiles[0] = leader.profile.joined_to(theirs, "originatee")
    follower.profiles[0] = theirs.joined_to(leader.profile, "originator")


def converse_as_arranged(executor: "Executor") -> None:
    """Live as one of two channels that :func:`arrange` joins, until it is taken elsewhere."""
    bridge, channel = executor.bridge, executor.channel
    channel.transferred = False
    if bridge is None:
        executor.hang_up(NEVER_JOINED)
    elif executor is bridge.leader:
        channel.running_state = channel.state = State.CS_SOFT_EXECUTE
        if _await_follower(bridge):
            lead(bridge)
        if channel.state in (State.CS_SOFT_EXECUTE, State.CS_RESET):
            channel.state = State.CS_EXECUTE
    else:
        channel.running_state = State.CS_RESET
        _await_leader(bridge)
        if bridge.has_begun:
            follow(bridge)


def _await_follower(bridge: Bridge) -> bool:
    """Wait until the other has left what it did; False when that comes to nothing."""
    leader, follower = bridge.leader, bridge.follower
    while not bridge.is_over and follower.is_up:
        leader.pause(leader.node.ticks.now + 1)
        if follower.channel.running_state is State.CS_RESET and follower.bridge is bridge:
            break
    if bridge.is_over or not follower.is_up:
        bridge.end()
        _give_up(bridge)
        return False
    for one, other in ((leader, follower), (follower, leader)):
        one.channel.shown_action = Action("uuid_bridge", other.channel.leg_id)
        named = {"Application": "uuid_bridge", "Application-Data": other.channel.leg_id}
        one.fire("CHANNEL_EXECUTE", named)
    return True


def _give_up(bridge: Bridge) -> None:
    """Let both go on when one of them was gone before they were joined."""
    leader, follower = bridge.leader, bridge.follower
    if follower.bridge is bridge and follower.channel.state is State.CS_HIBERNATE:
        follower.hang_up(NEVER_JOINED)
    if leader.bridge is not bridge or leader.channel.state is not State.CS_SOFT_EXECUTE:
        return
    if not (follower.channel.is_over and go_on(leader)):
        leader.hang_up(NEVER_JOINED)


def _await_leader(bridge: Bridge) -> None:
    """Wait until the leader comes, or somebody takes the channel elsewhere.

    One whose leader was joined to another, or hung up before it came, stays so on the real switch
    too: whoever asked for the bridge must end it.
    """
    channel = bridge.follower.channel
    while channel.state is State.CS_HIBERNATE and not channel.transferred:
        bridge.follower.pause()


def lead(bridge: Bridge) -> None:
    """Converse as the leader; returns when it is over, told, and the after-life is arranged."""
    leader, follower = bridge.leader, bridge.follower
    bridge.begin()
    _converse(leader, bridge)
    while bridge.is_followed and follower.bridge is bridge and not follower.channel.is_over:
        leader.pause(leader.node.ticks.now + 1)
    if follower.channel.cause:
        leader.channel.variables.set("bridge_hangup_cause", follower.channel.cause)
    bridge.tell_end()
    if leader.bridge is bridge:
        leader.bridge = None
    if not is_left_alone(leader.channel) or go_on(leader):
        return
    if leader.channel.variables.is_true("hangup_after_bridge"):
        leader.hang_up(follower.channel.cause or ORPHAN_CAUSE)


def follow(bridge: Bridge) -> None:
    """Converse as the follower; returns when it is over and the after-life is arranged."""
    follower, channel = bridge.follower, bridge.follower.channel
    if channel.state is State.CS_EXCHANGE_MEDIA:
        channel.running_state, channel.transferred = channel.state, False
    _converse(follower, bridge)
    bridge.is_followed = False
    bridge.leader.poke()
    if bridge.leader.channel.cause:
        channel.variables.set("bridge_hangup_cause", bridge.leader.channel.cause)
    if follower.bridge is bridge:
        follower.bridge = None
    if is_left_alone(channel) and not channel.is_down and not go_on(follower):
        follower.hang_up(ORPHAN_CAUSE)


def is_left_alone(channel: "Channel") -> bool:
    """Whether nobody has sent the channel elsewhere."""
    is_reset = channel.state is State.CS_RESET
    return not (channel.transferred or is_reset or channel.state in TAKEN_ELSEWHERE)


def go_on(executor: "Executor") -> bool:
    """Go where the channel's variables say that it goes after a conversation; False: nowhere."""
    variables = executor.channel.variables
    if variables.is_true("park_after_bridge"):
        if executor.is_up:
            executor.take_to(State.CS_PARK)
        return True
    where = variables.get("transfer_after_bridge")
    if where:
        transfer_after_bridge(executor, where)
    return bool(where)


def _converse(executor: "Executor", bridge: Bridge) -> None:
    """Stay while the bridge holds; execute what is sent, and pass keys on."""
    channel = executor.channel
    while bridge.holds and channel.is_ready:
        if executor.execute_sent():
            continue
        if channel.keys:
            digit = executor.read_key()
            bridge.other_of(executor).person.hear_key(digit)
        else:
            executor.pause()
    bridge.end()
