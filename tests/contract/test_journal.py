"""The journal's promises (``switchboard/ports/journal.py``)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from switchboard.core.journal import EntryKind, JournalEntry

NOON = datetime(2026, 12, 1, 12, 0, 0, 123456, tzinfo=UTC)


def entry(number: int, *, call_id: str = "c1", kind: EntryKind = EntryKind.SAID, **details):
    return JournalEntry(f"{call_id}-{number}", call_id, NOON, kind, details)


def test_an_unknown_call_has_no_entries(store):
    assert store.journal.list_entries("nobody") == ()


def test_entries_come_back_whole_and_in_the_order_they_were_appended(store):
    later_first = [
        JournalEntry("b", "c1", NOON + timedelta(seconds=1), EntryKind.ANSWERED, {}),
        JournalEntry("a", "c1", NOON, EntryKind.KEYS, {"keys": "1", "ended_by": "#"}),
        JournalEntry(
            "c", "c1", NOON, EntryKind.SAID, {"prompts": ["问候", "menu"], "n": [1, None]}
        ),
    ]
    for one in later_first:
        store.journal.append(one)
    assert store.journal.list_entries("c1") == tuple(later_first)


def test_what_was_just_appended_is_found_without_settling(store):
    store.journal.append(entry(1))
    assert len(store.journal.list_entries("c1")) == 1


def test_the_calls_are_kept_apart(store):
    store.journal.append(entry(1, call_id="c1"))
    store.journal.append(entry(1, call_id="c2"))
    assert [found.call_id for found in store.journal.list_entries("c2")] == ["c2"]


def test_an_entry_appended_twice_stands_once_as_it_was_first(store):
    store.journal.append(entry(1, prompts=["first"]))
    store.journal.settle()
    store.journal.append(entry(1, prompts=["second"]))
    store.journal.append(entry(1, prompts=["third"]))
    assert store.journal.list_entries("c1") == (entry(1, prompts=["first"]),)


def test_settling_with_nothing_to_settle_returns(store):
    store.journal.settle()
    store.journal.append(entry(1))
    store.journal.settle()
    store.journal.settle()


def test_a_moment_in_another_zone_comes_back_as_the_same_moment(store):
    beijing = datetime(2026, 12, 1, 20, 0, tzinfo=timezone(timedelta(hours=8)))
    store.journal.append(JournalEntry("e", "c1", beijing, EntryKind.ANSWERED))
    (found,) = store.journal.list_entries("c1")
    assert found.at == beijing


@pytest.mark.parametrize(
    "text", ["a\0b", "'; DROP TABLE journal; --", "\x1b[31m", "{}", "🙂" * 500]
)
def test_text_from_outside_is_only_text(store, text):
    store.journal.append(entry(1, kind=EntryKind.OFFERED, ani=text, caller_name=text, dnis=text))
    (found,) = store.journal.list_entries("c1")
    assert found.details == {"ani": text, "caller_name": text, "dnis": text}


def test_text_that_is_no_text_keeps_no_entry_from_being_written(store):
    store.journal.append(entry(1, kind=EntryKind.OFFERED, caller_name="\ud800", ani="1"))
    store.journal.append(entry(2))
    assert [found.entry_id for found in store.journal.list_entries("c1")] == ["c1-1", "c1-2"]


def test_details_that_are_not_plain_json_are_refused_where_they_are_appended(store):
    with pytest.raises(TypeError):
        store.journal.append(entry(1, prompts={1, 2}))
    assert store.journal.list_entries("c1") == ()
