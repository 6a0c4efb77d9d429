"""What commands print does nothing to a terminal, whatever a caller called themselves."""

import json

import pytest

from switchboard.cli._printing import echo_json, printable

HOSTILE = "\x1b[2J\x9b31m\u202eabc\u2066\x07\x85\U000e0041\u3000张"


def test_a_name_of_escape_sequences_is_printed_as_its_escapes() -> None:
    shown = printable(HOSTILE)
    assert shown.isprintable()
    assert shown.endswith("张")


def test_json_says_the_same_and_holds_nothing_that_a_terminal_obeys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    echo_json({"caller_name": HOSTILE})
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"caller_name": HOSTILE}
    assert all(line.isprintable() for line in printed.splitlines())
