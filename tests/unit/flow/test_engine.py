"""The engine: a step is a function of its arguments, everything is bounded, nothing is lost."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.flow import (
    CallFacts,
    Ending,
    Entered,
    FlowFault,
    Left,
    Program,
    Run,
    SpeechFault,
    Step,
    advance,
    begin,
    load,
    run_from_json,
)
from switchboard.flow import effects as fx
from switchboard.flow.engine import MAX_NESTING, MAX_VISITS
from switchboard.flow.world import SecretState

NOW = datetime(2026, 12, 1, 2, 5, tzinfo=UTC)
CALL = CallFacts("+8613800138000", "Ann", "4001", NOW)

HEAD = """flow: f
about: A flow of a test
languages: [en, zh]
"""


def program_of(flow: str, **others: str) -> Program:
    files = {"f.yaml": HEAD + flow, **{f"{name}.yaml": text for name, text in others.items()}}
    loaded = load(files)
    assert loaded.program is not None, "\n".join(map(str, loaded.faults))
    return loaded.program


def begun(program: Program, **more: Any) -> Step:
    return advance(program, begin(program, "f", call=CALL, **more), fx.Started(), now=NOW)


def through(program: Program, *answers: fx.Resume) -> Step:
    step = begun(program)
    for answer in answers:
        run = run_from_json(json.loads(json.dumps(step.run.as_json())))
        assert run == step.run
        step = advance(program, run, answer, now=NOW)
    return step


GREETING = """
start: hello
prompts:
  hello: {en: "Hello.", zh: "你好。"}
  bye: {en: "Bye.", zh: "再见。"}
nodes:
  hello: {play: hello, then: bye}
  bye: {hang_up: bye}
"""


def test_a_step_says_what_is_asked_and_what_was_passed() -> None:
    step = begun(program_of(GREETING))
    (say,) = step.effects
    assert isinstance(say, fx.Say)
    assert [piece.text for piece in say.speech if isinstance(piece, fx.Piece)] == ["Hello."]
    assert step.trace == (Entered("f", "hello", "play"),)
    assert (step.run.flow, step.run.node, step.run.language, step.run.waits) == (
        "f",
        "hello",
        "en",
        1,
    )


def test_a_step_changes_nothing_but_what_it_gives() -> None:
    program = program_of(GREETING)
    first = begun(program)
    saved = first.run.as_json()
    again = [advance(program, first.run, fx.Said(), now=NOW) for _ in range(2)]
    assert again[0] == again[1]
    assert first.run.as_json() == saved


def test_an_ended_run_stays_ended() -> None:
    program = program_of(GREETING)
    step = through(program, fx.Said(), fx.Said())
    assert step.effects == (fx.HangUp("flow_ended"),)
    assert step.run.ending == Ending("f", "bye", "flow_ended")
    assert advance(program, step.run, fx.Said(), now=NOW) == Step(step.run, (), ())


def test_a_run_of_another_version_is_refused() -> None:
    step = begun(program_of(GREETING))
    with pytest.raises(FlowFault, match="version"):
        advance(program_of(GREETING.replace("Hello", "Hi")), step.run, fx.Said(), now=NOW)


def test_the_layout_of_a_file_is_no_part_of_its_version() -> None:
    laid_out = GREETING.replace("  bye: {hang_up: bye}", "  # the end\n  bye:\n    hang_up: bye")
    assert program_of(GREETING).version("f") == program_of(laid_out).version("f")
    assert program_of(GREETING).version("f") != program_of(GREETING.replace("Hello", "Hi")).version(
        "f"
    )


def test_the_language_of_a_call_is_that_of_its_number_or_the_flows_first() -> None:
    program = program_of(GREETING)
    assert begun(program, language="zh").run.language == "zh"
    assert begun(program, language="fr").run.language == "en"


def test_an_answer_that_nobody_asked_for_names_the_node() -> None:
    step = begun(program_of(GREETING))
    with pytest.raises(FlowFault) as fault:
        advance(program_of(GREETING), step.run, fx.Silent(), now=NOW)
    assert (fault.value.flow, fault.value.node) == ("f", "hello")
    assert "Silent" in fault.value.reason


def test_speech_that_fails_does_not_stop_a_flow() -> None:
    step = through(program_of(GREETING), fx.Failed("no such file"))
    assert step.run.node == "bye"
    assert step.run.failure == {"node": "hello", "reason": "no such file"}


MENU = """
start: main
everywhere:
  then: {silent: bye, wrong: bye, hash: again}
