"""The promises of announcements (``switchboard/ports/announcements.py``)."""

from datetime import UTC, datetime, timedelta

import pytest

from switchboard.ports.announcements import Announcement

NOON = datetime(2027, 2, 6, 12, 0, tzinfo=UTC)
TEXTS = {"zh": "春节快乐！", "en": "Happy New Year."}
GREETING = Announcement("spring", TEXTS, NOON, NOON + timedelta(days=7))
ADVERT = Announcement("boilers", {"en": "Boilers at half price."}, numbers=("4001",), place=200)
LEAK = Announcement("leak", {"en": "There is a leak."}, place=1)


def heard(store, dnis="4000", after_h=0.0) -> list[str]:
    now = NOON + timedelta(hours=after_h)
    return [one.name for one in store.announcements.list_heard(dnis, now)]


@pytest.mark.req("IVR-12", "IVR-13")
def test_what_is_put_up_is_heard_in_its_place_by_the_numbers_it_is_for(store):
    for one in (ADVERT, GREETING, LEAK):
        store.announcements.put_up(one)
    assert store.announcements.list_all() == (LEAK, GREETING, ADVERT)
    assert heard(store) == ["leak", "spring"]
    assert heard(store, "4001") == heard(store, "+4001") == ["leak", "spring", "boilers"]


@pytest.mark.req("IVR-12", "IVR-19")
def test_it_begins_and_ends_by_itself(store):
    store.announcements.put_up(GREETING)
    assert heard(store, after_h=-0.01) == []
    assert heard(store) == ["spring"]
    assert heard(store, after_h=7 * 24 - 0.01) == ["spring"]
    assert heard(store, after_h=7 * 24) == []


def test_it_is_changed_by_name_and_taken_down(store):
    store.announcements.put_up(Announcement("leak", {"en": "One."}))
    store.announcements.put_up(LEAK)
    assert store.announcements.list_all() == (LEAK,)
    assert store.announcements.take_down("leak") is True
    assert store.announcements.take_down("leak") is False
    assert heard(store) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "Spring 26"}, "is no name"),
        ({"name": "../x"}, "is no name"),
        ({"texts": {}}, "nothing to say"),
        ({"texts": {"zh": " "}}, "nothing to say"),
        ({"texts": {"en": "x" * 601}}, "at most 600"),
        ({"begins_at": NOON, "ends_at": NOON}, "ends before it begins"),
    ],
)
def test_what_could_not_be_said_is_refused(said, why):
    with pytest.raises(ValueError, match=why):
        Announcement(**{"name": "spring", "texts": TEXTS, **said})
