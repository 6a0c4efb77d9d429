"""The promises of the roster (``switchboard/ports/roster.py``)."""

from datetime import UTC, datetime

from switchboard.ports.roster import RosterKind, RosterRow

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
SERVICE = RosterRow(RosterKind.QUEUE, "service", {"strategy": "ring_all"}, NOON, "wang")
ANN = RosterRow(RosterKind.AGENT, "1001", {"name": "Ann", "queues": {"service": 1}}, NOON, "wang")
LATER = RosterRow(RosterKind.QUEUE, "service", {"about": "热线"}, NOON, "li")


def test_what_is_put_stands_in_place_of_what_was_before(store):
    store.roster.put([SERVICE, ANN])
    assert store.roster.list_rows() == (ANN, SERVICE)
    store.roster.put([LATER])
    assert store.roster.list_rows() == (ANN, LATER)
    assert store.roster.rows() == (ANN, LATER)


def test_what_is_removed_is_gone_and_a_second_time_there_is_none(store):
    store.roster.put([SERVICE, ANN])
    assert store.roster.remove(RosterKind.QUEUE, "service") is True
    assert store.roster.remove(RosterKind.QUEUE, "service") is False
    assert store.roster.remove(RosterKind.QUEUE, "1001") is False
    assert store.roster.rows() == (ANN,)
