"""Self-healing: what we believe is compared with what is live, and mended; each mending counts."""

from switchboard.acd.config import OfferResult
from switchboard.acd.decisions import Leaving
from switchboard.acd.desk import other_call_ended
from switchboard.acd.events import OtherCallEnded, Reconcile
from switchboard.acd.floor import Floor
from switchboard.acd.results import depart, end_talk, end_unanswered


def reconcile(floor: Floor, event: Reconcile) -> None:
    """Mend what is not as it was seen; what changed after it was seen is left alone."""
    _mend_entries(floor, event)
    _mend_offers(floor, event)
    _mend_calls(floor, event)


def _mend_entries(floor: Floor, event: Reconcile) -> None:
    for entry in tuple(floor.entries.values()):
        old = entry.joined_at_ms < event.as_of_ms
        if old and entry.on_line and entry.entry_id not in event.entries:
            floor.correct("caller_gone", entry.entry_id)
            depart(floor, entry, Leaving.CALLER_GONE)


def _mend_offers(floor: Floor, event: Reconcile) -> None:
    for offer in tuple(floor.offers.values()):
        agent = floor.agents.get(offer.agent_id)
        live = offer.offer_id in event.offers or floor.offers.get(offer.offer_id) is not offer
        if live or agent is None:
            continue
        if agent.talking and agent.talk_began_ms < event.as_of_ms:
            floor.correct("talk_over", offer.offer_id)
            end_talk(floor, agent, offer)
        elif not agent.talking and offer.at_ms < event.as_of_ms:
            floor.correct("offer_lost", offer.offer_id)
            end_unanswered(floor, offer, OfferResult.UNREACHABLE)


def _mend_calls(floor: Floor, event: Reconcile) -> None:
    for agent in floor.agents.values():
        moment = agent.moment
        if moment is None or moment.at_ms >= event.as_of_ms:
            continue
        for ref in agent.other_calls:
            if (agent.agent_id, ref) not in event.other_calls:
                floor.correct("call_over", ref)
                other_call_ended(floor, OtherCallEnded(agent.agent_id, ref))
