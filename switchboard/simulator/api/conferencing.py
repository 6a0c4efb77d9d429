"""``conference``: commands about rooms and who is in them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from switchboard.simulator.api.cjson import Json, print_json
from switchboard.simulator.api.registry import api
from switchboard.simulator.api.words import words_of
from switchboard.simulator.channels import Message
from switchboard.simulator.moments import count_seconds
from switchboard.simulator.rooms import ENERGY, Participant, Room

if TYPE_CHECKING:
    from switchboard.simulator.node import Node


@api("conference")
def conference(node: "Node", argument: str) -> str:
    """Do something in a room: ``NAME json_list|list|kick|hup|mute|unmute|deaf|undeaf|lock|…``."""
    words = words_of(argument)
    if words[:1] in (["json_list"], ["list"]):
        return _list_all(node, words[0])
    room = node.rooms.find(words[0]) if words else None
    if room is None:
        return f"-ERR Conference {words[0] if words else ''} not found\n"
    act = words[1] if len(words) > 1 else ""
    if act in OF_ROOM:
        return OF_ROOM[act](room, words[2:])
    if act in OF_PARTICIPANT:
        return _of_each(room, act, words[2:])
    return "-ERR Conference command not found\n"


def _list_all(node: "Node", act: str) -> str:
    rooms = node.rooms.list_rooms()
    if act == "json_list":
        return print_json([_document(room) for room in rooms])
    if not rooms:
        return "+OK No active conferences.\n"
    return "".join(
        f"+OK Conference {room.name} ({len(room.participants)} members rate: 8000 flags: running)\n"
        + _list(room, ())
        for room in rooms
    )


def _of_each(room: Room, act: str, words: Sequence[str]) -> str:
    """Do something to one participant by number, to the ``last`` who came, or to ``all``."""
    which = words[0] if words else ""
    chosen = {"all": room.participants, "last": room.participants[:1]}.get(which)
    if chosen is None:
        chosen = [one for one in room.participants if str(one.number) == which]
        if not chosen:
            return f"-ERR Member: {which} not found.\n"
    told, chosen = [], list(chosen)
    for participant in chosen:
        OF_PARTICIPANT[act](room, participant)
        said = "kicked" if act == "kick" else act
        told.append(f"+OK {said} {participant.number}\n")
    for participant in reversed(chosen):  # the threads of the oldest wake first
        participant.executor.poke()
    return "".join(told)


def _hear(*, hears: bool) -> Callable[[Room, Participant], None]:
    def change(room: Room, participant: Participant) -> None:
        participant.can_hear = hears
        room.mix()
        room.tell("undeaf-member" if hears else "deaf-member", participant)

    return change


def _speak(*, speaks: bool) -> Callable[[Room, Participant], None]:
    def change(room: Room, participant: Participant) -> None:
        participant.can_speak = speaks
        room.mix()
        room.tell("unmute-member" if speaks else "mute-member", participant)

    return change


def _hup(room: Room, participant: Participant) -> None:
    room.tell("hup-member", participant)
    participant.is_kicked = True
    participant.executor.hang_up("NORMAL_CLEARING")


def _lock(*, locked: bool) -> Callable[[Room, Sequence[str]], str]:
    def change(room: Room, words: Sequence[str]) -> str:
        del words
        room.is_locked = locked
        said = "lock" if locked else "unlock"
        room.tell(said)
        return f"+OK {room.name} {said}ed\n"

    return change


def _play(room: Room, words: Sequence[str]) -> str:
    """Play a file to everybody, or to one by number."""
    if not words:
        return "-ERR no file\n"
    which = words[1] if len(words) > 1 and words[1].isdigit() else ""
    for participant in room.participants:
        if which in {"", str(participant.number)}:
            participant.executor.send(
                Message(
                    {
                        "call-command": "execute",
                        "execute-app-name": "playback",
                        "execute-app-arg": words[0],
                    }
                )
            )
    return f"(play) Playing file {words[0]}\n"


def _list(room: Room, words: Sequence[str]) -> str:
    del words
    return "".join(
        ";".join(
            (
                str(one.number),
                one.executor.channel.profile.channel_name,
                one.executor.channel.leg_id,
                one.executor.channel.profile.name,
                one.executor.channel.profile.number,
                "|".join(_spoken_flags(room, one)),
                "0;0",
                str(ENERGY),
            )
        )
        + "\n"
        for one in room.participants
    )


def _spoken_flags(room: Room, one: Participant) -> list[str]:
    flags = {"hear": one.can_hear, "speak": one.can_speak, "floor": room.floor is one}
    return [name for name, holds in flags.items() if holds]


def _document(room: Room) -> Json:
    now_s = count_seconds(room.node.ticks.moment())
    no = dict.fromkeys(NEVER_OF_ROOM, False)
    return {
        "conference_name": room.name,
        "member_count": len(room.participants),
        "ghost_count": 0,
        "rate": 8000,
        "run_time": now_s - count_seconds(room.made_at),
        "conference_uuid": room.room_id,
        **dict.fromkeys(("canvas_count", "max_bw_in", "force_bw_in", "video_floor_packets"), 0),
        "locked": room.is_locked,
        **{name: no[name] for name in NEVER_OF_ROOM[:3]},
        "running": True,
        "answered": True,
        "enforce_min": True,
        "bridge_to": False,
        **dict.fromkeys(("dynamic", "exit_sound", "enter_sound"), True),
        **{name: no[name] for name in NEVER_OF_ROOM[3:]},
        "variables": {},
        "members": [_participant(room, one, now_s) for one in room.participants],
    }


def _participant(room: Room, one: Participant, now_s: int) -> Json:
    profile = one.executor.channel.profile
    return {
        "type": "caller",
        "id": one.number,
        "flags": {
            "can_hear": one.can_hear,
            "can_see": True,
            "can_speak": one.can_speak,
            **dict.fromkeys(("hold", "mute_detect", "talking", "has_video", "video_bridge"), False),
            "has_floor": room.floor is one,
            **dict.fromkeys(NEVER_OF_PARTICIPANT, False),
        },
        "uuid": one.executor.channel.leg_id,
        "caller_id_name": profile.name,
        "caller_id_number": profile.number,
        "join_time": now_s - count_seconds(one.entered_at),
        "last_talking": 0,
        "energy": ENERGY,
        **dict.fromkeys(("volume_in", "volume_out", "output-volume", "input-volume"), 0),
    }


NEVER_OF_ROOM = (
    "destruct",
    "wait_mod",
    "audio_always",
    "recording",
    "video_bridge",
    "video_floor_only",
    "video_rfc4579",
)
NEVER_OF_PARTICIPANT = (
    "is_moderator",
    "end_conference",
    "mandatory_member_end_conference",
    "pass_digits",
)
OF_ROOM: dict[str, Callable[[Room, Sequence[str]], str]] = {
    "json_list": lambda room, _: print_json([_document(room)]),
    "list": _list,
    "lock": _lock(locked=True),
    "unlock": _lock(locked=False),
    "play": _play,
}
OF_PARTICIPANT: dict[str, Callable[[Room, Participant], None]] = {
    "kick": Room.kick,
    "hup": _hup,
    "mute": _speak(speaks=False),
    "unmute": _speak(speaks=True),
    "deaf": _hear(hears=False),
    "undeaf": _hear(hears=True),
}
