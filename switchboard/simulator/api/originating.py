"""``originate``: dials a phone, and tells what became of it once that is known."""

from typing import TYPE_CHECKING

from switchboard.simulator.api.registry import api
from switchboard.simulator.dialling import CannotDial, dial, parse_dial
from switchboard.simulator.moments import count_seconds

if TYPE_CHECKING:
    from switchboard.simulator.node import Node


@api("originate")
def originate(node: "Node", argument: str) -> str:
    """Dial, wait for the answer, and print the leg's uuid or the cause of failure.

    The time to ring is counted in whole seconds of the clock, as the switch does: up to one less.
    """
    wanted = parse_dial(argument)
    if wanted is None or wanted.extension is None:
        return "-USAGE: <call url> <exten>|&<application_name>(<app_args>)\n"
    try:
        executor = dial(node, wanted)
    except CannotDial as cannot:
        return f"-ERR {cannot}\n"
    channel = executor.channel
    ends_at = node.ticks.at_second(count_seconds(channel.profile.times.created) + wanted.timeout_s)
    while not (channel.answered or channel.is_down):
        if node.ticks.now >= ends_at:
            executor.hang_up("NO_ANSWER")
            break
        node.ticks.wait(executor.outcome, ends_at)
    return f"+OK {channel.leg_id}\n" if channel.answered else f"-ERR {channel.cause}\n"
