"""Parameters of flows: what the office may change, what holds, and what is no value for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from switchboard.flow import Program
from switchboard.flow.files import Setting
from switchboard.flow.types import typed, written_form
from switchboard.flow.values import UNKNOWN
from switchboard.ports.parameters import Parameter, Parameters


class NoParameter(ValueError):  # noqa: N818 - an answer, not a fault
    """There is no such setting, or that is no value of its type; the message says what is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One setting as it stands.

    Attributes:
        flow: The flow.
        name: Its name.
        type: Its type.
        about: What it is.
        value: What holds; empty for nothing.
        changed: Whether the office set it.
    """

    flow: str
    name: str
    type: str
    about: str
    value: str
    changed: bool


def standings(program: Program, parameters: Parameters) -> Iterator[Standing]:
    """Yield every setting of every flow, by flow and name."""
    changed = {(one.flow, one.name): one.value for one in parameters.list_changed()}
    for flow_name in sorted(program.flows):
        flow = program.flows[flow_name]
        for name, setting in sorted(flow.settings.items()):
            value = changed.get((flow_name, name), _default(program, flow_name, name, setting))
            is_changed = (flow_name, name) in changed
            yield Standing(flow_name, name, setting.type, setting.about, value, is_changed)


def change(
    program: Program, parameters: Parameters, path: str, value: str, *, at: datetime, by: str
) -> None:
    """Change a setting, ``flow.name``, for calls that begin from now on.

    Raises:
        NoParameter: there is none of that name, or *value* is none of its type.
    """
    flow_name, _, name = path.rpartition(".")
    flow = program.flows.get(flow_name)
    setting = flow.settings.get(name) if flow is not None else None
    if setting is None:
        known = ", ".join(f"{one.flow}.{one.name}" for one in standings(program, parameters))
        raise NoParameter(f"there is no setting {path!r}; there are: {known or 'none'}")
    if typed(value, setting.type, {}) is UNKNOWN:
        raise NoParameter(f"{value!r} is no {setting.type}, which {path} is")
    parameters.change(Parameter(flow_name, name, value, at, by))


def _default(program: Program, flow: str, name: str, setting: Setting) -> str:
    value = program.centre.settings.get(flow, {}).get(name, setting.default)
    return "" if value is None else written_form(value)
