"""``play_and_get_digits``: tries, time-outs, terminators, and what its variables say."""

import pytest

from switchboard.simulator.applications.gathering import parse_question
from tests.unit.simulator.bench import App, Bench

SILENT = "silence_stream://100"


def ask(app: App, argument: str) -> str:
    return app.begin("play_and_get_digits", argument)


def test_the_arguments_have_the_switch_s_defaults() -> None:
    question = parse_question("0 4 2 500")
    assert (question.shortest, question.longest, question.tries) == (0, 4, 2)
    assert (question.timeout_ms, question.terminators, question.pattern) == (1000, "#", "")


def test_enough_digits_end_it_without_a_terminator(bench: Bench) -> None:
    person, app = bench.call()
    asked = ask(app, f"4 4 1 3000 # {SILENT} {SILENT} pin \\d+ 2000")
    bench.clock.sleep(0.5)
    person.press("7391")
    ended = app.ended(asked)
    assert (ended["variable_pin"], ended["variable_read_result"]) == ("7391", "success")
    assert "variable_read_terminator_used" not in ended


def test_a_pause_between_digits_ends_an_answer_that_is_long_enough(bench: Bench) -> None:
    person, app = bench.call()
    asked = ask(app, f"1 8 1 3000 # {SILENT} {SILENT} account \\d+ 1500")
    bench.clock.sleep(0.5)
    person.press("12")
    ended = app.ended(asked)
    assert (ended["variable_account"], ended["variable_read_result"]) == ("12", "timeout")


def test_a_wrong_answer_is_kept_apart_and_the_complaint_is_played(bench: Bench) -> None:
    person, app = bench.call()
    complaint = "tone_stream://%(200,0,300)"
    asked = ask(app, f"1 1 2 1000 # {SILENT} {complaint} choice ^[12]$ 1000")
    bench.clock.sleep(0.5)
    person.press("9")
    bench.wait_for(lambda: [one for one in bench.happened if one.about.get("sound") == complaint])
    bench.clock.sleep(0.5)
    person.press("2")
    ended = app.ended(asked)
    assert (ended["variable_choice"], ended["variable_choice_invalid"]) == ("2", "9")


def test_a_terminator_alone_answers_a_question_that_needs_no_digits(bench: Bench) -> None:
    person, app = bench.call()
    asked = ask(app, f"0 4 3 3000 # {SILENT} {SILENT} code \\d+ 1000")
    bench.clock.sleep(0.5)
    person.press("#")
    ended = app.ended(asked)
    assert "variable_code" not in ended
    assert ended["variable_read_terminator_used"] == "#"


def test_failure_may_transfer_the_caller(bench: Bench) -> None:
    _, app = bench.call()
    ask(app, f"1 1 1 1000 # {SILENT} {SILENT} choice ^1$ 1000 fallback XML public")
    bench.wait_for(lambda: [one for one in bench.happened if one.kind == "hung_up"])
    assert bench.cdr()["callflow"][0]["caller_profile"]["destination_number"] == "fallback"


@pytest.mark.parametrize("secret", [True, False])
def test_secret_keys_give_no_event_and_are_not_in_the_record(bench: Bench, secret: bool) -> None:
    person, app = bench.call()
    bench.log_in().api(f"uuid_setvar leg-4000 sensitive_dtmf {str(secret).lower()}")
    asked = ask(app, f"4 4 1 3000 # {SILENT} {SILENT} pin \\d+ 2000")
    person.press("7391")
    app.ended(asked)
    app.execute("hangup")
    assert bool(app.events("DTMF")) is not secret
    assert bench.cdr()["variables"]["digits_dialed"] == ("none" if secret else "7391")
