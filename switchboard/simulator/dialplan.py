"""The dialplan: which applications a number leads to.

Every number, or every one of a pattern, leads to the apps, behind the guard; ``fallback`` is what
a caller gets when no app takes the call. A transfer may also bring its own list of applications
(``inline``).
"""

import re
from collections.abc import Sequence

from switchboard.simulator.channels import Action, Extension
from switchboard.simulator.profiles import Profile

FALLBACK = "fallback"
FALLBACK_TONE = "tone_stream://%(300,100,480);loops=2"
BETWEEN_TRIES = "silence_stream://500"
TRIES_A_SECOND = 2


class Dialplan:
    """Finds extensions.

    Args:
        apps: ``HOST:PORT`` of the apps, in the order in which they are tried.
        hold_s: How long the fallback tries the apps again, every half second, as the dialplan that
            ships does; 0: it plays its tone and hangs up, as the one of the traces does.
        numbers: A regular expression of the numbers that lead to the apps.
    """

    def __init__(self, apps: Sequence[str], hold_s: int = 0, numbers: str = ".*") -> None:
        self._socket = Action("socket", f"{'|'.join(apps)} async")
        self._guard = Action("sched_transfer", f"+3 {FALLBACK} XML public")
        self._hold_s = hold_s
        self._numbers = re.compile(numbers)

    def find(self, profile: Profile) -> Extension | None:
        """Return the extension for the profile's destination; None: it leads nowhere."""
        if profile.dialplan.lower() == "inline":
            return Extension("inline", profile.destination, parse_inline(profile.destination))
        if profile.destination == FALLBACK:
            return Extension(FALLBACK, FALLBACK, self._fallback())
        if not self._numbers.fullmatch(profile.destination):
            return None
        return Extension("app", profile.destination, self._app())

    def _app(self) -> tuple[Action, ...]:
        return (
            Action("set", "socket_resume=true"),
            self._guard,
            self._socket,
            self._socket,
            Action("transfer", f"{FALLBACK} XML public"),
        )

    def _fallback(self) -> tuple[Action, ...]:
        if not self._hold_s:
            return (Action("answer"), Action("playback", FALLBACK_TONE), Action("hangup"))
        once_more = (
            Action("set", "socket_resume=true"),
            Action("playback", BETWEEN_TRIES),
            self._guard,
            self._socket,
            Action("sched_cancel"),
        )
        tries = once_more * (self._hold_s * TRIES_A_SECOND)
        return (*tries, Action("hangup", "NORMAL_TEMPORARY_FAILURE"))


def parse_inline(text: str) -> tuple[Action, ...]:
    """Parse ``APPLICATION:ARGUMENT,APPLICATION:ARGUMENT``.

    Another separator than the comma may be named in front: ``m:^:``.
    """
    separator = ","
    if text.startswith("m:") and len(text) > 4 and text[3] == ":":
        separator, text = text[2], text[4:]
    steps = [step.partition(":") for step in text.split(separator) if step]
    return tuple(Action(name.strip(), argument) for name, _, argument in steps)
