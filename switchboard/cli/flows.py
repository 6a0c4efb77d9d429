"""``switchboard flows``: what an author does with flows, from the first look to the roll-back."""

import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import click

from switchboard.cli._opening import settings_option

# Commands on files need no installation; those on versions open its records.
PARTS = ("_flow_proofs", "_flow_files", "_flow_calls", "_flow_versions")


class FlowCommands(click.Group):
    """Gathers the commands of the parts that are here, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return sorted(str(command.name) for command in _commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name; None when there is none."""
        del ctx
        return next((command for command in _commands() if command.name == cmd_name), None)


def _commands() -> Iterator[click.Command]:
    for part in PARTS:
        name = f"switchboard.cli.{part}"
        if importlib.util.find_spec(name) is not None:
            yield from importlib.import_module(name).COMMANDS


@click.group(cls=FlowCommands)
@settings_option
@click.pass_context
def command(context: click.Context, settings_file: Path | None) -> None:
    """Check, try, publish and take back flows."""
    context.obj = settings_file