prompts:
  main: {en: "Press 1.", zh: "请按1。"}
  bye: {en: "Bye.", zh: "再见。"}
nodes:
  main:
    menu: main
    then: {1: quick}
  quick: {language: zh, then: main}
  bye: {hang_up: bye}
"""


def test_a_node_without_a_limit_has_the_engines() -> None:
    program = program_of(MENU)
    answers = [fx.Keyed("1")] * (MAX_VISITS - 1)
    assert through(program, *answers).run.node == "main"
    with pytest.raises(FlowFault, match=f"more than {MAX_VISITS} times"):
        through(program, *answers, fx.Keyed("1"))


@pytest.mark.req("X-012")
def test_a_limit_with_a_way_is_a_way() -> None:
    program = program_of(MENU.replace("wrong: bye,", "wrong: bye, too_often: bye,"))
    step = through(program, *[fx.Keyed("1")] * MAX_VISITS)
    assert step.run.node == "bye"
    assert Left("f", "main", "too_often", "bye") in step.trace


def test_the_language_is_told_once_when_it_changes() -> None:
    program = program_of(MENU)
    step = through(program, fx.Keyed("1"))
    assert step.effects[0] == fx.SpeakLanguage("zh")
    step = through(program, fx.Keyed("1"), fx.Keyed("1"))
    assert not any(isinstance(effect, fx.SpeakLanguage) for effect in step.effects)


def test_again_is_the_node_from_its_beginning() -> None:
    step = through(program_of(MENU), fx.Keyed("5"), fx.Keyed("#"), fx.Keyed("5"), fx.Keyed("5"))
    assert step.run.node == "main"
    assert through(program_of(MENU), *[fx.Keyed("5")] * 3).run.node == "bye"


def nested(depth: int) -> dict[str, str]:
    flows = {}
    for level in range(depth):
        inner = f"run: g{level + 1}" if level + 1 < depth else "set: {deep: 1}"
        ways = "{done: out}" if level + 1 < depth else "out"
        flows[f"g{level}"] = (
            f"flow: g{level}\nabout: One level\nlanguages: [en, zh]\nends: [done]\nstart: into\n"
            f"nodes:\n  into: {{{inner}, then: {ways}}}\n  out: {{end: done}}\n"
        )
    return flows


RUNS = """
start: into
prompts:
  bye: {en: "Bye.", zh: "再见。"}
nodes:
  into: {run: g0, then: {done: bye}}
  bye: {hang_up: bye}
"""


def test_flows_within_flows_are_bounded() -> None:
    assert begun(program_of(RUNS, **nested(MAX_NESTING - 1))).run.node == "bye"
    with pytest.raises(FlowFault, match="flows within flows"):
        begun(program_of(RUNS, **nested(MAX_NESTING)))


HANGING_UP = """
start: into
everywhere:
  then: {silent: bye, wrong: bye, hung_up: note}
prompts:
  bye: {en: "Bye.", zh: "再见。"}
nodes:
  into: {run: inner, then: {done: bye}}
  note: {set: {noted: true}, then: bye}
  bye: {hang_up: bye}
"""
INNER = """flow: inner
about: The inner flow
languages: [en, zh]
ends: [done]
start: ask
EVERYWHERE
prompts:
  ask: {en: "Press 1.", zh: "请按1。"}
nodes:
  ask:
    menu: ask
    then: {1: done, silent: done, wrong: done}
  EXTRA
  done: {end: done}
