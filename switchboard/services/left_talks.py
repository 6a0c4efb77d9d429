"""Conversations that a server left behind when it died: which go on, and which are over.

A caller who talks has no socket; nothing brings the leg to us before the talk is over. So a server
that begins finds them by the saved runs and by the legs that live, and owns them again. A leg that
was dialled for somebody and is left alone is ended: nobody else would.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import structlog

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.legs import LegOffer
from switchboard.ports.clock import Clock
from switchboard.ports.conversations import LiveLeg, NotDone
from switchboard.ports.leg_offers import FactSink, LegDeferred
from switchboard.ports.legs import LegGone
from switchboard.ports.outages import StoreAway
from switchboard.ports.runs import SavedRun
from switchboard.services.call import World
from switchboard.services.calls import Calls
from switchboard.services.people import Talking
from switchboard.services.saved_calls import talking_of

log = structlog.get_logger(__name__)

BETWEEN_LOOKS_S = 0.5
LIVE = Callable[[], Mapping[str, LiveLeg] | None]


@dataclass(frozen=True, slots=True)
class LeftTalk:
    """A conversation as it was saved, and what lives of it.

    Attributes:
        saved: The caller's run.
        talking: To whom they talk.
        caller: The caller's leg, if it lives.
        other: The other leg, if it lives.
    """

    saved: SavedRun
    talking: Talking
    caller: LiveLeg | None
    other: LiveLeg | None

    @property
    def goes_on(self) -> bool:
        """Whether they talk now."""
        if self.caller is None:
            return False
        if self.talking.by == "room":
            return self.caller.room == self.talking.who
        return bool(self.caller.joined_to or self.caller.room)


def left_talks(runs: Iterable[SavedRun], legs: Mapping[str, LiveLeg]) -> tuple[LeftTalk, ...]:
    """Compare runs with the legs that live."""
    found = []
    for saved in runs:
        if talking := talking_of(saved):
            other = legs.get(talking.leg_id)
            found.append(LeftTalk(saved, talking, legs.get(saved.leg_id), other))
    return tuple(found)


class LeftTalks:
    """Owns conversations again that were left behind.

    Args:
        world: What calls need.
        calls: Owns calls.
        live_legs: Every leg that lives, by id; None while the switch cannot be asked.
    """

    def __init__(self, world: World, calls: Calls, live_legs: LIVE) -> None:
        self._world = world
        self._calls = calls
        self._live_legs = live_legs

    def begin(self) -> None:
        """Take up what was left, once the switch and the store can be asked."""
        clock: Clock = self._world.means.clock
        while not self._take_all_up():
            clock.sleep(BETWEEN_LOOKS_S)

    def take_up(self, call_id: str, legs: Mapping[str, LiveLeg]) -> bool:
        """Own one call again whose caller talks; False when they do not.

        Raises:
            StoreAway: the store cannot be read just now.
        """
        saved = self._world.runs.find_run(call_id)
        talks = left_talks([saved] if saved else [], legs)
        return any(self._take_up(talk) for talk in talks if talk.goes_on)

    # --- inside -------------------------------------------------------------------------------

    def _take_all_up(self) -> bool:
        try:
            runs = self._world.runs.list_talks()
            legs = self._live_legs()
            if legs is None:
                return False
            for talk in left_talks(runs, legs):
                if self._calls.owns(talk.saved.call_id):
                    continue
                if talk.goes_on:
                    self._take_up(talk)
                elif talk.other is not None and not talk.other.joined_to:
                    self._end(talk.other)
        except StoreAway as away:
            log.warning("conversations wait for the store", reason=str(away))
            return False
        return True

    def _take_up(self, talk: LeftTalk) -> bool:
        saved, caller = talk.saved, talk.caller
        entries = self._world.journal.list_entries(saved.call_id)
        if caller is None or self._calls.owns(saved.call_id):
            return False
        sinks: list[FactSink] = []
        conversations = self._world.people.exchange.conversations
        try:
            leg = conversations.follow(caller.leg_id, caller.node, lambda fact: sinks[0](fact))
            offer = _offer_of(saved, caller, entries)
            sinks.append(self._calls.take_up_talk(saved, talk.talking, offer, leg))
        except (LegGone, NotDone, LegDeferred) as gone:
            log.info("a conversation is left", call_id=saved.call_id, reason=str(gone))
            return False
        log.info("conversation taken up", call_id=saved.call_id, who=talk.talking.who)
        return True

    def _end(self, leg: LiveLeg) -> None:
        log.info("a leg that nobody talks to is ended", leg_id=leg.leg_id)
        with suppress(LegGone, NotDone):
            conversations = self._world.people.exchange.conversations
            conversations.follow(leg.leg_id, leg.node, lambda fact: None)
            conversations.hang_up(leg.leg_id)


def _offer_of(saved: SavedRun, leg: LiveLeg, entries: Iterable[JournalEntry]) -> LegOffer:
    """The leg as it had arrived: its journal tells as much."""
    first = {entry.kind: entry for entry in reversed(tuple(entries))}
    offered, answered = first.get(EntryKind.OFFERED), first.get(EntryKind.ANSWERED)
    details = offered.details if offered else {}
    return LegOffer(
        leg_id=saved.leg_id,
        node=leg.node,
        direction=leg.direction,
        ani=str(details.get("ani", "")),
        caller_name=str(details.get("caller_name", "")),
        dnis=saved.dnis,
        call_id=saved.call_id,
        answered=True,
        offered_at=offered.at if offered else leg.began_at,
        answered_at=answered.at if answered else None,
    )
