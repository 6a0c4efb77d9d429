"""A call of a script placed as a real call: the caller does on a line what the script says.

The script is played in the pure engine first; what was heard there, word for word, must be heard on
the line, and the run must go the same way. What a line cannot play is told, with the reason.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from switchboard.cli.call import spoken_words
from switchboard.flow.engine import Entered
from switchboard.flow.scripts import CallResult
from switchboard.flow.scripts.forms import Given
from switchboard.flow.scripts.runner import Told

# What needs other people, or systems outside that no line brings along.
NOT_ON_A_LINE = frozenset(
    {"queue", "call_back", "dial", "conference", "request", "send", "receive_fax", "create"}
)
# Of what is given a line can have these; answers and agents are for what it cannot play anyway.
GIVEN_ON_A_LINE = frozenset(
    {"at", "from_", "to", "sources", "secrets", "settings", "agents", "answers"}
)
WAIT_S = 30.0  # house seconds in which something must be heard


class Line(Protocol):
    """One call on a switch.

    Attributes:
        speed: House seconds in a second of the wall.
    """

    speed: float

    def next_event(self, wait_s: float) -> Mapping[str, Any] | None:
        """Return what the caller notices next, as the stand-in tells it; None after *wait_s*."""
        ...

    def press(self, keys: str) -> None:
        """Press keys."""
        ...

    def speak(self, duration_ms: int) -> None:
        """Speak for so long."""
        ...

    def hang_up(self) -> None:
        """Hang up."""
        ...


class Differs(Exception):  # noqa: N818 - what it is
    """The call on the line did not go as in the engine."""


def not_on_a_line(result: CallResult, given: Given) -> str:
    """Say why a call cannot be placed; empty when it can."""
    asked = sorted({one.kind for one in result.passed if isinstance(one, Entered)} & NOT_ON_A_LINE)
    if asked:
        return f"it needs {', '.join(asked)}"
    names = sorted(
        name
        for name in given.model_fields_set - GIVEN_ON_A_LINE
        if getattr(given, name) not in (None, (), {})
    )
    if names:
        return f"it is given {', '.join(name.rstrip('_') for name in names)}"
    return "" if given.to else "nobody dials a number"


@dataclass(slots=True)
class Caller:
    """Plays a story on a line, and listens.

    Attributes:
        line: The call.
        expected: Everything that should have been heard so far, without spaces.
        heard: Everything that was heard so far, without spaces.
    """

    line: Line
    expected: str = ""
    heard: str = ""
    _plays: bool = False
    _records: bool = False
    _over: bool = False

    def play(self, story: Sequence[Told]) -> None:
        """Do and hear what *story* says.

        Raises:
            Differs: something else was heard, or nothing.
        """
        for told in story:
            self.expected += "".join(_bare(one.text) for one in told.heard)
            self._take(told)
        self._until(lambda: self.heard.startswith(self.expected), "it was said")
        if story and story[-1].step is None:
            self._until(lambda: self._over, "the call ended")
            self._must_agree(whole=True)
        if not self._over:
            self.line.hang_up()
            self._until(lambda: self._over, "the call ended")

    def _take(self, told: Told) -> None:
        step = told.step
        if step is None:
            return
        if step.presses is not None:
            self._until_quiet()
            self.line.press(step.presses)
        elif step.interrupts is not None:
            self._until(lambda: self.heard.startswith(self.expected), "it was being said")
            self.line.press(step.with_ or "")
            self.heard = self.expected  # the rest of what was interrupted counts no more
        elif step.speaks is not None:
            self._until(lambda: self._records, "it was recorded")
            self.line.speak(step.speaks)
        elif step.waits is not None:
            self._until_quiet()
            self._listen_for(step.waits / 1000)
        elif step.hangs_up is not None:
            self._until(lambda: self.heard.startswith(self.expected), "it was said")
            self.line.hang_up()

    # --- listening ------------------------------------------------------------------------------

    def _until_quiet(self) -> None:
        self._until(
            lambda: self.heard.startswith(self.expected) and not self._plays, "it fell silent"
        )
        self._must_agree(whole=True)

    def _until(self, holds: Any, what: str) -> None:  # noqa: ANN401 - any condition
        by_s = time.monotonic() + WAIT_S / self.line.speed + 5
        while not holds():
            if self._over or time.monotonic() > by_s:
                raise Differs(f"waited until {what}; {self._story()}")
            self._notice(0.5)
            self._must_agree(whole=False)

    def _listen_for(self, duration_s: float) -> None:
        by_s = time.monotonic() + duration_s / self.line.speed
        while (left_s := by_s - time.monotonic()) > 0:
            self._notice(left_s)

    def _notice(self, wait_s: float) -> None:
        event = self.line.next_event(wait_s) or {"event": ""}
        kind = event["event"]
        if kind == "hears" and (words := _words(str(event["sound"]))):
            self.heard += words
        if kind in ("hears", "heard"):
            self._plays = kind == "hears"
        elif kind in ("records", "recorded"):
            self._records = kind == "records"
        elif kind == "hung_up":
            self._over = True

    def _must_agree(self, *, whole: bool) -> None:
        """Nothing else may be heard than expected; more of it may come (*whole*: may not)."""
        short, long = sorted((self.heard, self.expected), key=len)
        if not long.startswith(short) or (whole and len(self.heard) > len(self.expected)):
            raise Differs(self._story())

    def _story(self) -> str:
        at = next(
            (n for n, (a, b) in enumerate(zip(self.heard, self.expected, strict=False)) if a != b),
            min(len(self.heard), len(self.expected)),
        )
        begin = max(0, at - 20)
        heard = self.heard[begin : at + 40] or "nothing more"
        expected = self.expected[begin : at + 40] or "nothing more"
        return f'expected "{expected}", heard "{heard}"'


def _bare(text: str) -> str:
    return "".join(text.split())


def _words(sound: str) -> str:
    """The words of a sound without spaces; empty for tones, pauses and what nobody wrote down."""
    words = spoken_words(sound)
    return "".join(_bare(part) for part in words.split("“") for part in _closed(part))


def _closed(part: str) -> Iterator[str]:
    text, closed, _ = part.partition("”")
    if closed:
        yield text
