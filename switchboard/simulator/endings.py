"""The variables that a channel gets when it has ended: why, when, how long; for events and CDR."""

from datetime import datetime

from switchboard.core.causes import Q850, HangupCause
from switchboard.simulator.channels import Applied, Channel
from switchboard.simulator.moments import count_microseconds, count_seconds, stamp

NO_Q850 = 16  # what the switch reports for causes of its own
OTHER_Q850 = {"NO_ROUTE_DESTINATION": 3}


def write_last_variables(channel: Channel, at: datetime) -> None:
    """Write on the channel, which has just ended, what its record tells of its end."""
    channel.profile.times.hungup = at
    cause = channel.cause
    q850 = Q850[HangupCause(cause)] if cause in set(HangupCause) else OTHER_Q850.get(cause, NO_Q850)
    variables = {
        "hangup_cause": cause,
        "hangup_cause_q850": str(q850),
        "digits_dialed": channel.digits_dialed or "none",
        **_stamps(channel),
        **_epochs(channel),
        **_last_application(channel.log),
        "caller_id": f'"{channel.profile.name}" <{channel.profile.number}>',
        **_durations(channel),
    }
    for name, value in variables.items():
        channel.variables.set(name, value)


def _moments(channel: Channel) -> dict[str, datetime | None]:
    times = channel.profile.times
    return {
        "start": times.created,
        "profile_start": times.profile_created,
        "answer": times.answered,
        "bridge": times.bridged,
        "last_hold": times.held,
        "resurrect": None,
        "progress": times.progress,
        "progress_media": times.progress_media,
        "end": times.hungup,
    }


def _stamps(channel: Channel) -> dict[str, str]:
    return {f"{name}_stamp": stamp(at) for name, at in _moments(channel).items() if at is not None}


def _epochs(channel: Channel) -> dict[str, str]:
    written: dict[str, str] = {}
    for name, at in _moments(channel).items():
        written[f"{name}_epoch"] = str(count_seconds(at) if at else 0)
        written[f"{name}_uepoch"] = str(count_microseconds(at))
        if name == "last_hold":
            written |= _held_for(channel.profile.times.held_us)
    return written


def _held_for(held_us: int) -> dict[str, str]:
    return {
        "hold_accum_seconds": str(held_us // 1_000_000),
        "hold_accum_usec": str(held_us),
        "hold_accum_ms": str(held_us // 1000),
    }


def _last_application(log: list[Applied]) -> dict[str, str]:
    if not log:
        return {}
    return {"last_app": log[-1].name, "last_arg": log[-1].argument}


def _durations(channel: Channel) -> dict[str, str]:
    """Return the durations in whole seconds, milliseconds and microseconds, as the switch counts.

    Seconds are the difference of whole epochs, not rounded: a call of 80 ms may last 1 second.
    """
    times = channel.profile.times
    created, ended, answered = times.created, times.hungup, times.answered
    spans: dict[str, tuple[datetime | None, datetime | None]] = {
        "duration": (created, ended),
        "bill": (answered, ended),
        "progress": (created if times.progress else None, times.progress),
        "answer": (created if answered else None, answered),
        "wait": (created if times.bridged else None, times.bridged),
        "progress_media": (created if times.progress_media else None, times.progress_media),
        "flow_bill": (times.profile_created, ended),
    }
    written: dict[str, str] = {}
    for unit, micros in (("sec", 1_000_000), ("msec", 1000), ("usec", 1)):
        for name, (begin, end) in spans.items():
            length = _span(begin, end, micros) if begin and end else 0
            written[_duration_name(name, unit)] = str(length)
    return written


def _duration_name(name: str, unit: str) -> str:
    if name != "duration":
        return f"{name}{unit}"
    return {"sec": "duration", "msec": "mduration", "usec": "uduration"}[unit]


def _span(begin: datetime, end: datetime, micros: int) -> int:
    if micros == 1:
        return count_microseconds(end) - count_microseconds(begin)
    return count_microseconds(end) // micros - count_microseconds(begin) // micros
