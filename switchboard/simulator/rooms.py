"""Rooms: conferences, in which everybody hears everybody else who may speak.

A room is made for the first who enters and gone a tick after the last has left. Who has the floor
is told, as the switch tells it; the stand-in mixes everyone and needs no floor.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from switchboard.simulator.headers import state_headers
from switchboard.simulator.ticks import TICK_MS

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.node import Node
    from switchboard.simulator.variables import Value
    from switchboard.simulator.voices import Voice

MAINTENANCE = "conference::maintenance"
ENERGY = 100  # the level from which the default profile takes a person to talk


@dataclass(eq=False)
class Participant:
    """One leg in a room.

    Attributes:
        number: Its number; the node counts.
        executor: The leg.
        entered_at: When it came in.
        can_hear: Whether it hears the others.
        can_speak: Whether the others hear it.
        is_kicked: Whether it is to leave.
    """

    number: int
    executor: "Executor"
    entered_at: datetime
    can_hear: bool = True
    can_speak: bool = True
    is_kicked: bool = False


@dataclass(eq=False)
class Room:
    """One room.

    Attributes:
        node: Its node.
        name: Its name.
        made_at: When it was made.
        participants: Who is in it, the newest first.
        floor: Who has the floor; None: nobody.
        is_locked: Whether nobody else is let in.
    """

    node: "Node"
    name: str
    made_at: datetime
    room_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    participants: list[Participant] = field(default_factory=list)
    floor: Participant | None = None
    is_locked: bool = False
    _voices: dict[tuple[Participant, Participant], "Voice"] = field(default_factory=dict)

    def enter(self, executor: "Executor", flags: frozenset[str] = frozenset()) -> Participant:
        """Let a leg in; of the flags ``mute`` and ``deaf`` are known."""
        participant = Participant(
            self.node.rooms.next_number(),
            executor,
            self.node.ticks.moment(),
            can_hear="deaf" not in flags,
            can_speak="mute" not in flags,
        )
        self.participants.insert(0, participant)
        self.tell("add-member", participant)
        self.mix()
        executor.person.joined(self.name)
        if self.floor is None:
            self.node.ticks.call_in(TICK_MS, self._give_floor)
        return participant

    def leave(self, participant: Participant) -> None:
        """Let a leg out."""
        if self.floor is participant:
            self.floor = None
            self.tell("floor-change")
        self.participants.remove(participant)
        self.mix()
        self.tell("del-member", participant)
        participant.executor.person.parted()
        if not self.participants:
            self.node.ticks.call_in(TICK_MS, self._vanish)

    def kick(self, participant: Participant) -> None:
        """Let a leg be put out on the next tick."""
        participant.is_kicked = True
        self.tell("kick-member", participant)

    def mix(self) -> None:
        """Let each hear exactly those whom it is to hear."""
        tick = self.node.ticks.now
        wanted = {
            (listener, speaker)
            for listener in self.participants
            for speaker in self.participants
            if listener is not speaker and listener.can_hear and speaker.can_speak
        }
        for pair in set(self._voices) - wanted:
            pair[0].executor.person.ear.lose(self._voices.pop(pair), tick)
        for listener, speaker in wanted - set(self._voices):
            mouth = speaker.executor.person.mouth
            self._voices[listener, speaker] = listener.executor.person.ear.hear(mouth, tick)

    def tell(self, action: str, participant: Participant | None = None) -> None:
        """Fire the event of something that happens in the room, with who it concerns."""
        about: Mapping[str, Value] = {} if participant is None else _told(participant)
        named = {
            "Conference-Name": self.name,
            "Conference-Size": str(len(self.participants)),
            "Conference-Ghosts": "0",
            "Conference-Profile-Name": "default",
            "Conference-Unique-ID": self.room_id,
        }
        leg_id = participant.executor.channel.leg_id if participant else ""
        self.node.events.fire_custom(
            MAINTENANCE, lambda: {**named, **about, "Action": action}, leg_id=leg_id
        )

    def _give_floor(self) -> None:
        if self.floor is None and self.participants:
            self.floor = self.participants[0]
            self.tell("floor-change", self.floor)

    def _vanish(self) -> None:
        if not self.participants:
            self.node.rooms.forget(self)
            self.tell("conference-destroy")


def _told(participant: Participant) -> dict[str, "Value"]:
    return {
        **state_headers(participant.executor.channel),
        "Hear": "true" if participant.can_hear else "false",
        "Speak": "true" if participant.can_speak else "false",
        "Talking": "false",
        "Hold": "false",
        "Member-ID": str(participant.number),
        "Member-Type": "member",
        "Energy-Level": str(ENERGY),
    }


class Rooms:
    """The rooms of a node by name.

    Args:
        node: The node.

    Attributes:
        entered: How many legs have entered rooms so far; numbers the next.
    """

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._rooms: dict[str, Room] = {}
        self.entered = 0

    def next_number(self) -> int:
        """Return the number of the leg that enters now."""
        self.entered += 1
        return self.entered

    def find(self, name: str) -> Room | None:
        """Return the room of that name, or None."""
        return self._rooms.get(name)

    def get_or_make(self, name: str) -> Room:
        """Return the room of that name; it is made if there is none."""
        room = self._rooms.get(name)
        if room is None:
            room = self._rooms[name] = Room(self._node, name, self._node.ticks.moment())
            room.tell("conference-create")
        return room

    def forget(self, room: Room) -> None:
        """Know an empty room no more."""
        self._rooms.pop(room.name, None)

    def clear(self) -> None:
        """Forget every room without a word."""
        self._rooms.clear()

    def list_rooms(self) -> tuple[Room, ...]:
        """Return every room, the oldest first."""
        return tuple(self._rooms.values())
