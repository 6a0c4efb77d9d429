"""``switchboard agents call``: what an agent is shown of the caller."""

from typing import Protocol

import click

from switchboard.cli._printing import echo_json
from switchboard.cli._server import Server


class Desk(Protocol):
    """What a command has to hand."""

    @property
    def server(self) -> Server:
        """The running server."""
        ...


@click.command("call")
@click.argument("agent")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def shown_call(desk: Desk, agent: str, *, as_json: bool) -> None:
    """Show what AGENT is shown of the caller: what flows told, and the way there."""
    found = desk.server.get(f"/agents/{agent}/call")
    if as_json:
        echo_json(found)
        return
    click.echo(f"{found['number'] or 'withheld'} dialled {found['dialled']}, by {found['queue']}")
    for label, value in found["sees"].items():
        click.echo(f"{label}: {value}")
    for step in found["way"]:
        key = f" [{step['key']}]" if step["key"] else ""
        click.echo(f"  {step['flow']}.{step['node']}{key} {step['about']}".rstrip())
