"""The door: events and the time in, decisions out.

A distribution never waits, reads no clock, draws nothing but from its seed, and does no I/O: the
same events at the same moments give the same decisions, byte for byte. One owner feeds it, one
event after the other.
"""

from collections.abc import Callable, Iterable
from typing import Any

from switchboard.acd import callbacks, changes, desk, entering, events, results, surges, upkeep
from switchboard.acd.config import Config
from switchboard.acd.decisions import Decision, Offer
from switchboard.acd.estimates import WaitError, WaitRange
from switchboard.acd.explaining import Explanation, explain_offer, explain_waiting
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Line
from switchboard.acd.restoring import take_over
from switchboard.acd.snapshots import Snapshot, snapshot_of

Handler = Callable[[Floor, Any], None]

HANDLERS: dict[type, Handler] = {
    events.Join: entering.join,
    events.Leave: entering.leave,
    events.Withdraw: entering.withdraw,
    events.Reprioritise: entering.reprioritise,
    events.MoveEntry: entering.move_entry,
    events.GrabEntry: entering.grab,
    events.WaitForCallback: callbacks.wait_for_callback,
    events.CallerReached: callbacks.caller_reached,
    events.CallerMissed: callbacks.caller_missed,
    events.CallerReturned: callbacks.caller_returned,
    events.OfferAnswered: results.answered,
    events.OfferFailed: results.failed,
    events.TalkEnded: results.talk_ended,
    events.OtherCallBegan: desk.other_call_began,
    events.OtherCallEnded: desk.other_call_ended,
    events.SetStatus: desk.set_status,
    events.SetReachable: desk.set_reachable,
    events.ExtendWrapUp: desk.extend_wrap_up,
    events.EndWrapUp: desk.end_wrap_up,
    events.ReleaseAgent: desk.release_agent,
    events.ChangeQueue: changes.change_queue,
    events.RemoveQueue: changes.remove_queue,
    events.ChangeAgent: changes.change_agent,
    events.RemoveAgent: changes.remove_agent,
    events.CloseQueue: changes.close_queue,
    events.OpenQueue: changes.open_queue,
    events.LagMeasured: surges.lag_measured,
    events.Reconcile: upkeep.reconcile,
    events.Tick: lambda floor, event: None,
}
"""What is done with each event: the closed list of them."""


class Distribution:
    """Who is offered which waiting caller.

    Args:
        config: Queues and agents. Agents begin signed out.
        seed: For :attr:`Strategy.RANDOM` alone.
        run: Begins every offer's id; give each start of the owner its own, so that no id comes
            twice.

    >>> from switchboard.acd import AgentProfile, Config, Join, Queue, SetStatus, Status, Tier
    >>> config = Config((Queue("sales"),), (AgentProfile("ann", (Tier("sales"),)),))
    >>> distribution = Distribution(config, seed=1)
    >>> _ = distribution.apply(SetStatus("ann", Status.AVAILABLE), now_ms=0)
    >>> [type(d).__name__ for d in distribution.apply(Join("e1", "sales"), now_ms=10)]
    ['Joined', 'MakeOffer', 'AgentChanged']
    """

    def __init__(self, config: Config, seed: int = 0, run: str = "") -> None:
        self.floor = Floor(config, seed, run, results.lapsed)
        for queue in config.queues:
            self.floor.lines[queue.queue_id] = Line(queue)
        for profile in config.agents:
            self.floor.agents[profile.agent_id] = changes.add_agent(self.floor, profile)

    @classmethod
    def restore(
        cls, config: Config, snapshot: Snapshot, seed: int = 0, run: str = ""
    ) -> "Distribution":
        """Return a distribution that goes on from *snapshot*, whatever moment it was taken at.

        Entries keep keys and numbers, agents their states and timers, live offers their leases.
        Whoever can be matched is matched; these decisions come with the first ``apply``, which
        should be a :class:`Reconcile` of what is live. What is in the snapshot but no longer in
        *config* is left out.
        """
        distribution = cls(config, seed, run)
        take_over(distribution.floor, snapshot)
        return distribution

    def apply(self, event: object, now_ms: int) -> tuple[Decision, ...]:
        """Carry one event through, after every timer that is due by then.

        Args:
            event: One of :mod:`switchboard.acd.events`.
            now_ms: The owner's clock; a clock that goes back is taken to stand still.

        Returns:
            Decisions in the order in which they were made; often none.

        Raises:
            TypeError: *event* is none of the events.
        """
        floor = self.floor
        handler = HANDLERS.get(type(event))
        if handler is None:
            raise TypeError(f"{type(event).__name__} is no event: see switchboard.acd.events")
        floor.now = max(floor.now, now_ms)
        timers = floor.timers
        while (timer := timers.pop_due(floor.now)) is not None:
            action, timer.action = timer.action, None
            if action is not None:
                action(floor, timer.subject)
        handler(floor, event)
        decided = tuple(floor.out)
        floor.out.clear()
        return decided

    def replay(self, moments: Iterable[tuple[int, object]]) -> tuple[Decision, ...]:
        """Apply many events, each with its moment; return all decisions."""
        return tuple(
            decision for now_ms, event in moments for decision in self.apply(event, now_ms)
        )

    def next_timer_ms(self) -> int | None:
        """Return when :class:`Tick` is due at the latest; None when nothing is waited for."""
        return self.floor.timers.next_ms()

    def snapshot(self, now_ms: int) -> Snapshot:
        """Return everything as of *now_ms*, frozen; what ``restore`` takes and screens show."""
        return snapshot_of(self.floor, max(self.floor.now, now_ms))

    def position(self, entry_id: str) -> int | None:
        """Return the place of an entry in its queue, 1 for the first; None for who is in none."""
        entry = self.floor.entries.get(entry_id)
        return None if entry is None else entry.line.position(entry)

    def spoken_wait(self, entry_id: str) -> WaitRange | None:
        """Return the range that may be spoken to the caller; None: speak the position only."""
        entry = self.floor.entries.get(entry_id)
        return None if entry is None else entry.line.estimates.spoken_ms(entry.line.position(entry))

    def expected_wait_ms(self, queue_id: str) -> int | None:
        """Return the estimate for who joins *queue_id* now; None for an unknown queue or wait."""
        line = self.floor.lines.get(queue_id)
        return None if line is None else line.estimates.expected_ms(len(line.places) + 1)

    def wait_error(self, queue_id: str) -> WaitError | None:
        """Return how good the estimates of *queue_id* have been; None for an unknown queue."""
        line = self.floor.lines.get(queue_id)
        return None if line is None else line.estimates.error()

    def why(self, offer_id: str) -> Explanation | None:
        """Return why an offer went to its agent and not to another; None for an unknown offer."""
        return explain_offer(self.floor, offer_id)

    def why_waiting(self, entry_id: str) -> Explanation | None:
        """Return for each agent why they do not have this entry; None for who is in no queue."""
        return explain_waiting(self.floor, entry_id)

    def offers_of(self, entry_id: str) -> tuple[Offer, ...]:
        """Return the offers of an entry that are still known, oldest first."""
        known = (*self.floor.past_offers.values(), *self.floor.offers.values())
        found = (offer for offer in known if offer.entry_id == entry_id)
        return tuple(sorted(found, key=lambda offer: offer.number))

    def corrections(self) -> dict[str, int]:
        """Return how often what was believed had to be mended, by kind: hoped to stay empty."""
        return dict(self.floor.corrections)

    def ignored(self) -> dict[str, int]:
        """Return how many events were about what is gone, by kind."""
        return dict(self.floor.ignored)
