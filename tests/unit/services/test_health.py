"""Readiness: which condition fails is said in words, and one that fails hides no other."""

from collections.abc import Mapping

import pytest

from switchboard.services.health import (
    Check,
    Finding,
    Health,
    HealthReport,
    NotReady,
    admission_check,
    database_check,
    disk_check,
    event_socket_check,
    prompts_check,
)

MIB = 2**20


def fails() -> object:
    raise OSError("unable to open database file")


def finding(check: Check) -> Finding:
    (found,) = Health([check]).report().checks
    return found


def test_a_house_without_conditions_is_ready() -> None:
    assert Health([]).report() == HealthReport(True, ())


@pytest.mark.req("ADM-18")
def test_every_check_is_asked_behind_one_that_fails_and_one_that_breaks() -> None:
    def refuse() -> str:
        raise NotReady("not yet")

    def crash() -> str:
        raise ZeroDivisionError("a slip of ours")

    checks = [Check("one", refuse), Check("two", crash), Check("three", lambda: "fine")]
    report = Health(checks).report()
    assert not report.ready
    assert report.checks == (
        Finding("one", False, "not yet"),
        Finding("two", False, "the check itself failed: a slip of ours"),
        Finding("three", True, "fine"),
    )


def test_nothing_is_remembered_from_one_report_to_the_next() -> None:
    nodes = {"fs1": False}
    health = Health([event_socket_check(lambda: nodes)])
    assert not health.report().ready
    nodes["fs1"] = True
    assert health.report().ready


def test_the_database_is_asked() -> None:
    assert finding(database_check(lambda: 1)).passed
    found = finding(database_check(fails))
    assert not found.passed
    assert "unable to open database file" in found.words


@pytest.mark.parametrize(
    ("nodes", "passed", "words"),
    [
        ({"fs1": True, "fs2": True}, True, "connected: fs1, fs2"),
        ({"fs1": True, "fs2": False}, False, "event socket of fs2 is not connected"),
        ({}, False, "event socket is not connected"),
    ],
)
def test_every_node_must_be_connected_and_there_must_be_one(
    nodes: Mapping[str, bool], passed: bool, words: str
) -> None:
    found = finding(event_socket_check(lambda: nodes))
    assert found.passed is passed
    assert words in found.words


@pytest.mark.parametrize(
    ("failures", "passed", "words"),
    [
        (None, False, "still being spoken"),
        ((), True, "prepared"),
        (("b cannot", "a cannot"), False, "2 prompts cannot be said; the first: a cannot"),
    ],
)
def test_every_prompt_must_be_there(
    failures: tuple[str, ...] | None, passed: bool, words: str
) -> None:
    found = finding(prompts_check(lambda: failures))
    assert found.passed is passed
    assert words in found.words


@pytest.mark.parametrize(
    ("free", "passed"), [(200 * MIB, True), (100 * MIB, True), (99 * MIB, False)]
)
def test_there_must_be_room_on_the_disk(free: int, passed: bool) -> None:
    found = finding(disk_check(lambda: free, 100 * MIB))
    assert found.passed is passed
    assert f"{free // MIB} MiB free" in found.words


def test_a_server_that_goes_down_is_not_ready() -> None:
    assert finding(admission_check(lambda: False)).passed
    assert not finding(admission_check(lambda: True)).passed
