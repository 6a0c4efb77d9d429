"""The same event is taken once, whichever connection told it first; memory stays bounded."""

from switchboard.esl.seen import Seen


def test_the_second_copy_of_an_event_is_told_from_the_first():
    seen = Seen()
    assert seen.is_first(("core", "1"))
    assert not seen.is_first(("core", "1"))
    assert seen.is_first(("core", "2"))


def test_numbers_of_another_core_are_other_events():
    seen = Seen()
    assert seen.is_first(("core", "1"))
    assert seen.is_first(("restarted", "1"))


def test_an_event_without_a_number_is_never_lost():
    seen = Seen()
    assert seen.is_first(("core", ""))
    assert seen.is_first(("core", ""))
    assert seen.is_first(("", "1"))
    assert seen.is_first(("", "1"))


def test_only_the_last_events_of_a_core_are_remembered():
    seen = Seen(events=3)
    for number in range(4):
        seen.is_first(("core", str(number)))
    assert not seen.is_first(("core", "1"))
    assert seen.is_first(("core", "0"))


def test_only_the_last_cores_are_remembered():
    seen = Seen(cores=2)
    for core in ("a", "b", "c"):
        seen.is_first((core, "1"))
    assert not seen.is_first(("c", "1"))
    assert seen.is_first(("a", "1"))
