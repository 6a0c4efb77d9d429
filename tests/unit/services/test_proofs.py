"""Flows are published only when they are proven: no mistake, calls as written, enough reached."""

import pytest

from switchboard.services.proofs import proven, speakable
from switchboard.services.releases import NotPublished, Releases
from tests.fakes.clock import VirtualClock
from tests.fakes.flow_versions import FakeFlowVersions
from tests.unit.cli.test_flow_proofs import CENTRE, FLOW, SCRIPT

PLACE = {"centre.yaml": CENTRE, "desk.yaml": FLOW, "desk.test.yaml": SCRIPT}


def test_what_is_proven_gives_no_reason():
    assert proven(33)(PLACE) == ()


@pytest.mark.req("X-006")
def test_a_call_that_does_not_go_as_its_script_says_speaks_against_publishing():
    broken = {
        **PLACE,
        "desk.yaml": FLOW.replace("menu: main, then: {1: goodbye", "menu: main, then: {1: main"),
    }
    (reason,) = proven(0)(broken)
    assert reason.startswith("desk.test.yaml:7:7: presses 1: expected goodbye, heard main")


def test_a_mistake_in_a_call_script_speaks_against_publishing():
    broken = {**PLACE, "desk.test.yaml": SCRIPT.replace("follows: to_the_end", "follows: nowhere")}
    (reason,) = proven(0)(broken)
    assert reason.startswith("desk.test.yaml:11:18: T01")


@pytest.mark.req("I2")
def test_ways_that_nobody_takes_speak_against_publishing_and_are_named():
    *ways, remedy = proven(34)(PLACE)
    assert ways == [
        "no call script takes desk.main: silent",
        "no call script takes desk.main: wrong",
    ]
    assert "33 of 100 ways" in remedy
    assert "least_coverage" in remedy


def test_of_very_many_ways_the_first_are_named():
    keys = ", ".join(f"{key}: goodbye" for key in (*range(10), "star", "hash"))
    many = FLOW.replace("{1: goodbye,", f"{{{keys},")
    many = many.replace("Press 1.", "Press 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, star or hash.")
    *ways, more, _ = proven(100)({**PLACE, "desk.yaml": many})
    assert len(ways) == 10
    assert more == "and 3 more ways are taken by none"


@pytest.mark.req("I2")
def test_releases_refuse_what_is_not_proven():
    versions = FakeFlowVersions()
    releases = Releases(versions, VirtualClock(), (proven(100),))
    version_id = releases.keep_draft(PLACE, by="wang")
    with pytest.raises(NotPublished, match="no call script takes"):
        releases.publish(version_id, by="wang")
    assert versions.find_release() is None


def test_a_text_that_cannot_be_spoken_speaks_against_publishing():
    said = []

    def prepare(pieces):
        said.extend(piece.text for piece in pieces)
        return ("the engine is dumb",)

    assert speakable(prepare)(PLACE) == ("the engine is dumb",)
    assert {"Press 1.", "Goodbye."} <= set(said)
