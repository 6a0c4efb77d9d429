"""Why a caller waited, and who was passed over, in words.

Nothing of this is written down while calls are distributed: the offers keep what they were decided
from, agents' moments say what everybody was, and the distribution's own code ranks them again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from switchboard import acd
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.agent_book import AgentBook, KeptOffer
from switchboard.ports.journal import Journal
from switchboard.services.roster import Staff

# A call hears of its place a little after the distributor has decided.
AT_ONCE_MS = 200
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the answer: when, and what was decided or why nothing was."""

    at: datetime
    text: str


PASSED: dict[acd.Passed, str] = {
    acd.Passed.CHOSEN: "chosen",
    acd.Passed.RANKED_BEHIND: "free, and behind by the strategy",
    acd.Passed.NOT_SIGNED_IN: "not signed in",
    acd.Passed.ON_BREAK: "on a break",
    acd.Passed.TALKING: "in another conversation",
    acd.Passed.RINGING: "being rung for another caller",
    acd.Passed.WRAP_UP: "at work behind a call",
    acd.Passed.UNREACHABLE: "without a phone that can be rung",
    acd.Passed.DELAYED: "left alone for a while after an offer that failed",
    acd.Passed.NOT_IN_QUEUE: "not an agent of this queue",
    acd.Passed.LEVEL_NOT_OPEN: "of a level that takes part after a longer wait",
    acd.Passed.LACKS_SKILL: "without a skill that the caller needs",
    acd.Passed.OTHER_WORK: "kept for other work",
    acd.Passed.KEPT_FREE: "kept free for other queues",
    acd.Passed.PREFERS_ANOTHER: "not the agent whom the caller waits for first",
    acd.Passed.OFFERED: "being rung for this caller",
    acd.Passed.ASLEEP: "not needed before the callback may be made",
    acd.Passed.WEIGHTS: "due to another queue by its share",
}
"""What an agent was who was passed over; the test of this module walks the reasons."""
TURNS: dict[acd.Turn, str] = {
    acd.Turn.AGENT_WAITED: "the first among those free",
    acd.Turn.ENTRY_WAITED: "became free, and this caller was next",
    acd.Turn.PREFERRED: "the caller waited for this agent first",
    acd.Turn.GRABBED: "somebody had the caller given out of turn",
}


