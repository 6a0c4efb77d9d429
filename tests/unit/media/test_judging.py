"""What a sound must be to be played to a caller, judged by its figures."""

import pytest

from switchboard.flow.effects import Piece, Sound
from switchboard.media.judging import expected_ms, remarks_on
from switchboard.media.measure import Measure

HELLO = Piece("shop.hello", "zh", "您好，欢迎致电客户服务中心。")  # 12 hanzi


def sound(duration_ms: int = 3600, rms: float = 0.1, clipped: int = 0) -> Measure:
    return Measure(duration_ms, rms, 0.7, clipped)


def test_a_sound_as_it_should_be_has_no_remarks() -> None:
    assert remarks_on(sound(), HELLO) == ()


@pytest.mark.parametrize(
    ("found", "remark"),
    [
        (sound(rms=0.0), "silent"),
        (sound(rms=0.02), "too quiet"),
        (sound(rms=0.3), "too loud"),
        (sound(clipped=5), "clipped: 5 samples"),
        (sound(duration_ms=1400), "too short for its words"),
        (sound(duration_ms=12 * 680), "too long for its words"),
    ],
)
def test_what_is_wrong_is_said(found: Measure, remark: str) -> None:
    (said,) = remarks_on(found, HELLO)
    assert said.startswith(remark)


def test_a_sound_without_words_may_be_of_any_length() -> None:
    assert remarks_on(sound(duration_ms=36000), Sound("music")) == ()


def test_hanzi_and_digits_count_as_syllables_and_letters_as_less() -> None:
    assert expected_ms("按1。") == (240, 1460)
    assert expected_ms("Press one.") == (240, 1540)
    assert expected_ms("") == (0, 500)
