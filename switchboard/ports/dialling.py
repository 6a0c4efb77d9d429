"""Legs that we dial: to a phone of ours, or to a number outside.

Whoever orders makes the leg's id beforehand, so that what happens to the leg can be told from the
first moment. What the order holds is checked against what may be dialled at all; what does not fit
is refused, never mended.
"""

from dataclasses import dataclass
from typing import Protocol

from switchboard.ports.leg_offers import FactSink
from switchboard.ports.legs import Leg


class DialRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The order may not be carried out, or its node cannot be asked; says why. Nothing rings."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that registers with us: its extension, 2 to 12 digits."""

    extension: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A number that is reached through a provider.

    Attributes:
        number: Digits with an optional leading ``+``; one that the gateway admits.
        gateway: Name of the gateway in the settings; empty: the first that admits the number.
    """

    number: str
    gateway: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialOrder:
    """One leg to dial.

    Attributes:
        leg_id: Its id, a uuid in lower case that was never used before.
        call_id: Our call, written on the leg.
        node: The FreeSWITCH node that dials: the one of the leg it is to be joined with. Empty:
            any that is connected, for a phone one that knows it.
        target: Who is dialled.
        ring_s: How long it may ring, in seconds; then it ends with NO_ANSWER.
        shown_number: The number shown at the other end: digits with an optional leading ``+``, as
            :func:`switchboard.core.numbers.presentable` makes them; empty: none.
        shown_name: The name shown, one of ours (a queue's): letters, digits, space, ``_-.``, at
            most 40. Never a caller's: the desk shows that.
        auto_answer: Whether the phone is asked to answer by itself (for phones that can).
    """

    leg_id: str
    call_id: str
    target: Phone | Outside
    ring_s: int
    node: str = ""
    shown_number: str = ""
    shown_name: str = ""
    auto_answer: bool = False


class Dialler(Protocol):
    """Dials legs."""

    def dial(self, order: DialOrder, sink: FactSink) -> Leg:
        """Begin to dial; returns at once. The leg's facts go into *sink*, in this order.

        :class:`LegRinging` (at most once, and not from a phone that answers at once), then
        :class:`LegAnswered` when the leg can be used, then whatever it does, and
        :class:`LegHungUp` exactly once, last of all: also of a leg that was never answered. Its
        cause then says why: ``USER_BUSY``, ``CALL_REJECTED``, ``NO_ANSWER``,
        ``USER_NOT_REGISTERED``, ``NORMAL_TEMPORARY_FAILURE`` (nothing there), whatever a provider
        gives, or the cause we cancelled it with. A hang-up is told though the switch's own answers
        are lost: some seconds late, when nothing else will come.

        Of the leg that is returned only :meth:`Leg.hang_up` may be asked before the answer: it
        cancels the ringing. Once answered it hears nothing until something is asked of it
        (silence goes out), and after each conversation it is so again: it stays, until it hangs up
        or is hung up. It can be asked all that a caller's leg can; it never has a socket to lose.

        Raises:
            DialRefused: nothing was dialled, and no fact will come.
        """
        ...
