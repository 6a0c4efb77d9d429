"""Commands about the node: status, version, lists, global variables."""

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import orjson

from switchboard.simulator.api.registry import api
from switchboard.simulator.moments import count_seconds, stamp

if TYPE_CHECKING:
    from switchboard.simulator.channels import Channel
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.node import Node
    from switchboard.simulator.profiles import Profile

VERSION = "1.11.1-release"


@api("version")
def version(node: "Node", argument: str) -> str:
    """Print the version of the switch that the stand-in stands in for."""
    del node, argument
    return f"FreeSWITCH Version {VERSION}+switchboard~simulator~64bit (a stand-in)\n"


@api("status")
def status(node: "Node", argument: str) -> str:
    """Print how long the node has been up, and what it carries."""
    del argument
    seconds = int(node.uptime_s)
    days, hours = divmod(seconds // 3600, 24)
    return (
        f"UP 0 years, {days} days, {hours} hours, {seconds // 60 % 60} minutes, "
        f"{seconds % 60} seconds, 0 milliseconds, 0 microseconds\n"
        f"FreeSWITCH (Version {VERSION} stand-in 64bit) is ready\n"
        f"{node.channel_count} session(s) since startup\n"
        f"{len(node.executors)} session(s) - peak {node.peak}, last 5min {node.peak} \n"
        "0 session(s) per Sec out of max 1000, peak 1, last 5min 1 \n"
        "5000 session(s) max\n"
        "min idle cpu 0.00/97.33\n"
        "Current Stack Size/Max 240K/8192K\n"
    )


@api("show")
def show(node: "Node", argument: str) -> str:
    """List ``channels`` or ``registrations``, ``as json`` or ``count``."""
    words = argument.split()
    rows: Sequence[Mapping[str, str]]
    if words[:1] in (["channels"], ["calls"]):
        rows = [_channel_row(node, executor) for executor in node.executors.values()]
    elif words[:1] == ["registrations"]:
        rows = node.registrations.rows()
    else:
        return "-USAGE: show channels|calls|registrations [count|as json]\n"
    if "count" in words:
        return f"\n{len(rows)} total.\n"
    if words[1:] == ["as", "json"]:
        return _as_json(rows)
    return _as_text(rows)


@api("global_getvar")
def global_getvar(node: "Node", argument: str) -> str:
    """Print a global variable, or all of them."""
    if argument:
        return node.globals.get(argument, "")
    return "".join(f"{name}={value}\n" for name, value in node.globals.items())


@api("global_setvar")
def global_setvar(node: "Node", argument: str) -> str:
    """Set a global variable: ``NAME=VALUE``."""
    name, _, value = argument.partition("=")
    node.globals[name.strip()] = value
    return "+OK"


@api("create_uuid")
def create_uuid(node: "Node", argument: str) -> str:
    """Print a fresh uuid."""
    del node, argument
    return str(uuid.uuid4())


@api("reloadxml")
def reloadxml(node: "Node", argument: str) -> str:
    """Read the configuration again, of which the stand-in has none."""
    del node, argument
    return "+OK [Success]\n"


@api("module_exists")
def module_exists(node: "Node", argument: str) -> str:
    """Tell that a module is loaded: what the stand-in cannot do, it says when it is asked."""
    del node, argument
    return "true"


@api("sofia")
def sofia(node: "Node", argument: str) -> str:
    """Tell of a profile's phones (``status profile NAME reg``), or take what is asked of one."""
    words = argument.split()
    if words[:2] == ["status", "profile"] and words[3:4] == ["reg"]:
        rows = node.registrations.rows()
        told = "".join(
            f"Call-ID:    \t{row['token']}\nUser:       \t{row['token']}\n"
            f"Contact:    \t{row['url']}\nStatus:     \tRegistered(UDP)\n"
            f"IP:         \t{row['network_ip']}\nPort:       \t{row['network_port']}\n\n"
            for row in rows
        )
        line = "=" * 90
        return f"\nRegistrations:\n{line}\n{told}Total items returned: {len(rows)}\n{line}\n"
    if words[:1] == ["profile"] and words[2:]:
        return f"+OK {' '.join(words[1:])} done\n"
    return "-USAGE: sofia status profile <name> reg|profile <name> rescan\n"


@api("hupall")
def hupall(node: "Node", argument: str) -> str:
    """Hang every channel up, for the cause named."""
    cause = argument.split(maxsplit=1)[0] if argument else "MANAGER_REQUEST"
    for executor in list(node.executors.values()):
        executor.hang_up(cause)
    return f"+OK hangup all channels with cause {cause}\n"


def _as_json(rows: Sequence[Mapping[str, str]]) -> str:
    if not rows:
        return '{"row_count": 0}\n'
    return orjson.dumps({"row_count": len(rows), "rows": rows}).decode()


def _as_text(rows: Sequence[Mapping[str, str]]) -> str:
    if not rows:
        return "\n0 total.\n"
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return "\n".join(lines) + f"\n\n{len(rows)} total.\n"


def _channel_row(node: "Node", executor: "Executor") -> dict[str, str]:
    channel, profile = executor.channel, executor.channel.profile
    running = channel.shown_action
    codec = {
        f"{side}_{name}": value
        for side in ("read", "write")
        for name, value in (("codec", "PCMU"), ("rate", "8000"), ("bit_rate", "64000"))
    }
    dialled = profile.direction == "outbound"
    return {
        "uuid": channel.leg_id,
        "direction": profile.direction,
        "created": stamp(profile.times.created),
        "created_epoch": str(count_seconds(profile.times.created)),
        "name": profile.channel_name,
        "state": channel.running_state.name,
        "cid_name": profile.name,
        "cid_num": profile.number,
        "ip_addr": "" if dialled else profile.address,
        "dest": profile.destination,
        "application": running.application,
        "application_data": running.argument,
        "dialplan": "" if dialled else profile.dialplan,
        "context": profile.context,
        **codec,
        "secure": "",
        "hostname": node.hostname,
        "presence_id": "",
        "presence_data": "",
        "accountcode": "",
        "callstate": channel.call_state,
        **_partner_columns(channel),
        **_first_columns(channel.first, dialled=dialled),
    }


def _partner_columns(channel: "Channel") -> dict[str, str]:
    """Return who is or was at the other end, once it was joined to another leg."""
    profile, joined = channel.profile, bool(channel.shown_call_id)
    follows = joined and profile.other_type == "originator"
    number = profile.callee if joined else ""
    return {
        "callee_name": profile.callee_name if joined else "",
        "callee_num": number,
        "callee_direction": "SEND" if joined else "",
        "call_uuid": channel.shown_call_id,
        "sent_callee_name": profile.name if follows else number,
        "sent_callee_num": profile.number if follows else number,
    }


def _first_columns(first: "Profile", *, dialled: bool) -> dict[str, str]:
    return {
        "initial_cid_name": first.name,
        "initial_cid_num": first.number,
        "initial_ip_addr": "" if dialled else first.address,
        "initial_dest": first.destination,
        "initial_dialplan": "" if dialled else first.dialplan,
        "initial_context": first.context,
    }
