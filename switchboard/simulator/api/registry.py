"""API commands by name. A module of this folder registers what it holds; none is known here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.simulator.node import Node

ApiCommand = Callable[["Node", str], str]

_commands: dict[str, ApiCommand] = {}


def api(name: str) -> Callable[[ApiCommand], ApiCommand]:
    """Register the function below as the API command *name*."""

    def register(function: ApiCommand) -> ApiCommand:
        _commands[name] = function
        return function

    return register


def run_api(node: "Node", asked: str) -> str:
    """Run ``NAME ARGUMENT`` and return what it prints."""
    name, _, argument = asked.partition(" ")
    command = _commands.get(name)
    if command is None:
        return f"-ERR {name} Command not found!\n"
    return command(node, argument.strip())
