"""Applications that send a channel elsewhere: transfer, and what the schedule holds for it."""

from typing import TYPE_CHECKING

from switchboard.simulator.applications.registry import application
from switchboard.simulator.transfers import transfer

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor


@application("transfer")
def transfer_application(executor: "Executor", argument: str) -> None:
    """Go on at ``DESTINATION [DIALPLAN [CONTEXT]]``."""
    words = argument.split()
    if words:
        transfer(executor, *words[:3])


@application("sched_transfer")
def sched_transfer(executor: "Executor", argument: str) -> None:
    """Be transferred at a time: ``+SECONDS DESTINATION [DIALPLAN [CONTEXT]]``."""
    when, *place = argument.split()
    if place:
        number = executor.node.schedule.add(
            when, executor.channel.leg_id, lambda: transfer(executor, *place[:3])
        )
        executor.channel.variables.set("last_sched_id", str(number))


@application("sched_hangup")
def sched_hangup(executor: "Executor", argument: str) -> None:
    """Be hung up at a time: ``+SECONDS [CAUSE]``."""
    when, *cause = argument.split()
    number = executor.node.schedule.add(
        when,
        executor.channel.leg_id,
        lambda: executor.hang_up(cause[0] if cause else "ALLOTTED_TIMEOUT"),
    )
    executor.channel.variables.set("last_sched_id", str(number))


@application("sched_cancel")
def sched_cancel(executor: "Executor", argument: str) -> None:
    """Cancel what is scheduled for this channel, or the one task whose number is given."""
    if argument.isdigit():
        executor.node.schedule.cancel_number(int(argument))
    else:
        executor.node.schedule.cancel_group(argument or executor.channel.leg_id)
