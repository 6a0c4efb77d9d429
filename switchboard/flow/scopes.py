"""Where formulas and texts find their values: what a flow has, what every flow is given."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from switchboard.flow.festivals import festival_on
from switchboard.flow.program import Flow
from switchboard.flow.runs import Run
from switchboard.flow.types import typed
from switchboard.flow.values import UNKNOWN, Value

NOTHING: Mapping[str, Value] = MappingProxyType({})


class RunScope:
    """The values that can be named at one moment of a run.

    Attributes:
        now: The moment, aware, in the centre's zone.
        flow: The flow whose values they are.
    """

    __slots__ = ("_given", "_run", "_values", "flow", "now")

    def __init__(
        self, run: Run, flow: Flow, now: datetime, given: Mapping[str, Value] = NOTHING
    ) -> None:
        self.now = now
        self.flow = flow
        self._run = run
        self._given = given
        self._values = run.frames[-1].values if run.frames else NOTHING

    def value(self, name: str) -> Value:
        """Return the value of that name, or unknown."""
        if name in self._given:
            return self._given[name]
        if name in self._values:
            return self._values[name]
        provided = _GIVEN.get(name)
        return UNKNOWN if provided is None else provided(self)

    def with_values(self, given: Mapping[str, Value]) -> "RunScope":
        """Return the same scope with further values on top."""
        return RunScope(self._run, self.flow, self.now, {**self._given, **given})

    def handed_over(self, given: Mapping[str, Value]) -> "RunScope":
        """Return the scope of a library's prompt: what is handed to it, not the flow's values."""
        scope = RunScope(self._run, self.flow, self.now, {**self._given, **given})
        scope._values = NOTHING
        return scope

    def caller(self) -> Value:
        """What is known of the caller."""
        call = self._run.call
        found = {"number": call.number, "name": call.name, "language": self._run.language}
        return {name: value for name, value in found.items() if value}

    def call(self) -> Value:
        """What is known of the call."""
        call = self._run.call
        waited = (self.now - call.started_at) // timedelta(seconds=1)
        return {
            "dialled": call.dialled,
            "started": call.started_at.astimezone(self.now.tzinfo),
            "waited": timedelta(seconds=max(0, waited)),
            "agent": self._run.agent or UNKNOWN,
            "festival": festival_on(self.now.date()) or UNKNOWN,
        }

    def settings(self) -> Value:
        """The flow's settings: what the office set, else their defaults."""
        changed = self._run.settings.get(self.flow.name, NOTHING)
        if not changed:
            return self.flow.defaults
        return {
            name: typed(changed[name], self.flow.settings[name].type, {})
            if name in changed
            else default
            for name, default in self.flow.defaults.items()
        }

    def failure(self) -> Value:
        """The last failure."""
        return dict(self._run.failure)


_GIVEN: Mapping[str, Callable[[RunScope], Value]] = {
    "caller": RunScope.caller,
    "call": RunScope.call,
    "settings": RunScope.settings,
    "failure": RunScope.failure,
}
