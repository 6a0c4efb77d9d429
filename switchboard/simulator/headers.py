"""A channel as event headers: its state, its profile, and for most events its variables."""

from switchboard.simulator.channels import Channel
from switchboard.simulator.variables import Value

CODEC = {
    f"Channel-{side}-Codec-{what}": value
    for side in ("Read", "Write")
    for what, value in (("Name", "PCMU"), ("Rate", "8000"), ("Bit-Rate", "64000"))
}


def state_headers(channel: Channel) -> dict[str, Value]:
    """Return what every event of a channel tells: its state and who calls whom."""
    headers: dict[str, Value] = {
        "Channel-State": channel.running_state.name,
        "Channel-Call-State": channel.call_state,
        "Channel-State-Number": str(int(channel.state)),
        "Channel-Name": channel.profile.channel_name,
        "Unique-ID": channel.leg_id,
        "Call-Direction": channel.profile.direction,
        "Presence-Call-Direction": channel.profile.direction,
        "Channel-HIT-Dialplan": "true" if channel.hit_dialplan else "false",
        "Channel-Call-UUID": channel.variables.get("call_uuid") or channel.leg_id,
        "Answer-State": channel.answer_state,
    }
    if channel.cause:
        headers["Hangup-Cause"] = channel.cause
    has_sound = channel.answered or channel.profile.direction == "inbound"
    return {
        **headers,
        **(CODEC if has_sound else {}),
        **channel.profile.as_headers("Caller"),
        **_other_headers(channel),
    }


def _other_headers(channel: Channel) -> dict[str, Value]:
    """Return who is at the other end of the switch, for a leg that was dialled for or joined."""
    profile = channel.profile
    if profile.other is None:
        return {}
    return {"Other-Type": profile.other_type, **profile.other.as_headers("Other-Leg")}


def variable_headers(channel: Channel) -> dict[str, Value]:
    """Return the channel's variables, oldest first."""
    return {f"variable_{name}": value for name, value in channel.variables}


def full_headers(channel: Channel) -> dict[str, Value]:
    """Return state and variables: what the events of a call's life tell."""
    return {**state_headers(channel), **variable_headers(channel)}


def connect_headers(channel: Channel) -> dict[str, Value]:
    """Return what the reply to ``connect`` tells, after its opening headers."""
    return {
        **channel.profile.as_headers("Channel"),
        **full_headers(channel),
        "Content-Type": "command/reply",
        "Reply-Text": "+OK\n",
        "Socket-Mode": "async",
        "Control": "single-channel",
    }
