"""Phones of the settings: who they are, and that they are there from the start."""

import pytest

from switchboard.simulator.crowd import MalformedCrowd, PhoneGroup, StandInSetting
from switchboard.simulator.plugging import plug_in_crowd
from tests.unit.simulator.bench import Bench


def test_numbers_are_listed_from_ranges() -> None:
    assert PhoneGroup("1001-1003, 0010").list_numbers() == ("1001", "1002", "1003", "0010")
    assert PhoneGroup("*", gateway="trunk").list_numbers() == ("*",)


@pytest.mark.parametrize(
    "numbers", ["", "*", "1", "1003-1001", "98-101", "a", "1001;1002", "1001-99999999999"]
)
def test_numbers_that_cannot_be_read_are_refused(numbers: str) -> None:
    with pytest.raises(MalformedCrowd, match="write numbers"):
        PhoneGroup(numbers)


@pytest.mark.parametrize(
    ("about", "wrong"),
    [
        ({"answers": 0.0}, "weights"),
        ({"busy": -1.0}, "weights"),
        ({"rings_s": (3.0, 1.0)}, "rings_s"),
        ({"talks_s": (-1.0, 1.0)}, "talks_s"),
    ],
)
def test_behaviour_that_makes_no_sense_is_refused(about: dict[str, object], wrong: str) -> None:
    with pytest.raises(MalformedCrowd, match=wrong):
        PhoneGroup("1001", **about)  # type: ignore[arg-type]


def test_the_crowd_registers_and_answers(bench: Bench) -> None:
    plug_in_crowd(bench.node, StandInSetting().phones, "example.org")
    client = bench.log_in()
    users = [row["reg_user"] for row in bench.node.registrations.rows()]
    assert users == ["1001", "1002", "1003", "1004", "1005"]
    assert client.api("originate sofia/internal/1003%example.org &park()").startswith("+OK")


def test_a_crowd_behind_a_gateway_ignores_whom_it_ignores(bench: Bench) -> None:
    crowd = (PhoneGroup("*", gateway="trunk", answers=0.0, ignores=1.0),)
    plug_in_crowd(bench.node, crowd, "example.org")
    client = bench.log_in()
    answer = client.api("originate {originate_timeout=5}sofia/gateway/trunk/10086 &park()")
    assert answer == "-ERR NO_ANSWER\n"
    assert bench.node.registrations.rows() == []
