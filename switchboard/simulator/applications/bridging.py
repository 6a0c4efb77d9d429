"""``bridge``: dials somebody for the channel, and joins the two when the phone answers.

When it comes to nothing the caller is hung up for the same cause, unless ``continue_on_fail`` says
that the next application runs.
"""

from typing import TYPE_CHECKING

from switchboard.simulator.applications.registry import application
from switchboard.simulator.bridges import Bridge, lead, name_each_other
from switchboard.simulator.dialling import TIMEOUTS, CannotDial, dial, parse_bridge
from switchboard.simulator.moments import count_seconds

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor

DIAL_STATUS = {
    "ORIGINATOR_CANCEL": "CANCEL",
    "USER_BUSY": "BUSY",
    "NO_ANSWER": "NOANSWER",
    "DESTINATION_OUT_OF_ORDER": "INVALIDARGS",
    "INVALID_PROFILE": "INVALIDARGS",
    "CALL_REJECTED": "DONTCALL",
}


@application("bridge")
def bridge(executor: "Executor", argument: str) -> None:
    """Dial, wait for the answer, and converse until one of the two is taken away."""
    variables = executor.channel.variables
    inherited = {name: variables.get(name) for name in TIMEOUTS if variables.get(name)}
    wanted = parse_bridge(argument, inherited)
    if wanted is None:
        _fail(executor, "DESTINATION_OUT_OF_ORDER")
        return
    try:
        leg = dial(executor.node, wanted, executor)
    except CannotDial as cannot:
        _fail(executor, str(cannot))
        return
    if not ring_out(executor, leg, wanted.timeout_s):
        _fail(executor, leg.channel.cause, leg.channel.variables.get("sip_invite_failure_status"))
        return
    for name in ("originate_disposition", "DIALSTATUS"):
        variables.set(name, "SUCCESS")
    variables.set("sip_invite_failure_status", None)
    executor.answer()
    variables.set("signal_bond", leg.channel.leg_id)
    name_each_other(executor.channel, leg.channel)
    lead(Bridge(executor, leg))


def ring_out(executor: "Executor", leg: "Executor", timeout_s: int) -> bool:
    """Wait until the leg is answered, and True, or has ended; the time counts in whole seconds."""
    ticks = executor.node.ticks
    ends_at = ticks.at_second(count_seconds(leg.channel.profile.times.created) + timeout_s)
    executor.watch(leg)
    while not (leg.channel.answered or leg.channel.is_down):
        if not executor.channel.is_ready:
            leg.hang_up("ORIGINATOR_CANCEL")
        elif ticks.now >= ends_at:
            leg.hang_up("NO_ANSWER")
        executor.pause(max(ends_at, ticks.now + 1))
    return leg.channel.answered and not leg.channel.is_down


def _fail(executor: "Executor", cause: str, status: str = "") -> None:
    variables = executor.channel.variables
    for name, value in (
        ("sip_invite_failure_status", status),
        ("last_bridge_hangup_cause", cause),
        ("originate_disposition", cause),
        ("DIALSTATUS", DIAL_STATUS.get(cause, cause)),
        ("originate_failed_cause", cause),
    ):
        variables.set(name, value)
    if executor.channel.is_ready and not _goes_on(variables.get("continue_on_fail"), cause):
        executor.hang_up(cause)


def _goes_on(wanted: str, cause: str) -> bool:
    """Whether ``continue_on_fail`` (true, or a list of causes) lets the next application run."""
    return wanted.lower() in {"true", "yes", "1"} or cause in wanted.split(",")
