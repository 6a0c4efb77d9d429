"""How a leg's socket that has come to us is handed to whoever owns its call."""

from collections.abc import Callable
from typing import Protocol

from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegFact
from switchboard.core.legs import LegOffer
from switchboard.ports.legs import Leg

FactSink = Callable[[LegFact], None]
"""Takes the facts of one leg, in order; never waits, never raises."""


class LegRefused(Exception):  # noqa: N818 - an answer, not a fault
    """Nobody takes the leg; hang it up with this cause, before answer where it is not answered."""

    def __init__(self, cause: HangupCause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason


class LegDeferred(Exception):  # noqa: N818 - an answer, not a fault
    """Nobody can take the leg just now, but somebody may soon.

    Its socket is closed without a word: the dialplan goes on to the next server, or to the fallback
    that tries again every half second.
    """


class LegTaker(Protocol):
    """Takes legs whose sockets have come."""

    def take(self, offer: LegOffer, leg: Leg) -> FactSink:
        """Take the leg; its facts go into the sink that is returned.

        Raises:
            LegRefused: screened, over capacity, or a number that nobody serves.
            LegDeferred: the store that knows the call cannot be read just now.
        """
        ...
