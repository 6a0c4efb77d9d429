"""The phone command: what its owner types is done on the call; what happens is told in words."""

import os
from typing import Any, cast

import pytest

from switchboard.cli.phone import PhoneOwner, TypedLines
from switchboard.simulator.steering import Steering, SteeringRefused

RINGS = {"event": "rings", "call": "c-1", "at_s": 0.0, "from": "138", "name": "Li"}


class Orders:
    """Takes what is asked of the stand-in, and refuses what it is told to refuse."""

    def __init__(self, refused: str = "") -> None:
        self.asked: list[dict[str, Any]] = []
        self._refused = refused

    def ask(self, word: str, **fields: object) -> dict[str, Any]:
        if word == self._refused:
            raise SteeringRefused("it cannot be done")
        self.asked.append({"do": word, **fields})
        return {}


def owner_of(orders: Orders) -> PhoneOwner:
    return PhoneOwner(cast(Steering, orders), None)


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("a", {"do": "answer"}),
        ("r", {"do": "refuse", "status": "603"}),
        ("h", {"do": "hang_up"}),
        ("t 4002", {"do": "refer", "to": "4002"}),
        ("12#", {"do": "press", "keys": "12#"}),
    ],
)
def test_what_is_typed_is_done_on_the_call(typed: str, order: dict[str, Any]) -> None:
    orders = Orders()
    owner = owner_of(orders)
    owner.notice(RINGS)
    assert owner.obey(f"{typed}\n")
    assert orders.asked == [{"call": "c-1", **order}]


def test_nothing_is_asked_when_nobody_is_on_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    owner = owner_of(orders)
    owner.notice(RINGS)
    owner.notice({"event": "hung_up", "call": "c-1", "at_s": 2.0, "cause": "NO_ANSWER"})
    assert owner.obey("a")
    assert owner.obey("")
    assert not owner.obey("q")
    assert orders.asked == []
    assert "rings: 138 Li" in capsys.readouterr().out


def test_an_unknown_word_tells_the_keys_and_a_refusal_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    owner = owner_of(Orders(refused="hang_up"))
    owner.notice(RINGS)
    owner.obey("dance")
    owner.obey("h")
    said = capsys.readouterr().out
    assert "a answers" in said
    assert "it cannot be done" in said


def test_lines_are_read_whole_and_the_end_of_the_input_is_no_line() -> None:
    reading, writing = os.pipe()
    typed = TypedLines(reading)
    assert typed.read() == []
    os.write(writing, b"a\n12")
    assert typed.read() == ["a"]
    os.write(writing, b"3\n")
    os.close(writing)
    assert typed.read() == ["123"]
    assert typed.read() == []
    assert typed.read() == []
    os.close(reading)
