"""Writes what became of agents and queues, inside the transaction of a batch."""

from collections.abc import Sequence

import peewee

from switchboard.store.changes import Change, ChangeKind
from switchboard.store.queue_models import AgentMomentRow, OfferRow, PlaceRow, SeatRow
from switchboard.store.statements import insert_new, put_in_place


def apply_agents(engine: peewee.Database, changes: Sequence[Change]) -> None:
    """Write the changes that are about agents and queues. Twice is the same as once."""
    moments = [change.row for change in changes if change.kind is ChangeKind.AGENT_MOMENT]
    insert_new(engine, AgentMomentRow, moments)
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
    OfferRow.update(result=row["result"], ended_at_ms=row["ended_at_ms"]).where(
        (OfferRow.offer_id == row["offer_id"]) & (OfferRow.result == "")
    ).execute(engine)


def _apply_places(engine: peewee.Database, changes: Sequence[Change]) -> None:
    """Write each place as it was last: given up, or where it is."""
    places = (ChangeKind.PLACE, ChangeKind.PLACE_OVER)
    last = {change.row["entry_id"]: change for change in changes if change.kind in places}
    kept = [change.row for change in last.values() if change.kind is ChangeKind.PLACE]
    put_in_place(engine, PlaceRow, kept)
    over = [entry_id for entry_id, change in last.items() if change.kind is ChangeKind.PLACE_OVER]
    if over:
        PlaceRow.delete().where(PlaceRow.entry_id.in_(over)).execute(engine)
