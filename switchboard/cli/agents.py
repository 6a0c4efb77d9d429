"""``switchboard agents``: who takes calls now, and signing in and out from the keyboard."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from switchboard.cli._board import agents_report
from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._printing import echo_json, echo_table, length
from switchboard.cli._server import Server
from switchboard.cli._shown import shown_call
from switchboard.cli._supervise import add_supervising
from switchboard.ports.roster import RosterKind
from switchboard.runtime.clock import ScaledClock
from switchboard.services.agent_phone import PIN
from switchboard.services.secrets import SecretDesk, is_easily_guessed
from switchboard.settings import Settings
from switchboard.store.secrets import Argon2Hasher


@dataclass(frozen=True, slots=True)
class _Desk:
    settings: Settings
    server: Server


@click.group()
@settings_option
@click.pass_context
def command(context: click.Context, settings_file: Path | None) -> None:
    """Agents: who is signed in, where, in which state; sign in, out, breaks, wrap-up.

    Asks the running server. Who there is, and which queues they serve, is set up with `queues`.
    """
    settings = read_settings_file(settings_file)
    context.obj = _Desk(settings, Server(settings))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_agents(desk: _Desk, *, as_json: bool) -> None:
    """List every agent with their state and since when they have it."""
    found = desk.server.get("/agents")
    if as_json:
        echo_json(found)
    elif found:
        titles = ("agent", "name", "status", "state", "for", "seat", "calls")
        echo_table(titles, [_row(agent) for agent in found])
    else:
        click.echo("there are no agents yet: `switchboard queues import FILE` sets them up")


@command.command("sign-in")
@click.argument("agent")
@click.option("--extension", default="", help="The phone they sit at, instead of their usual one.")
@click.pass_obj
def sign_in(desk: _Desk, agent: str, extension: str) -> None:
    """Let AGENT take calls."""
    desk.server.post(f"/agents/{agent}/sign-in", extension=extension)
    click.echo(f"{agent} is signed in")


@command.command("sign-out")
@click.argument("agent")
@click.pass_obj
def sign_out(desk: _Desk, agent: str) -> None:
    """Let AGENT take no calls any more; a call they have goes on."""
    desk.server.post(f"/agents/{agent}/sign-out")
    click.echo(f"{agent} is signed out")


@command.command("break")
@click.argument("agent")
@click.argument("reason")
@click.pass_obj
def go_on_break(desk: _Desk, agent: str, reason: str) -> None:
    """Let AGENT have a break, REASON such as lunch."""
    desk.server.post(f"/agents/{agent}/break", reason=reason)
    click.echo(f"{agent} has a break: {reason}")


@command.command("ready")
@click.argument("agent")
@click.pass_obj
def be_ready(desk: _Desk, agent: str) -> None:
    """End AGENT's break or wrap-up."""
    desk.server.post(f"/agents/{agent}/ready")
    click.echo(f"{agent} is ready")


@command.command()
@click.argument("agent")
@click.option(
    "--pin", prompt=True, hide_input=True, confirmation_prompt=True, help="4 to 12 digits."
)
@click.pass_obj
def pin(desk: _Desk, agent: str, pin: str) -> None:
    """Set the PIN by which AGENT signs in at a phone; ends its lock."""
    if not pin.isascii() or not pin.isdigit() or len(pin) > 12 or is_easily_guessed(pin):
        raise click.ClickException(
            "a PIN has 4 to 12 digits, not all alike and not in a row such as 1234"
        )
    with opened_store(desk.settings) as store:
        known = [row.name for row in store.roster.list_rows() if row.kind is RosterKind.AGENT]
        if agent not in known:
            raise click.ClickException(
                f"there is no agent {agent}: `switchboard queues export` shows all"
            )
        SecretDesk(store.secrets, Argon2Hasher(), ScaledClock(1.0)).set(PIN, agent, pin)
    click.echo(f"agent {agent} has a new PIN")
    if not agent.isdigit():
        click.echo("no phone can name them: an agent who signs in by phone has digits as their id")


add_supervising(command)
command.add_command(agents_report)
command.add_command(shown_call)


def _row(agent: dict[str, Any]) -> tuple[object, ...]:
    since = agent["since_ms"]
    lasts = length(datetime.fromtimestamp(since / 1000, UTC), datetime.now(UTC)) if since else ""
    status = agent["status"] + (f" ({agent['reason']})" if agent["reason"] else "")
    return (
        agent["agent_id"], agent["name"], status, agent["state"] or "", lasts, agent["seat"],
        agent["calls"],
    )  # fmt: skip
