"""Transfers: a channel goes on at another place of the dialplan, whatever it did before.

A transfer puts a new profile on top, with its own route; the leg that the channel was joined to is
left to its own rules. A channel that has ended is still given the profile, as the switch does for
its record.
"""

import uuid
from typing import TYPE_CHECKING

from switchboard.simulator.channels import State
from switchboard.simulator.moments import count_seconds
from switchboard.simulator.profiles import Place

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor

MOST_TRANSFERS = 70
# The first of these that is set counts down; at nothing the channel is hung up.
COUNTERS = ("max_session_transfers", "max_forwards")


def transfer(executor: "Executor", destination: str, dialplan: str = "", context: str = "") -> None:
    """Send the channel to another place of the dialplan; what runs on it ends."""
    channel = executor.channel
    if not _count_down(executor):
        executor.hang_up("EXCHANGE_ROUTING_ERROR")
        return
    before, variables = channel.profile, channel.variables
    dialplan = dialplan or variables.get("force_transfer_dialplan")
    dialplan = dialplan or ("XML" if before.dialplan == "inline" else before.dialplan)
    context = context or variables.get("force_transfer_context") or before.context
    at = executor.node.ticks.moment()
    before.times.transferred = at
    source = f"{count_seconds(at)}:{uuid.uuid4()}:bl_xfer:{destination}/{context}/{dialplan}"
    variables.set("signal_bond", None)
    if executor.bridge is not None and executor.bridge.holds:
        executor.bridge.other_of(executor).channel.variables.set("signal_bond", None)
    channel.profiles.insert(0, before.moved_to(Place(destination, dialplan, context), source, at))
    channel.extensions.insert(0, None)
    channel.keys.clear()
    variables.push("transfer_history", source)
    variables.set("transfer_source", source)
    if not channel.is_down:
        executor.take_to(State.CS_ROUTING)


def transfer_after_bridge(executor: "Executor", where: str) -> None:
    """Carry out ``transfer_after_bridge``: ``DESTINATION[:DIALPLAN[:CONTEXT]]``, once."""
    executor.channel.variables.set("transfer_after_bridge", None)
    transfer(executor, *where.split(":")[:3])


def _count_down(executor: "Executor") -> bool:
    variables = executor.channel.variables
    name = next((name for name in COUNTERS if variables.get(name)), COUNTERS[-1])
    text = variables.get(name)
    left = int(text) - 1 if text.lstrip("-").isdigit() else MOST_TRANSFERS
    variables.set(name, str(left))
    return left > 0
