"""Agents' moments, offers, places and seats (port: ``switchboard/ports/agent_book.py``)."""

from typing import Any

import peewee
from pydantic import TypeAdapter

from switchboard.acd import AgentMoment, Offer
from switchboard.ports.agent_book import KeptOffer, KeptSeat, Place
from switchboard.store.agent_rows import MOMENT, moment_of
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.queue_models import AgentMomentRow, OfferRow, PlaceRow, SeatRow
from switchboard.store.rows import Row

OFFER = TypeAdapter(Offer)


class StoredAgentBook:
    """The :class:`switchboard.ports.agent_book.AgentBook` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def keep_moment(self, moment: AgentMoment) -> None:
        """Keep an agent's new moment; returns at once."""
        row: Row = {
            "key": f"{moment.agent_id}/{moment.at_ms}/{moment.number}",
            "agent_id": moment.agent_id,
            "at_ms": moment.at_ms,
            "number": moment.number,
            "moment": MOMENT.dump_json(moment).decode(),
        }
        self._commits.take(Change(ChangeKind.AGENT_MOMENT, row))

    def keep_offer(self, offer: Offer, call_id: str) -> None:
        """Keep an offer that begins; returns at once."""
        row: Row = {
            "offer_id": offer.offer_id,
            "call_id": call_id,
            "agent_id": offer.agent_id,
            "queue": offer.queue_id,
            "at_ms": offer.at_ms,
            "result": "",
            "ended_at_ms": 0,
            "offer": OFFER.dump_json(offer).decode(),
        }
        self._commits.take(Change(ChangeKind.OFFER, row))

    def end_offer(self, offer_id: str, result: str, at_ms: int) -> None:
        """Keep how an offer ended; returns at once."""
        row: Row = {"offer_id": offer_id, "result": str(result), "ended_at_ms": at_ms}
        self._commits.take(Change(ChangeKind.OFFER_OVER, row))

    def keep_place(self, place: Place) -> None:
        """Keep a place; returns at once."""
        row: Row = {
            "entry_id": place.entry_id,
            "queue": place.queue_id,
            "enqueued_at_ms": place.enqueued_at_ms,
        }
        self._commits.take(Change(ChangeKind.PLACE, row))

    def forget_place(self, entry_id: str) -> None:
        """The place is given up; returns at once."""
        self._commits.take(Change(ChangeKind.PLACE_OVER, {"entry_id": entry_id}))

    def keep_seat(self, seat: KeptSeat) -> None:
        """Keep where an agent is; returns at once."""
        row: Row = {"agent_id": seat.agent_id, "target": seat.target}
        self._commits.take(Change(ChangeKind.SEAT, row))

    def list_latest(self) -> tuple[AgentMoment, ...]:
        """The latest moment of each agent, by agent."""
        newer = AgentMomentRow.alias()
        is_later = (newer.at_ms > AgentMomentRow.at_ms) | (
            (newer.at_ms == AgentMomentRow.at_ms) & (newer.number > AgentMomentRow.number)
        )
        same = newer.agent_id == AgentMomentRow.agent_id
        is_latest = ~peewee.fn.EXISTS(newer.select(peewee.Value(1)).where(same & is_later))
        query = AgentMomentRow.select().where(is_latest).order_by(AgentMomentRow.agent_id)
        return tuple(moment_of(row) for row in self._read(query))

    def list_moments(self, since_ms: int, until_ms: int) -> tuple[AgentMoment, ...]:
        """Moments that began in a period, oldest first."""
        query = (
            AgentMomentRow.select()
            .where((AgentMomentRow.at_ms >= since_ms) & (AgentMomentRow.at_ms < until_ms))
            .order_by(AgentMomentRow.at_ms, AgentMomentRow.number)
        )
        return tuple(moment_of(row) for row in self._read(query))

    def find_moment(self, agent_id: str, at_ms: int, number: int) -> AgentMoment | None:
        """What an agent was just before change *number* at a moment; None before the first."""
        row = AgentMomentRow
        is_before = (row.at_ms < at_ms) | ((row.at_ms == at_ms) & (row.number < number))
        query = (
            row.select()
            .where(row.agent_id == agent_id, row.at_ms <= at_ms, is_before)
            .order_by(row.at_ms.desc(), row.number.desc())
            .limit(1)
        )
        return next((moment_of(found) for found in self._read(query)), None)

    def list_offers(self, call_id: str) -> tuple[KeptOffer, ...]:
        """A call's offers, oldest first."""
        return self._offers(OfferRow.call_id == call_id)

    def list_live_offers(self) -> tuple[KeptOffer, ...]:
        """Offers without an end, oldest first."""
        return self._offers(OfferRow.result == "")

    def list_places(self) -> tuple[Place, ...]:
        """Places that are kept, the oldest first."""
        query = PlaceRow.select().order_by(PlaceRow.enqueued_at_ms, PlaceRow.entry_id)
        return tuple(
            Place(row.entry_id, row.queue, row.enqueued_at_ms) for row in self._read(query)
        )

    def list_seats(self) -> tuple[KeptSeat, ...]:
        """Where each agent was last, by agent."""
        query = SeatRow.select().order_by(SeatRow.agent_id)
        return tuple(KeptSeat(row.agent_id, row.target) for row in self._read(query))

    def _offers(self, which: Any) -> tuple[KeptOffer, ...]:  # noqa: ANN401 - a peewee expression
        query = OfferRow.select().where(which).order_by(OfferRow.at_ms, OfferRow.offer_id)
        return tuple(
            KeptOffer(OFFER.validate_json(row.offer), row.call_id, row.result, row.ended_at_ms)
            for row in self._read(query)
        )

    def _read(self, query: Any) -> list[Any]:  # noqa: ANN401 - a peewee query, its rows
        self._commits.settle()
        return self._database.read(lambda engine: list(query.bind(engine)))
