"""Applications by name. A module of this folder registers what it holds; none is known here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor

Application = Callable[["Executor", str], None]

_applications: dict[str, Application] = {}


def application(name: str) -> Callable[[Application], Application]:
    """Register the function below as the application *name*."""

    def register(function: Application) -> Application:
        _applications[name] = function
        return function

    return register


def find_application(name: str) -> Application | None:
    """Return the application called *name*, or None."""
    return _applications.get(name)