@dataclass(frozen=True, slots=True)
class Explaining:
    """Explains waits that are on record.

    Attributes:
        journal: The calls.
        book: Offers and moments.
        staff: Queues and agents as they are set up now.
    """

    journal: Journal
    book: AgentBook
    staff: Callable[[], Staff]

    def why(self, call_id: str) -> tuple[Reason, ...]:
        """Return why a call waited, in order; empty for one that was in no queue.

        Raises:
            StoreAway: it cannot be read just now.
        """
        entries = self.journal.list_entries(call_id)
        offers = self.book.list_offers(call_id)
        reasons = [*self._waits(entries, offers), *self._offers(offers), *self._ends(entries)]
        return tuple(sorted(reasons, key=lambda one: one.at))

    # --- the wait -----------------------------------------------------------------------------

    def _waits(
        self, entries: Sequence[JournalEntry], offers: Sequence[KeptOffer]
    ) -> Iterator[Reason]:
        for entry in entries:
            queue = str(entry.details.get("queue", ""))
            if entry.kind is EntryKind.QUEUED:
                place = entry.details.get("position")
                there = f" at place {place}" if place else ""
                why = f" ({entry.details['why']})" if entry.details.get("why") else ""
                yield Reason(entry.at, f"came into {queue}{there}{why}")
                if not _offered_at_once(entry, offers):
                    yield Reason(entry.at, self._nobody_free(queue, entry.at))

    def _ends(self, entries: Sequence[JournalEntry]) -> Iterator[Reason]:
        for entry in entries:
            if entry.kind is EntryKind.QUEUE_LEFT:
                queue = entry.details.get("queue")
                who = entry.details.get("agent_id")
                by = f" by {self._name(str(who))}" if who else ""
                yield Reason(entry.at, f"left {queue}: {entry.details.get('result')}{by}")

    def _nobody_free(self, queue: str, at: datetime) -> str:
        at_ms = round(at.timestamp() * 1000)
        config = self.staff().config()
        # What the caller's coming itself has changed counts as before it.
        candidates = acd.explain_moment(config, queue, at_ms, self._moments(config, at_ms, 1 << 62))
        concerned = self._serving({queue}, candidates)
        if not concerned:
            return "waited: no agent serves this queue"
        free = [one for one in concerned if one.reason is acd.Passed.RANKED_BEHIND]
        said = "waited: " if free else "waited, since nobody was free: "
        return said + self._others(concerned)

    def _moments(self, config: acd.Config, at_ms: int, number: int) -> Iterator[acd.AgentMoment]:
        for agent in config.agents:
            moment = self.book.find_moment(agent.agent_id, at_ms, number)
            if moment is not None:
                yield moment

    # --- the offers ---------------------------------------------------------------------------

    def _offers(self, offers: Sequence[KeptOffer]) -> Iterator[Reason]:
        for kept in offers:
            offer = kept.offer
            yield Reason(_moment(offer.at_ms), self._offer_words(offer))
            if kept.result and kept.result != acd.OfferResult.ANSWERED:
                how = kept.result.replace("_", " ")
                name = self._name(offer.agent_id)
                yield Reason(_moment(kept.ended_at_ms), f"{name} did not take the call: {how}")

    def _offer_words(self, offer: acd.Offer) -> str:
        config = self.staff().config()
        moments = self._moments(config, offer.at_ms, offer.number)
        explained = acd.explain_kept(config, offer, moments)
        waited = f"after {offer.waited_ms / 1000:.1f} s"
        words = f"offered to {self._name(offer.agent_id)} {waited} ({offer.strategy})"
        words += f": {TURNS[offer.turn]}"
        others = [] if explained is None else explained.candidates
        asked = {queue for queue, _ in offer.sources}
        passed = [one for one in others if one.agent_id != offer.agent_id]
        if concerned := self._serving(asked, passed):
            words += f"; passed over: {self._others(concerned)}"
        for older in offer.overtook:
            words += f"; before {older.entry_id} who waits longer, the agent being "
            words += PASSED[older.reason]
        return words

    def _serving(
        self, queues: Collection[str], candidates: Iterable[acd.Candidate]
    ) -> list[acd.Candidate]:
        """Return those who serve one of *queues*: nobody asks why another was not rung."""
        agents = self.staff().agents
        return [
            one
            for one in candidates
            if one.agent_id in agents and not agents[one.agent_id].queues.keys().isdisjoint(queues)
        ]

    def _others(self, candidates: Iterable[acd.Candidate]) -> str:
        """Agents by what they were, the first few of each by name."""
        alike: dict[str, list[str]] = {}
        for one in candidates:
            alike.setdefault(_was(one), []).append(self._name(one.agent_id))
        return ", ".join(f"{_first(names)} {was}" for was, names in alike.items())

    def _name(self, agent_id: str) -> str:
        agent = self.staff().agents.get(agent_id)
        return f"{agent.name} ({agent_id})" if agent and agent.name else agent_id


def _was(candidate: acd.Candidate) -> str:
    moment = candidate.moment
    if candidate.reason is acd.Passed.ON_BREAK and moment and moment.reason:
        return f"on a break ({moment.reason})"
    return PASSED[candidate.reason]


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _offered_at_once(entry: JournalEntry, offers: Sequence[KeptOffer]) -> bool:
    at_ms = entry.at.timestamp() * 1000
    return any(abs(kept.offer.at_ms - at_ms) < AT_ONCE_MS for kept in offers)


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
