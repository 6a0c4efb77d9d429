"""The dialplan: which applications a number leads to.

Every number leads to the apps, behind the guard; ``fallback`` is what a caller gets when no app
takes the call. A transfer may also bring its own list of applications (``inline``).
"""

from collections.abc import Sequence

from switchboard.simulator.channels import Action, Extension
from switchboard.simulator.profiles import Profile

FALLBACK = "fallback"
FALLBACK_TONE = "tone_stream://%(300,100,480);loops=2"


class Dialplan:
    """Finds extensions.

    Args:
        apps: ``HOST:PORT`` of the apps, in the order in which they are tried.
    """

    def __init__(self, apps: Sequence[str]) -> None:
        self._socket = Action("socket", f"{'|'.join(apps)} async")

    def find(self, profile: Profile) -> Extension | None:
        """Return the extension for the profile's destination; None: it leads nowhere."""
        if profile.dialplan.lower() == "inline":
            return Extension("inline", profile.destination, parse_inline(profile.destination))
        if profile.destination == FALLBACK:
            return Extension(FALLBACK, FALLBACK, self._fallback())
        return Extension("app", profile.destination, self._app())

    def _app(self) -> tuple[Action, ...]:
        return (
            Action("set", "socket_resume=true"),
            Action("sched_transfer", f"+3 {FALLBACK} XML public"),
            self._socket,
            self._socket,
            Action("transfer", f"{FALLBACK} XML public"),
        )

    @staticmethod
    def _fallback() -> tuple[Action, ...]:
        return (Action("answer"), Action("playback", FALLBACK_TONE), Action("hangup"))


def parse_inline(text: str) -> tuple[Action, ...]:
    """Parse ``APPLICATION:ARGUMENT,APPLICATION:ARGUMENT``.

    Another separator than the comma may be named in front: ``m:^:``.
    """
    separator = ","
    if text.startswith("m:") and len(text) > 4 and text[3] == ":":
        separator, text = text[2], text[4:]
    steps = [step.partition(":") for step in text.split(separator) if step]
    return tuple(Action(name.strip(), argument) for name, _, argument in steps)