"""


def inner(everywhere: str = "", extra: str = "") -> str:
    return INNER.replace("EVERYWHERE", everywhere).replace("EXTRA", extra)


def test_a_hang_up_is_told_to_the_innermost_flow_that_wants_to_know() -> None:
    step = through(program_of(HANGING_UP, inner=inner()), fx.HungUp())
    assert Left("inner", "ask", "hung_up", "") in step.trace
    assert Left("f", "into", "hung_up", "note") in step.trace
    assert step.run.ending == Ending("f", "bye", "caller_gone")
    assert step.effects == (fx.HangUp("caller_gone"),)


def test_a_hang_up_is_told_to_each_flow_once() -> None:
    everywhere = "everywhere:\n  then: {hung_up: kept}"
    step = through(
        program_of(HANGING_UP, inner=inner(everywhere, "kept: {set: {x: 1}, then: ask}")),
        fx.HungUp(),
    )
    told = [left for left in step.trace if isinstance(left, Left) and left.outcome == "hung_up"]
    assert [(left.flow, left.to) for left in told] == [
        ("inner", "kept"),
        ("inner", ""),
        ("f", "note"),
    ]
    assert step.run.ending == Ending("f", "bye", "caller_gone")


def test_a_flow_without_a_way_for_it_ends_when_the_caller_goes() -> None:
    step = through(program_of(MENU), fx.HungUp())
    assert step.run.ending == Ending("f", "main", "caller_gone")


MESSAGE = """
start: message
everywhere:
  then: {failed: bye}
prompts:
  speak: {en: "Speak.", zh: "请说。"}
  number: {en: "Number?", zh: "号码？"}
  bye: {en: "Bye.", zh: "再见。"}
nodes:
  message:
    voicemail: desk
    greeting: speak
    at_most: 1m
    ask_number: number
    then: {left: bye, empty: bye}
  bye: {hang_up: bye}
"""


def test_a_run_that_is_taken_up_asks_again_what_it_waited_for() -> None:
    program = program_of(MESSAGE)
    before = through(program, fx.Recorded("r1", 4000))
    after = through(program, fx.Recorded("r1", 4000), fx.TakenUp())
    assert after.effects == before.effects
    assert after.run.waits == before.run.waits  # the key of whatever is asked for stays the same
    before = through(program, fx.Recorded("r1", 4000), fx.Keyed("", "#"))
    after = through(program, fx.Recorded("r1", 4000), fx.Keyed("", "#"), fx.TakenUp())
    assert after.effects == before.effects == (fx.KeepMessage("desk", "r1", 4000),)
    assert after.run.waits == before.run.waits


def test_a_run_that_was_never_started_begins_when_it_is_taken_up() -> None:
    program = program_of(GREETING)
    run = begin(program, "f", call=CALL)
    assert advance(program, run, fx.TakenUp(), now=NOW) == begun(program)


VERIFY = """
start: prove
everywhere:
  then: {silent: bye, failed: bye}
prompts:
  pin: {en: "PIN?", zh: "密码？"}
  bye: {en: "Bye.", zh: "再见。"}
nodes:
  prove:
    verify: pin
    secret: pin
    of: "0012"
    length: 4
    attempts: 3
    lock_for: 10m
    then: {proved: bye, locked: bye, unknown: bye}
  bye: {hang_up: bye}
"""
OPEN = fx.SecretChecked(SecretState.OPEN)


@pytest.mark.req("I14")
def test_a_secret_is_asked_again_by_the_server_that_takes_the_call_up() -> None:
    program = program_of(VERIFY)
    asked = through(program, OPEN)
    (listen,) = asked.effects
    assert isinstance(listen, fx.Listen)
    assert listen.secret
    checked = through(program, OPEN, fx.KeyedSecret("k1", 4))
    assert checked.effects == (fx.CheckSecret("pin", "0012", "k1", 3, 600_000),)
    taken_up = through(program, OPEN, fx.KeyedSecret("k1", 4), fx.TakenUp())
    assert isinstance(taken_up.effects[0], fx.Listen)


SPOKEN = """
start: row
takes: {name: text, when: date}
prompts:
  hello: {en: "Hello {name:text}, {when:date}.", zh: "{name:text}，{when:date}。"}
  bye: {en: "Bye.", zh: "再见。"}
nodes:
  row: {play: hello, then: bye}
  bye: {hang_up: bye}
