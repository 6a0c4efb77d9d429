"""``conference``: brings the channel into a room, until it is kicked, taken away or ended."""

import re
from typing import TYPE_CHECKING

from switchboard.simulator.applications.registry import application

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor

# ``NAME[@PROFILE][+PIN][+flags{FLAG|FLAG}]``
ARGUMENT = re.compile(r"(?P<name>[^@+]+)(?:@[^+]*)?(?:\+[^+{]*)*?(?:\+flags\{(?P<flags>[^}]*)\})?")


@application("conference")
def conference(executor: "Executor", argument: str) -> None:
    """Enter a room and stay there; keys are read."""
    found = ARGUMENT.fullmatch(argument.strip())
    if found is None:
        return
    room = executor.node.rooms.get_or_make(found["name"])
    if room.is_locked:
        return
    executor.answer()
    participant = room.enter(executor, frozenset((found["flags"] or "").split("|")))
    while executor.channel.is_ready and not participant.is_kicked:
        if executor.execute_sent():
            continue
        if executor.channel.keys:
            executor.read_key()
        else:
            executor.pause()
    room.leave(participant)
