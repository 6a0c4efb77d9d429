"""A channel's variables: ordered as FreeSWITCH orders them, with the names case kept.

Setting a variable again moves it to the end; setting it to nothing removes it. A variable may hold
several entries (``transfer_history``).
"""

from collections.abc import Iterator

Value = str | tuple[str, ...]


class Variables:
    """Variables by name; a name is found whatever its case."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, Value]] = {}

    def set(self, name: str, value: str | None) -> None:
        """Set the variable, as the newest; None or an empty value removes it."""
        self._values.pop(name.lower(), None)
        if value:
            self._values[name.lower()] = (name, value)

    def push(self, name: str, value: str) -> None:
        """Add one more entry to a variable that keeps a history."""
        held = self._values.get(name.lower())
        if held is None:
            self.set(name, value)
            return
        before = (held[1],) if isinstance(held[1], str) else held[1]
        self._values[name.lower()] = (held[0], (*before, value))

    def get(self, name: str) -> str:
        """Return the value as one text; empty when it is not set."""
        held = self._values.get(name.lower())
        if held is None:
            return ""
        return held[1] if isinstance(held[1], str) else "ARRAY::" + "|:".join(held[1])

    def is_true(self, name: str) -> bool:
        """Whether the value says yes, in any of the switch's words for it."""
        return self.get(name).lower() in {"true", "yes", "on", "enable", "enabled", "active", "1"}

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        """Yield names and values, oldest first."""
        return iter(list(self._values.values()))
