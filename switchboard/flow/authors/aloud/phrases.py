"""What a language needs so that flows can be read aloud in it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of one language. ``{}`` is what stands behind a key.

    Attributes:
        keys: For each key of nodes and their parts its phrase; ``verb.key`` wins over ``key``.
        values: Words for values that are words of the language, as ``newest first``.
        outcomes: Words for outcomes; one that is not here is read as it is written.
        said: How parts of a speech are read, by name.
        frame: How a flow, a node and its ways are put together, by name.
    """

    keys: Mapping[str, str]
    values: Mapping[str, str]
    outcomes: Mapping[str, str]
    said: Mapping[str, str]
    frame: Mapping[str, str]

    def of_key(self, verb: str, key: str) -> str:
        """Return the phrase of a key of a kind of node."""
        return self.keys.get(f"{verb}.{key}") or self.keys[key]
