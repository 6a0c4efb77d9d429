"""What the house counts for whoever watches it. Every method returns at once and never fails.

Labels come from short lists (a reason, a mailbox, a node), never from a caller: a label made of
numbers would grow without end.
"""

from typing import Protocol


class Metrics(Protocol):
    """Is told what happens; keeps sums, never the single thing."""

    def call_offered(self) -> None:
        """A call came in."""
        ...

    def call_answered(self) -> None:
        """A call was answered."""
        ...

    def call_refused(self, reason: str) -> None:
        """A call was refused before answer; *reason* is a word of ours, such as ``blacklist``."""
        ...

    def call_ended(self, duration_s: float) -> None:
        """A call that was offered has ended, *duration_s* seconds after its offer."""
        ...

    def calls_live(self, count: int) -> None:
        """So many calls are owned by this server now."""
        ...

    def call_taken_up(self) -> None:
        """A call went on from its saved run, after a server died or a conversation ended."""
        ...

    def message_kept(self, mailbox: str) -> None:
        """A caller's message was put into a mailbox."""
        ...

    def prompt_spoken(self, language: str, took_s: float) -> None:
        """The speech engine spoke one text, in *took_s* wall seconds."""
        ...

    def prompt_failed(self, language: str) -> None:
        """The speech engine could not speak a text."""
        ...

    def flow_fault(self, flow: str) -> None:
        """A flow met something that it could not handle."""
        ...

    def errand_ended(self, target: str, took_s: float, *, failed: bool) -> None:
        """Something asked of the world beside a call has ended, *took_s* seconds after.

        *target* is whom it was asked of, by a name of the settings: ``source customers``,
        ``connection track``, ``email``, ``secrets``, ``surveys``.
        """
        ...

    def socket_lost(self) -> None:
        """A call's own socket closed though the call goes on."""
        ...

    def event_socket(self, node: str, *, connected: bool) -> None:
        """The inbound event socket of *node* was connected or lost."""
        ...

    def cdrs_taken_in(self, count: int) -> None:
        """So many CDRs that were not known yet were taken in."""
        ...

    def day_faults(self, kind: str, count: int) -> None:
        """The last day that was compared has so many faults of a *kind*, such as ``differing``."""
        ...

    def corrected(self, kind: str) -> None:
        """Something that was believed of a call or an agent was not so, and is mended."""
        ...

    def agents_stuck(self, count: int) -> None:
        """So many agents ring or wrap up longer than they may; hoped to stay 0."""
        ...

    def spool_length(self, entries: int) -> None:
        """So many journal entries wait beside the store for it to come back."""
        ...

    def hub_late(self, late_s: float) -> None:
        """The event loop ran *late_s* wall seconds late (measured ten times a second)."""
        ...
