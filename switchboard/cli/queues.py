"""``switchboard queues``: who waits now, and who works where (queues and agents, as YAML)."""

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from switchboard.cli._board import add_board
from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._printing import echo_table
from switchboard.cli._server import Server
from switchboard.cli._supervise import by_option
from switchboard.flow import load
from switchboard.flow.source import Scalar, read_yaml
from switchboard.ports.roster import RosterKind
from switchboard.runtime.clock import ScaledClock
from switchboard.services.roster import RosterMistake, Rosters
from switchboard.settings import Settings
from switchboard.store.store import Store

KEYS = {"queues": RosterKind.QUEUE, "agents": RosterKind.AGENT}


@dataclass(frozen=True, slots=True)
class _Desk:
    settings: Settings
    store: Store

    @property
    def rosters(self) -> Rosters:
        """Who works where."""
        return Rosters(self.store.roster, self._named_by_flows, ScaledClock(1.0))

    def _named_by_flows(self) -> tuple[str, ...]:
        release = self.store.flow_versions.find_release()
        version = release and self.store.flow_versions.find_version(release.live)
        program = version and load(version.files).program
        return tuple(program.centre.queues) if program else ()


@click.group()
@settings_option
@click.pass_context
def command(context: click.Context, settings_file: Path | None) -> None:
    """Queues and the agents who serve them: who waits, import, export.

    A running server follows a change within two seconds; who waits keeps the place.
    """
    settings = read_settings_file(settings_file)
    context.obj = _Desk(settings, context.with_resource(opened_store(settings)))


add_board(command)


@command.command()
@click.argument("name")
@click.option("--now", is_flag=True, help="Who waits leaves at once.")
@click.pass_obj
def close(desk: _Desk, name: str, *, now: bool) -> None:
    """Take nobody into queue NAME until its calendar opens it, or `queues open`.

    Who waits is served, or leaves, as the queue's setting `at_closing` says.
    """
    Server(desk.settings).post(f"/queues/{name}/close", by=getpass.getuser(), now=now)
    click.echo(f"queue {name} closes")


@command.command("open")
@click.argument("name")
@click.pass_obj
def open_again(desk: _Desk, name: str) -> None:
    """Take callers into queue NAME, whatever its calendar says, until that changes next."""
    Server(desk.settings).post(f"/queues/{name}/open", by=getpass.getuser())
    click.echo(f"queue {name} opens")


@command.command()
@click.pass_obj
def corrections(desk: _Desk) -> None:
    """Show what was believed of callers and agents and was not so: hoped to stay empty."""
    found = Server(desk.settings).get("/corrections")
    if found:
        echo_table(("what", "times"), sorted(found.items()))
    else:
        click.echo("nothing had to be corrected")


@command.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.pass_obj
def take_in(desk: _Desk, file: Any) -> None:  # noqa: ANN401 - click's file
    """Set queues and agents up as FILE says, all or none; what it does not name stays as it is."""
    document = read_yaml(file.read(), file.name)
    if document.faults:
        raise click.ClickException("\n".join(map(str, document.faults)))
    root = document.root
    if not isinstance(root, dict) or not set(root) <= set(KEYS):
        raise click.ClickException(f"{file.name}: `queues:` and `agents:` stand here, nothing else")
    found = {KEYS[key]: _plain(root[key]) for key in root}
    try:
        count = desk.rosters.take_in(found, by=getpass.getuser())
    except RosterMistake as mistakes:
        raise click.ClickException(f"{file.name} is not taken in:\n{mistakes}") from mistakes
    click.echo(f"{count} set up")


@command.command("export")
@click.pass_obj
def export(desk: _Desk) -> None:
    """Print queues and agents as `import` takes them."""
    kinds: dict[str, dict[str, Any]] = {key: {} for key in KEYS}
    for row in desk.store.roster.list_rows():
        key = "queues" if row.kind is RosterKind.QUEUE else "agents"
        kinds[key][row.name] = dict(row.settings)
    click.echo(yaml.safe_dump(kinds, allow_unicode=True, sort_keys=False), nl=False)


@command.command()
@click.argument("kind", type=click.Choice(["queue", "agent"]))
@click.argument("name")
@click.pass_obj
def remove(desk: _Desk, kind: str, name: str) -> None:
    """Take a queue or an agent away; who waits in the queue is led on by the flow as closed."""
    if not desk.rosters.remove(RosterKind(kind), name):
        raise click.ClickException(
            f"there is no {kind} {name}: `switchboard queues export` shows all"
        )
    click.echo(f"{kind} {name} is removed")


def _ask(desk: _Desk, by: str, ask: str, **fields: object) -> None:
    Server(desk.settings).post(f"/supervisors/{by}/{ask}", **fields)


@command.command()
@click.argument("call")
@by_option
@click.pass_obj
def withdraw(desk: _Desk, call: str, by: str) -> None:
    """Take CALL out of the queue it waits in; the flow leads the caller on."""
    _ask(desk, by, "withdraw", call=call)
    click.echo(f"{call} waits no longer")


@command.command()
@click.argument("call")
@click.argument("queue")
@by_option
@click.pass_obj
def move(desk: _Desk, call: str, queue: str, by: str) -> None:
    """Move CALL to QUEUE; its waiting counts there."""
    _ask(desk, by, "move", call=call, queue=queue)
    click.echo(f"{call} waits in {queue}")


@command.command()
@click.argument("call")
@click.argument("points", type=int)
@by_option
@click.pass_obj
def prioritise(desk: _Desk, call: str, points: int, by: str) -> None:
    """Give CALL so many POINTS of priority, each worth a minute of waiting; negative: behind."""
    _ask(desk, by, "prioritise", call=call, priority=points)
    click.echo(f"{call} has priority {points}")


def _plain(tree: Any) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(tree, dict):
        return {str(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(value) for value in tree]
    if isinstance(tree, Scalar):
        text = str(tree)
        return {"true": True, "false": False}.get(text, text)
    return tree
