"""Writes what became of agents and queues, inside the transaction of a batch."""

from collections.abc import Sequence

import peewee

from switchboard.store.agent_rows import moment_in
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.queue_counts import count_moments, count_offer
from switchboard.store.queue_models import AgentMomentRow, OfferRow, PlaceRow, SeatRow
from switchboard.store.statements import insert_new, put_in_place


def apply_agents(engine: peewee.Database, changes: Sequence[Change]) -> None:
    """Write the changes that are about agents and queues. Twice is the same as once."""
    moments = [change.row for change in changes if change.kind is ChangeKind.AGENT_MOMENT]
    insert_new(engine, AgentMomentRow, moments)
    count_moments(engine, [moment_in(row["moment"]) for row in moments])
    offers = [change.row for change in changes if change.kind is ChangeKind.OFFER]
    insert_new(engine, OfferRow, offers)
    for change in changes:
        if change.kind is ChangeKind.OFFER_OVER:
            _end_offer(engine, change)
    seats = {
        change.row["agent_id"]: change.row for change in changes if change.kind is ChangeKind.SEAT
    }
    put_in_place(engine, SeatRow, tuple(seats.values()))
    _apply_places(engine, changes)


def _end_offer(engine: peewee.Database, change: Change) -> None:
    row = change.row
    is_it = (OfferRow.offer_id == row["offer_id"]) & (OfferRow.result == "")
    offer = OfferRow.select().where(is_it).bind(engine).first()
    if offer is not None:
        result, ended_at_ms = str(row["result"]), int(row["ended_at_ms"] or 0)
        OfferRow.update(result=result, ended_at_ms=ended_at_ms).where(is_it).execute(engine)
        count_offer(engine, offer.agent_id, result, ended_at_ms)


def _apply_places(engine: peewee.Database, changes: Sequence[Change]) -> None:
    """Write each place as it was last: given up, or where it is."""
    places = (ChangeKind.PLACE, ChangeKind.PLACE_OVER)
    last = {change.row["entry_id"]: change for change in changes if change.kind in places}
    kept = [change.row for change in last.values() if change.kind is ChangeKind.PLACE]
    put_in_place(engine, PlaceRow, kept)
    over = [entry_id for entry_id, change in last.items() if change.kind is ChangeKind.PLACE_OVER]
    if over:
        PlaceRow.delete().where(PlaceRow.entry_id.in_(over)).execute(engine)
