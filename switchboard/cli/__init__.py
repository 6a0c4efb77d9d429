"""The commands of ``switchboard``; each module is one command, or one group of them."""

import importlib
import pkgutil

import click

from switchboard import __version__


class LazyCommands(click.Group):
    """Imports a command only when it is asked for: ``calls`` need not load what ``serve`` needs.

    A module ``switchboard.cli.NAME`` holds the command NAME as its attribute ``command``; one whose
    name begins with ``_`` is what several commands share. A command of two words has a hyphen.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the modules beside this one."""
        del ctx
        names = (found.name for found in pkgutil.iter_modules(__path__))
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of that name and return its command; None when there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(
            f"{__name__}.{cmd_name.replace('-', '_')}"
        ).command
        return command


@click.group(cls=LazyCommands)
@click.version_option(__version__)
def main() -> None:
    """Switchboard: a voice application server and contact centre on FreeSWITCH."""