"""
HOUSE = """library: house
languages: [en, zh]
prompts:
  sorry_fault: {en: "Sorry.", zh: "对不起。"}
"""


def test_what_a_flow_takes_gets_its_type() -> None:
    step = begun(program_of(SPOKEN), values={"name": "Ann", "when": "2026-12-24"})
    assert spoken(step) == "Hello Ann, the twenty-fourth of December."


def test_what_a_flow_takes_must_be_handed_over() -> None:
    with pytest.raises(ValueError, match="takes name, when"):
        begin(program_of(SPOKEN), "f", call=CALL)


def test_an_unknown_flow_is_told_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="there are: f"):
        begin(program_of(GREETING), "g", call=CALL)


def test_a_prompt_that_cannot_be_said_is_replaced_by_the_apology_of_the_house() -> None:
    program = program_of(SPOKEN, house=HOUSE)
    step = begun(program, values={"name": "Ann", "when": "someday"})
    assert spoken(step) == "Sorry."
    (fault,) = [one for one in step.trace if isinstance(one, SpeechFault)]
    assert (fault.node, fault.reason) == ("row", "f.hello: when: the value is unknown")


def test_without_an_apology_nothing_is_said_and_the_flow_goes_on() -> None:
    step = begun(program_of(SPOKEN), values={"name": "Ann", "when": "someday"})
    assert step.run.node == "bye"
    assert any(isinstance(one, SpeechFault) for one in step.trace)


def spoken(step: Step) -> str:
    effect = step.effects[-1]
    assert isinstance(effect, (fx.Say, fx.Listen))
    return "".join(piece.text for piece in effect.speech if isinstance(piece, fx.Piece))


def test_the_clock_of_a_step_is_where_the_centre_is() -> None:
    flow = """
start: today
prompts:
  now: {en: "{day:date}.", zh: "{day:date}。"}
nodes:
  today: {set: {day: =today()}, then: say}
  say: {play: now, then: bye}
  bye: {hang_up: silence}
"""
    late = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # the next day in Shanghai
    for zone, expected in (
        ("Asia/Shanghai", "The first of December."),
        ("UTC", "The thirtieth of November."),
    ):
        program = program_of(flow, centre=f"centre: c\nzone: {zone}\n")
        run = begin(program, "f", call=CALL)
        assert spoken(advance(program, run, fx.Started(), now=late)) == expected


def test_settings_of_the_office_come_before_those_of_the_place_and_the_flow() -> None:
    flow = """
start: say
settings:
  limit: {type: number, default: 3, about: A limit}
prompts:
  limit: {en: "{settings.limit:number}.", zh: "{settings.limit:number}。"}
nodes:
  say: {play: limit, then: bye}
  bye: {hang_up: silence}
"""
    assert spoken(begun(program_of(flow))) == "Three."
    placed = program_of(flow, centre="centre: c\nsettings:\n  f: {limit: 4}\n")
    assert spoken(begun(placed)) == "Four."
    assert spoken(begun(placed, settings={"f": {"limit": "5"}})) == "Five."


def test_a_saved_run_of_another_form_is_refused() -> None:
    document = begun(program_of(GREETING)).run.as_json()
    with pytest.raises(ValueError, match="form"):
        run_from_json({**document, "form": 99})


def test_a_run_knows_the_caller_the_call_and_the_time() -> None:
    flow = """
start: facts
prompts:
  facts:
    en: "{caller.number:text}, {caller.name:text}, {call.dialled:text}."
    zh: "{caller.number:text}，{caller.name:text}，{call.dialled:text}。"
  times:
    en: " {call.waited:duration}, {call.festival:text}."
    zh: "{call.waited:duration}，{call.festival:text}。"
nodes:
  facts: {play: [facts, times], then: bye}
  bye: {hang_up: silence}
"""
    program = program_of(flow)
    started = CallFacts("+8613800138000", "Ann", "4001", datetime(2027, 1, 1, 1, 0, tzinfo=UTC))
    run: Run = begin(program, "f", call=started)
    step = advance(program, run, fx.Started(), now=started.started_at + timedelta(seconds=61))
    assert spoken(step) == "+8613800138000, Ann, 4001. One minute and one second, new_year."
