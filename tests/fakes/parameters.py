"""Changed settings of flows in memory."""

from switchboard.ports.parameters import Parameter, Values


class FakeParameters:
    """Keeps them by flow and name."""

    def __init__(self) -> None:
        self._changed: dict[tuple[str, str], Parameter] = {}

    def change(self, parameter: Parameter) -> None:
        self._changed[parameter.flow, parameter.name] = parameter

    def reset(self, flow: str, name: str) -> bool:
        return self._changed.pop((flow, name), None) is not None

    def list_changed(self) -> tuple[Parameter, ...]:
        return tuple(self._changed[key] for key in sorted(self._changed))

    def values(self) -> Values:
        found: dict[str, dict[str, str]] = {}
        for one in self.list_changed():
            found.setdefault(one.flow, {})[one.name] = one.value
        return found
