"""Where whoever owns something waits: one inbox, in order, bounded."""

from typing import Protocol, TypeVar

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


class InboxClosed(Exception):  # noqa: N818 - the normal end of an owner
    """Nothing more will arrive: the server is going down or the owner was ended."""
