"""What supervisors ask from the keyboard: each command names who asks by ``--by``."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import click

from switchboard.cli._printing import echo_json, echo_table, length, local
from switchboard.cli._server import Server

IN_WORDS = {
    "listen": "Hear AGENT's conversation, unheard.",
    "whisper": "Be heard by AGENT alone.",
    "barge": "Be heard by AGENT and the caller.",
    "take-over": "Speak to the caller while AGENT only listens.",
    "leave": "Leave AGENT's conversation; they talk on.",
}
STATUSES = ("available", "on_break", "logged_out")


class Desk(Protocol):
    """What a command has to hand."""

    @property
    def server(self) -> Server:
        """The running server."""
        ...


by_option = click.option("--by", required=True, help="The supervisor who asks: an agent's id.")


def add_supervising(group: click.Group) -> None:
    """Add the commands to those of agents."""
    for name, words in IN_WORDS.items():
        group.add_command(_watch(name, words))
    _add_acts(group)
    _add_records(group)


def _ask(desk: Desk, by: str, ask: str, **fields: object) -> Any:  # noqa: ANN401 - a document
    return desk.server.post(f"/supervisors/{by}/{ask}", **fields)


def _watch(name: str, words: str) -> click.Command:
    @click.command(name, help=words + " The supervisor's phone rings, unless they are in already.")
    @click.argument("agent")
    @by_option
    @click.option("--extension", default="", help="The phone that rings, instead of their own.")
    @click.pass_obj
    def watch(desk: Desk, agent: str, by: str, extension: str) -> None:
        _ask(desk, by, name, agent=agent, extension=extension)
        click.echo(f"{name}: {agent}, {by}")

    return watch


def _act(ask: str, words: str, said: str) -> click.Command:
    @click.command(ask, help=words)
    @click.argument("agent")
    @by_option
    @click.pass_obj
    def act(desk: Desk, agent: str, by: str) -> None:
        result = _ask(desk, by, ask, agent=agent).get("result")
        click.echo(f"{agent} {said}" + (f": {result}" if result else ""))

    return act


def _add_acts(group: click.Group) -> None:
    group.add_command(
        _act("release", "End AGENT's call, the caller's leg too; they are ready.", "is released")
    )
    group.add_command(_act("end-wrap-up", "End AGENT's work after a call.", "is ready"))
    group.add_command(_act("record", "Record AGENT's conversation from now on.", "is recorded"))
    group.add_command(_act("stop-recording", "End a recording on demand.", "is recorded no longer"))

    @group.command()
    @click.argument("agent")
    @click.argument("status", type=click.Choice(STATUSES))
    @by_option
    @click.pass_obj
    def force(desk: Desk, agent: str, status: str, by: str) -> None:
        """Put AGENT into a status by force; logged_out signs them out."""
        _ask(desk, by, "force", agent=agent, status=status)
        click.echo(f"{agent} is {status}")

    @group.command()
    @click.argument("agent")
    @click.argument("queues", nargs=-1, required=True)
    @by_option
    @click.pass_obj
    def serve(desk: Desk, agent: str, queues: tuple[str, ...], by: str) -> None:
        """Let AGENT serve exactly these QUEUES from now on; each NAME or NAME=LEVEL."""
        levels = {}
        for queue in queues:
            name, _, level = queue.partition("=")
            levels[name] = int(level) if level.isdigit() else 1
        _ask(desk, by, "serve", agent=agent, queues=levels)
        click.echo(f"{agent} serves {', '.join(queues)}")


def _add_records(group: click.Group) -> None:
    @group.command()
    @click.argument("agent")
    @click.argument("text")
    @by_option
    @click.pass_obj
    def message(desk: Desk, agent: str, text: str, by: str) -> None:
        """Tell AGENT something in writing."""
        _ask(desk, by, "message", agent=agent, text=text)
        click.echo(f"{agent} is told")

    @group.command()
    @click.argument("agent")
    @click.pass_obj
    def messages(desk: Desk, agent: str) -> None:
        """List what AGENT was told in writing."""
        for one in desk.server.get(f"/agents/{agent}/messages"):
            click.echo(f"{local(datetime.fromisoformat(one['at']))}  {one['by']}: {one['text']}")

    @group.command()
    @click.argument("agent")
    @click.option("--hours", default=24, show_default=True, help="How far back.")
    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    @click.pass_obj
    def history(desk: Desk, agent: str, hours: int, *, as_json: bool) -> None:
        """List AGENT's states, when each began and how long it lasted."""
        since = datetime.now(UTC) - timedelta(hours=hours)
        found = desk.server.get(
            f"/agents/{agent}/moments?since_ms={round(since.timestamp() * 1000)}"
        )
        if as_json:
            echo_json(found)
            return
        echo_table(("from", "status", "state", "why", "for"), _rows(found))

    @group.command()
    @click.pass_obj
    def watching(desk: Desk) -> None:
        """List who is in whose conversation now."""
        found = desk.server.get("/supervisors")
        rows = [(one["by"], one["agent"], one["manner"]) for one in found]
        echo_table(("supervisor", "agent", "manner"), rows)


def _rows(moments: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    at = [datetime.fromtimestamp(one["at_ms"] / 1000, UTC) for one in moments]
    return [
        (local(begun), one["status"], one["state"], one["reason"], length(begun, ended))
        for one, begun, ended in zip(moments, at, [*at[1:], None], strict=True)
    ]
