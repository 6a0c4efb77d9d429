"""Call detail records, written as mod_json_cdr writes them: one file for each leg that has ended.

Variables are percent-encoded there, the caller's profile is not; times are microseconds since
1970, ``0`` for what never happened; the newest caller profile stands first.
"""

from pathlib import Path
from typing import Any

import orjson

from switchboard.esl.serving import join, percent_encode
from switchboard.simulator.channels import Channel, Extension
from switchboard.simulator.disk import off_hub, write_whole
from switchboard.simulator.moments import microseconds
from switchboard.simulator.network import statistics
from switchboard.simulator.profiles import Profile


def write_cdr(folder: Path, channel: Channel, core_id: str, hostname: str) -> None:
    """Write the record of an ended channel as ``UUID.cdr.json`` in *folder*; waits for the disk."""
    document = orjson.dumps(make_cdr(channel, core_id, hostname))
    off_hub(write_whole, folder / f"{channel.leg_id}.cdr.json", document)


def make_cdr(channel: Channel, core_id: str, hostname: str) -> dict[str, Any]:
    """Return the record of an ended channel."""
    return {
        "core-uuid": core_id,
        "switchname": hostname,
        "channel_data": {
            "state": channel.running_state.name,
            "direction": channel.profile.direction,
            "state_number": str(int(channel.state)),
            "flags": "0=1;1=1",
            "caps": "1=1;2=1;3=1;4=1;5=1;6=1",
        },
        "callStats": {"audio": _call_statistics(channel)},
        "variables": {name: percent_encode(join(value)) for name, value in channel.variables},
        "app_log": {"applications": [_applied(entry) for entry in _log(channel)]},
        "callflow": [
            _flow(profile, extension)
            for profile, extension in zip(channel.profiles, channel.extensions, strict=True)
        ],
    }


def _call_statistics(channel: Channel) -> dict[str, dict[str, float]]:
    counts = statistics(channel) if channel.answered else {}
    sides: dict[str, dict[str, float]] = {"inbound": {}, "outbound": {}}
    for name, value in counts.items():
        side, _, what = name.partition("_")
        target = sides["inbound" if side == "in" else "outbound"]
        target[what if side in {"in", "out"} else name] = (
            float(value) if "." in value else int(value)
        )
    return sides


def _log(channel: Channel) -> list[tuple[str, str, str]]:
    return [(entry.name, entry.argument, microseconds(entry.at)) for entry in channel.log]


def _applied(entry: tuple[str, str, str]) -> dict[str, str]:
    name, argument, at = entry
    return {"app_name": name, **({"app_data": argument} if argument else {}), "app_stamp": at}


def _flow(profile: Profile, extension: Extension | None) -> dict[str, Any]:
    flow: dict[str, Any] = {"profile_index": str(profile.index)}
    if profile.direction == "inbound":
        flow = {"dialplan": profile.dialplan, **flow}
    if extension is not None:
        flow["extension"] = _extension(extension)
    flow["caller_profile"] = {**_profile(profile), **_other(profile)}
    flow["times"] = _times(profile)
    return flow


def _profile(profile: Profile) -> dict[str, Any]:
    dialled = profile.direction == "outbound"
    return {
        "username": "" if dialled else profile.number,
        "dialplan": "" if dialled else profile.dialplan,
        "caller_id_name": profile.name,
        "ani": profile.ani or profile.number,
        "aniii": "",
        "caller_id_number": profile.number,
        "network_addr": profile.address,
        "rdnis": profile.forwarded_from,
        "destination_number": profile.destination,
        "uuid": profile.leg_id,
        "source": profile.source,
        "context": profile.context,
        "chan_name": profile.channel_name,
    }


def _other(profile: Profile) -> dict[str, Any]:
    """Return who was at the other end, for a leg that was joined to another."""
    if profile.other is None:
        return {}
    what = profile.other_type
    return {what: {f"{what}_caller_profiles": [_profile(profile.other)]}}


def _extension(extension: Extension) -> dict[str, Any]:
    actions: list[dict[str, str]] = []
    for place, action in enumerate(extension.actions, start=1):
        entry = {"last_executed": "true"} if place == extension.done else {}
        entry |= {"app_name": action.application, "app_data": action.argument}
        actions.append(entry)
    document: dict[str, Any] = {
        "name": extension.name,
        "number": extension.number,
        "applications": actions,
    }
    if extension.done:
        document["current_app"] = extension.actions[extension.done - 1].application
    return document


def _times(profile: Profile) -> dict[str, str]:
    times = profile.times
    return {
        "created_time": microseconds(times.created),
        "profile_created_time": microseconds(times.profile_created),
        "progress_time": microseconds(times.progress),
        "progress_media_time": microseconds(times.progress_media),
        "answered_time": microseconds(times.answered),
        "bridged_time": microseconds(times.bridged),
        "last_hold_time": microseconds(times.held),
        "hold_accum_time": str(times.held_us),
        "hangup_time": microseconds(times.hungup),
        "resurrect_time": "0",
        "transfer_time": microseconds(times.transferred),
    }
