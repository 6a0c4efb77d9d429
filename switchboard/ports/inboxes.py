"""Where whoever owns something waits: one inbox, in order, bounded; and how work is begun."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Inbox(Protocol[T_co]):
    """What arrived for one owner, oldest first."""

    def next(self, deadline_s: float | None) -> T_co | None:
        """Return the next thing, waiting for it no longer than *deadline_s*.

        Args:
            deadline_s: A moment of :meth:`Clock.seconds`; None waits until the inbox is closed.

        Returns:
            The oldest thing not yet taken, or None when the deadline came first.

        Raises:
            InboxClosed: the owner is asked to stop (shutdown), and nothing is left to take.
        """
        ...


class Mailbox(Inbox[T], Protocol[T]):
    """An inbox with its slot: many put, one owner takes."""

    def put(self, thing: T) -> None:
        """Put one thing in; never waits; dropped once the mailbox is closed.

        Raises:
            MailboxFull: the owner does not keep up.
        """
        ...

    def __len__(self) -> int:
        """How many things wait."""
        ...

    def close(self) -> None:
        """Let the owner take what is there, then tell it that nothing more will come."""
        ...


class MailboxFull(Exception):  # noqa: N818 - a state of the owner
    """The owner does not keep up; what was to be put in is not."""


class InboxClosed(Exception):  # noqa: N818 - the normal end of an owner
    """Nothing more will arrive: the server is going down or the owner was ended."""


Start = Callable[[str, Callable[[], object]], object]
"""Begins work of its own, by a name, beside whoever asks; returns at once."""
