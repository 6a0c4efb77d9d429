"""Everything a distribution holds as of one moment, frozen: to be shown, kept, restored from."""

from dataclasses import dataclass

from switchboard.acd.config import Demand, Strategy
from switchboard.acd.decisions import Offer
from switchboard.acd.estimates import WaitError
from switchboard.acd.events import CallbackPlan, Join
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Entry, Line, Phase
from switchboard.acd.states import AgentMoment


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """An entry as it stands.

    Attributes:
        join: What it joined with.
        queue_id: The queue it is in now.
        call_id: The call, as of now.
        number: Ordinal.
        enqueued_at_ms: From when its place counts.
        joined_at_ms: When it began to wait here.
        priority: As of now.
        demands: As of now, with their relaxations.
        position: In its queue, 1 for the first.
        waited_ms: Since *joined_at_ms*.
        phase: Where it is.
        on_line: The caller is on the line.
        callback: How the caller is called back, or None.
        attempts: Calls to the caller so far.
        asleep_until_ms: A callback that sleeps until then; 0 for none.
        tried: Agents it was offered to, and how often.
        ringing: Agents at whom it rings.
    """

    join: Join
    queue_id: str
    call_id: str
    number: int
    enqueued_at_ms: int
    joined_at_ms: int
    priority: int
    demands: tuple[Demand, ...]
    position: int
    waited_ms: int
    phase: Phase
    on_line: bool
    callback: CallbackPlan | None
    attempts: int
    asleep_until_ms: int
    tried: tuple[tuple[str, int], ...]
    ringing: tuple[str, ...]

    @property
    def entry_id(self) -> str:
        """The place's id."""
        return self.join.entry_id


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue as it stands.

    Attributes:
        queue_id: Which.
        strategy: As of now.
        open: Takes callers in.
        waiting: Entries in it, in whatever phase.
        longest_wait_ms: Of those in it; 0 for none.
        agents: Signed-in agents by what they do (a state, or ``on_break``).
        surging: Which limit was reached; empty for no surge.
        wait_error: How good its estimates are.
        expected_wait_ms: For who joins now; None before anything is known.
    """

    queue_id: str
    strategy: Strategy
    open: bool
    waiting: int
    longest_wait_ms: int
    agents: tuple[tuple[str, int], ...]
    surging: str
    wait_error: WaitError
    expected_wait_ms: int | None


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """The place of a caller who was cut off, kept until *until_ms* for a call id or a number."""

    queue_id: str
    name: str
    enqueued_at_ms: int
    priority: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything, as of one moment.

    Attributes:
        at_ms: When.
        counter: Changes so far.
        draws: State of the generator.
        queues: By id.
        entries: In order of queue and place.
        agents: The latest moment of each.
        offers: Live ones: ringing, or answered and going on.
        corrections: By kind.
        kept_places: Of callers who may come back.
    """

    at_ms: int
    counter: int
    draws: int
    queues: tuple[QueueView, ...]
    entries: tuple[EntryPlace, ...]
    agents: tuple[AgentMoment, ...]
    offers: tuple[Offer, ...]
    corrections: tuple[tuple[str, int], ...]
    kept_places: tuple[KeptPlace, ...] = ()


def snapshot_of(floor: Floor, now_ms: int) -> Snapshot:
    """Freeze *floor*."""
    lines = [floor.lines[name] for name in sorted(floor.lines)]
    return Snapshot(
        now_ms,
        floor.counter,
        floor.draws.state,
        tuple(_view(line, now_ms) for line in lines),
        tuple(
            _place(entry, at + 1, now_ms)
            for line in lines
            for at, (_, _, entry) in enumerate(line.places)
        ),
        tuple(agent.moment for agent in floor.agents.values() if agent.moment is not None),
        tuple(floor.offers.values()),
        tuple(sorted(floor.corrections.items())),
        tuple(
            KeptPlace(line.queue_id, name, *kept)
            for line in lines
            for name, kept in line.kept_places.items()
            if kept[2] >= now_ms
        ),
    )


def _view(line: Line, now_ms: int) -> QueueView:
    waits = [now_ms - entry.joined_at_ms for _, _, entry in line.places]
    return QueueView(
        line.queue_id,
        line.queue.strategy,
        line.queue.open and not line.closed_by_hand,
        len(waits),
        max(waits, default=0),
        tuple(sorted((what, count) for what, count in line.present.items() if count)),
        line.surging,
        line.estimates.error(),
        line.estimates.expected_ms(len(waits) + 1),
    )


def _place(entry: Entry, position: int, now_ms: int) -> EntryPlace:
    return EntryPlace(
        entry.join,
        entry.line.queue_id,
        entry.call_id,
        entry.key[1],
        entry.enqueued_at_ms,
        entry.joined_at_ms,
        entry.priority,
        entry.demands,
        position,
        now_ms - entry.joined_at_ms,
        entry.phase,
        entry.on_line,
        entry.callback,
        entry.attempts,
        entry.asleep_until_ms,
        tuple(entry.tried.items()),
        tuple(offer.agent_id for offer in entry.offers.values()),
    )
