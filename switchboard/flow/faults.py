"""What is wrong with a file, and where: every mistake is one fault, and a fault is never raised.

Checks yield faults and go on, so that an author sees all mistakes at once. What a *call* meets is a
:class:`FlowFault`: it is raised, names the node, and the driver turns it into a spoken apology.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake in one file.

    Attributes:
        file: The file's name as it was given to the loader.
        line: Line, counted from 1.
        column: Column, counted from 1, in characters.
        code: Stable code: a letter for the family and two digits, such as ``F07``.
        node: The node it stands in; empty outside the nodes.
        message: What is wrong.
        hint: What to do, or what was probably meant; may be empty.
    """

    file: str
    line: int
    column: int
    code: str
    node: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """The fault in one line, as compilers write it: editors jump to the place."""
        node = f"{self.node}: " if self.node else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.code} {node}{self.message}{hint}"


class FlowFault(Exception):  # noqa: N818 - names what it is
    """A run cannot go on: a limit is passed, or what came back fits nothing that was asked.

    Attributes:
        flow: The flow it happened in.
        node: The node it happened at.
        reason: What happened, in one sentence.
    """

    def __init__(self, flow: str, node: str, reason: str) -> None:
        super().__init__(f"{flow}.{node}: {reason}")
        self.flow = flow
        self.node = node
        self.reason = reason


def meant(word: str, known: Iterable[str]) -> str:
    """Return the hint that names what was probably meant by *word*, or lists what there is.

    >>> meant("witin", ["within", "retries"])
    "did you mean 'within'?"
    >>> meant("x", ["within", "retries"])
    'there are: retries, within'
    """
    choices = sorted(set(known))
    close = get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    if not choices:
        return "there are none"
    shown = ", ".join(choices[:12])
    return f"there are: {shown}{', ...' if len(choices) > 12 else ''}"
