"""Why an offer of the past went where it went, from what is kept of it, by the code that decides.

A distribution remembers its last offers; of older ones the offer itself is kept, with its inputs,
and the agents' moments. Put back on a floor, they are explained like an offer of this minute.
Tiers and skills are those of *config*: of today, unless somebody kept those of that day.
"""

from collections.abc import Iterable

from switchboard.acd.config import Config, Strategy
from switchboard.acd.decisions import Offer, Turn
from switchboard.acd.distribution import Distribution
from switchboard.acd.explaining import Candidate, Explanation, explain_offer
from switchboard.acd.lines import EVERY_LEVEL
from switchboard.acd.states import AgentMoment

NOBODY = ""


def explain_kept(
    config: Config, offer: Offer, moments: Iterable[AgentMoment]
) -> Explanation | None:
    """Explain an offer that is kept.

    Args:
        config: Queues and agents.
        offer: The offer, with its inputs.
        moments: What each agent was before it; who has none counts as signed out.
    """
    floor = Distribution(config).floor
    floor.past_offers[offer.offer_id] = offer
    for moment in moments:
        if (agent := floor.agents.get(moment.agent_id)) is not None:
            # Numbers begin anew with each distribution; here only what came before the offer is.
            agent.moments = [moment._replace(number=offer.number - 1)]
            agent.moment = moment
    return explain_offer(floor, offer.offer_id)


def explain_moment(
    config: Config, queue_id: str, at_ms: int, moments: Iterable[AgentMoment]
) -> tuple[Candidate, ...]:
    """Say of each agent why they took no caller of *queue_id* at a moment, or that they could.

    Args:
        config: Queues and agents.
        queue_id: The queue.
        at_ms: When.
        moments: What each agent was then.
    """
    strategies = {queue.queue_id: queue.strategy for queue in config.queues}
    asked = Offer(
        offer_id=NOBODY, number=1, entry_id=NOBODY, agent_id=NOBODY, queue_id=queue_id,
        at_ms=at_ms, ring_until_ms=at_ms, lease_until_ms=at_ms, waited_ms=0,
        turn=Turn.ENTRY_WAITED, strategy=strategies.get(queue_id, Strategy.LONGEST_IDLE),
        key=(at_ms, 0), demands=(), sources=((queue_id, EVERY_LEVEL),), tried=(), drawn="",
        overtook=(),
    )  # fmt: skip
    explained = explain_kept(config, asked, moments)
    return explained.candidates if explained else ()
