"""``switchboard flows format | read | graph | schema | walk | preview`` on files."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from switchboard.bundled import bundled
from switchboard.cli import main
from switchboard.flow.authors.aloud import LANGUAGES
from switchboard.flow.authors.form import node_keys
from switchboard.flow.authors.schema import FILES, schema_of
from switchboard.flow.kinds import KINDS
from switchboard.flow.nodes import Listening
from switchboard.flow.world import Medium
from switchboard.ports.announcements import Announcement

SAMPLES = Path(__file__).parents[2] / "flows/samples"


@pytest.fixture
def gas(tmp_path: Path) -> Path:
    for name in ("gas_company", "house"):
        shutil.copytree(SAMPLES / name, tmp_path / "place" / name)
    return tmp_path / "place"


def run(*words: object, lines: str = "") -> Result:
    return CliRunner().invoke(main, ["flows", *map(str, words)], input=lines)


def says(*words: object, lines: str = "") -> str:
    result = run(*words, lines=lines)
    assert result.exit_code == 0, result.output
    return result.output


# --- format -----------------------------------------------------------------------------------


def test_format_writes_the_form_and_check_only_tells(gas: Path) -> None:
    file = gas / "house" / "after_talk.yaml"
    tidy = file.read_text(encoding="utf-8")
    untidy = tidy.replace("  done: {end: done}", "  done:\n    end:   done")
    file.write_text(untidy, encoding="utf-8")
    checked = run("format", "--check", gas)
    assert checked.exit_code == 1
    assert checked.output == f"{file}: would change\n"
    assert file.read_text(encoding="utf-8") == untidy
    assert says("format", gas) == f"{file}: brought into form\n"
    assert file.read_text(encoding="utf-8") == tidy
    assert says("format", "--check", file) == f"in form: {file}\n"


def test_format_leaves_a_file_with_broken_yaml_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("flow: f\nnodes: {a: {then: {*: b}}}\n")
    result = run("format", file)
    assert result.exit_code == 1
    assert f"{file}:2:21: Y00" in result.output
    assert "a lone * is written star" in result.output
    assert file.read_text() == "flow: f\nnodes: {a: {then: {*: b}}}\n"


# --- read -------------------------------------------------------------------------------------


def test_read_tells_a_node_with_its_texts_in_place(gas: Path) -> None:
    told = says("read", gas / "gas_company/gas_account.yaml", "--in", "en")
    assert (
        "prove\n"
        "  Ask “Please key your six digit password.” and check what is keyed; the secret "
        "bill_password; of account.number; 6 keys long; 3 attempts; then lock for thirty minutes; "
        "after a wrong answer say “That password is not right. You have ‹left› more try/tries.”.\n"
        "  Then: proved, found; locked, locked; unknown, no_password.\n"
        "  As everywhere: the star key, silence, it fails.\n"
    ) in told
    assert "Read and agreed." in told
    assert "Version " in told


def test_read_speaks_chinese(gas: Path) -> None:
    told = says("read", gas / "gas_company/gas_company.yaml", "--in", "zh")
    assert (
        "complaint\n"
        "  播放“请在滴声后说出您的投诉或建议，结束请按井号键。”，录下来电者的话；保存为voice；"
        "最多两分钟；以井号键结束；然后询问“提交请按1，重听请按2，重录请按3。”："
        "按1保留，按2重听，按3重录。\n"
        "  然后：recorded，转"
    ).replace("recorded", "已录音") in told
    assert "已阅读并同意" in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verb", KINDS)
def test_every_key_of_every_kind_is_read_in_every_language(verb: str, language: str) -> None:
    words = LANGUAGES[language]
    for key in node_keys(verb):
        if key not in ("about", "then"):
            assert "{}" in words.of_key(verb, key)
    for key in Listening.model_fields:
        assert "{}" in words.of_key("", key)


def test_the_languages_are_read_in_the_same_words() -> None:
    english, chinese = LANGUAGES["en"], LANGUAGES["zh"]
    assert english.said.keys() == chinese.said.keys()
    assert english.frame.keys() == chinese.frame.keys()
    assert english.keys.keys() <= chinese.keys.keys()
    fixed = {outcome for kind in KINDS.values() for outcome in kind.outcomes}
    assert fixed <= chinese.outcomes.keys()
    assert {str(one) for one in Medium} <= chinese.values.keys()


@pytest.mark.parametrize("verb", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_golden_flow_can_be_read_and_drawn(verb: str, language: str, tmp_path: Path) -> None:
    golden = SAMPLES.parent / "kinds" / f"{verb}.yaml"
    parts = yaml.safe_load(golden.read_text(encoding="utf-8"))
    (tmp_path / "centre.yaml").write_text(parts.get("centre", "centre: c\n"), encoding="utf-8")
    if "other" in parts:
        (tmp_path / "gas_account.yaml").write_text(parts["other"], encoding="utf-8")
    file = tmp_path / "golden.yaml"
    file.write_text(parts["flow"], encoding="utf-8")
    told = says("read", file, "--in", language)
    assert all(name in told for name in yaml.safe_load(parts["flow"])["nodes"])
    assert ET.fromstring(says("graph", file, "-o", "-")).tag.endswith("svg")


def test_read_of_what_is_no_flow_says_so(gas: Path) -> None:
    refused = run("read", gas / "gas_company/centre.yaml")
    assert refused.exit_code == 1
    assert "is no flow: its first key is not 'flow'" in refused.output


def test_a_draft_with_mistakes_is_read_as_far_as_it_goes(gas: Path) -> None:
    file = gas / "gas_company/gas_company.yaml"
    text = file.read_text(encoding="utf-8").replace("then: welcome}", "then: nowhere}", 1)
    file.write_text(text, encoding="utf-8")
    result = run("read", file)
    assert result.exit_code == 0
    assert "Then: nowhere." in result.output
    assert "this is a draft with mistakes: `switchboard flows check` lists them" in result.output
    assert "Version" not in result.output


# --- graph ------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_has_every_node_and_outcome_and_no_two_boxes_meet(gas: Path) -> None:
    drawn = ET.fromstring(says("graph", gas / "gas_company/gas_company.yaml", "-o", "-"))
    flow = yaml.safe_load((gas / "gas_company/gas_company.yaml").read_text(encoding="utf-8"))
    boxes = {}
    for group in drawn.iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        texts = [one.text for one in group.iter(f"{SVG}text")]
        place = tuple(float(rect.get(key)) for key in ("x", "y", "width", "height"))
        boxes[group.get("id")] = (place, texts)
    assert boxes.keys() == {*flow["nodes"], "everywhere"}
    assert "Language, and the way out for a ga…" in boxes["hello"][1]
    assert {"silent ↑ main", "1 ↑ read_bill", "2", "3"} <= set(boxes["after_bill"][1])
    assert "# ↻" in boxes["main"][1]
    width = float(drawn.get("width"))
    places = [place for place, _ in boxes.values()]
    for at, (x, y, wide, tall) in enumerate(places):
        assert x >= 0
        assert x + wide <= width
        for x2, y2, wide2, tall2 in places[at + 1 :]:
            apart = x + wide <= x2 or x2 + wide2 <= x or y + tall <= y2 or y2 + tall2 <= y
            assert apart


def test_what_holds_everywhere_is_drawn_faintly(gas: Path) -> None:
    drawn = ET.fromstring(says("graph", gas / "gas_company/gas_company.yaml", "-o", "-"))
    paths = [path.get("class") for path in drawn.iter(f"{SVG}path")]
    assert paths.count("way faint") == 3  # to people, fault, emergency; star goes back
    assert paths.count("way") > 20


def test_the_picture_is_written_beside(gas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(gas)
    assert says("graph", "house/after_talk.yaml") == (
        "drawn: house.after_talk.svg (open it in a browser)\n"
    )
    assert (gas / "house.after_talk.svg").read_text(encoding="utf-8").startswith("<svg")


# --- schema -----------------------------------------------------------------------------------


def as_editors_read(file: Path) -> object:
    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {str(key): plain(one) for key, one in value.items()}
        if isinstance(value, list):
            return [plain(one) for one in value]
        return str(value) if hasattr(value, "isoformat") else value

    return plain(yaml.safe_load(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "file",
    sorted([*SAMPLES.rglob("*.yaml"), *bundled("ivr_flows").rglob("*.yaml")]),
    ids=lambda file: file.name,
)
@pytest.mark.req("X-005")
def test_the_schema_takes_every_file_that_loads(file: Path) -> None:
    content = as_editors_read(file)
    kind = next(iter(content))
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(content)] == []


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ({"menu": "a", "first_key_witin": "4s"}, "first_key_witin"),
        ({"menu": "a", "first_key_within": "4 seconds"}, "4 seconds"),
        ({"menu": "a", "play": "b"}, "valid under each of"),
        ({"then": "b"}, "is not valid under any of the given schemas"),
        ({"hours": "office", "then": {"opened": "a"}}, "opened"),
        ({"verify": "a", "secret": "b", "of": "=c", "attempts": 3}, "'lock_for' is a required"),
    ],
)
@pytest.mark.req("X-005")
def test_the_schema_marks_what_is_wrong_in_a_node(written: dict, wrong: str) -> None:
    flow = {"flow": "f", "about": "x", "languages": ["en"], "start": "a", "nodes": {"a": written}}
    errors = list(Draft202012Validator(schema_of("flow")).iter_errors(flow))
    told = [one.message for error in errors for one in (error, *error.context)]
    assert any(wrong in message for message in told), told


@pytest.mark.parametrize("kind", FILES)
def test_the_schema_is_printed_with_what_each_key_is_for(kind: str) -> None:
    printed = yaml.safe_load(says("schema", kind))
    assert printed["title"] == f"Switchboard {kind}"
    undocumented = [
        name
        for name, one in printed["properties"].items()
        if "description" not in one and "$ref" not in one
    ]
    assert undocumented == []


# --- walk -------------------------------------------------------------------------------------


@pytest.mark.req("X-009")
def test_a_flow_is_walked_by_keys_and_answers_of_the_world(gas: Path) -> None:
    lines = (
        "2\n1\n1042000000\n1\nfound phone=13800138000 name='Ann Lee'\n123456\nright\n"
        "found month=2026-11-01 used=1 due=125.40 pay_by=2026-12-20\nvalues\n0\nanswers\nends\n"
    )
    told = says("walk", "4006009001", "--folder", gas, "--at", "2026-12-01 10:05", lines=lines)
    assert "calling 4006009001 from +8613800138000, 2026-12-01 10:05 Asia/Shanghai" in told
    assert "gas_company.welcome [en]: Welcome to Excellent Gas." in told
    assert "? looks up accounts by number = 1042000000" in told
    assert (
        "For November you used one cubic metre of gas. One hundred and twenty-five yuan forty "
        "is due by the twentieth of December."
    ) in told
    assert "agents see: 姓名 = Ann Lee" in told
    assert "gas_company.people: open -> line" in told
    assert "gas_company.line: talked -> goodbye" in told
    assert told.endswith("-- the flow hung up\n")


@pytest.mark.req("X-009")
def test_time_can_be_let_pass_and_silence_has_its_way(gas: Path) -> None:
    lines = "none\n\nwait 30s\nwhere\nhang up\n"
    told = says("walk", "4006009119", "--folder", gas, "--at", "2026-12-05 23:00", lines=lines)
    assert "(waits in the queue repair" in told
    assert "gas_repair.line: too_long -> shift_leader" in told
    assert "23:00:45 gas_repair.ring_shift_leader> where" in told
    assert "gas_repair.ring_shift_leader: hung_up -> to_call_back" in told
    assert "-- the caller hung up" in told


def test_the_end_of_a_pipe_is_the_end_of_the_call(gas: Path) -> None:
    told = says("walk", "4006009001", "--folder", gas)
    assert told.endswith("-- the caller hung up\n")


def test_what_cannot_be_typed_is_answered_by_what_can(gas: Path) -> None:
    told = says("walk", "4006009001", "--folder", gas, lines="pres 1\nwait long\nanswers\nquit\n")
    assert "press keys: the whole answer in one line" in told
    assert "a time has its unit: 20s, 5m, 1h" in told
    assert "somebody does not ring at gas_company.hello: nobody rings" in told
    assert told.endswith("(left)\n")


def test_a_script_answers_for_the_world(gas: Path) -> None:
    script = gas / "gas_company/gas_company.test.yaml"
    told = says(
        "walk", "4006009001", "--folder", gas, "--given", script, lines="1\n1\n1042000001\n1\n"
    )
    assert "? looks up" not in told


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("4000",), "the centre has no number 4000; it has 4006009001, 4006009119"),
        ((), "say which number is called; the centre has 4006009001, 4006009119"),
        (("gas_account",), "the flow gas_account takes ask_password"),
        (("4006009001", "--at", "soon"), "'soon' is no moment: write it as '2027-02-06 18:05'"),
    ],
)
def test_walk_says_what_is_missing(gas: Path, words: tuple[str, ...], reason: str) -> None:
    refused = run("walk", *words, "--folder", gas)
    assert refused.exit_code != 0
    assert reason in " ".join(refused.output.split())


# --- preview ----------------------------------------------------------------------------------

GREETING = """flow: line
about: A greeting
languages: [zh]
start: hello
prompts:
  hello:
    zh: "您好。"
nodes:
  hello: {hang_up: [notices, hello]}
"""


@pytest.mark.req("I15")
def test_preview_tells_what_is_heard_on_a_holiday_in_the_zone_of_the_centre(gas: Path) -> None:
    told = says("preview", "--folder", gas, "--at", "2027-02-06 10:05 UTC", "4006009001")
    assert "4006009001, Saturday 2027-02-06 18:05 Asia/Shanghai, spring festival:" in told
    assert "  says: 燃气泄漏请立即按9。\n" in told
    assert "  then waits at gas_company.hello\n" in told
    assert (
        "at gas_company.people office is holiday, Chinese New Year (Spring Festival), until "
    ) in told
    assert "    says: 节日快乐！节日期间人工服务暂停，抢修照常。\n" in told


@pytest.mark.req("I15")
def test_preview_knows_make_up_workdays_and_weekends(gas: Path) -> None:
    worked = says("preview", "--folder", gas, "--at", "2026-02-28 14:00", "4006009001")
    assert "office is open until Sat 2026-02-28 17:30: on to line" in worked
    usual = says("preview", "--folder", gas, "--at", "2026-12-05 14:00", "4006009001")
    assert "office is closed until Mon 2026-12-07 08:30: on to closed_now" in usual


@pytest.mark.req("I15")
def test_preview_says_the_notices_of_that_moment_only(tmp_path: Path, installation) -> None:
    with installation.store() as store:
        store.announcements.put_up(
            Announcement(
                "spring", {"zh": "恭贺新春。", "en": "Happy new year."},
                begins_at=datetime.fromisoformat("2027-02-05T00:00+08:00"),
                ends_at=datetime.fromisoformat("2027-02-12T00:00+08:00"),
            )
        )  # fmt: skip
    place = tmp_path / "line"
    place.mkdir()
    (place / "centre.yaml").write_text(
        'centre: c\nzone: Asia/Shanghai\nnumbers: {"4001": {flow: line}}\n'
    )
    (place / "line.yaml").write_text(GREETING, encoding="utf-8")
    words = ("preview", "--folder", str(place), "--at")
    festive = installation.says("flows", *words, "2027-02-06 18:05")
    assert "  says: 恭贺新春。\n  says: 您好。\n  and the call is over\n" in festive
    assert "恭贺新春" not in installation.says("flows", *words, "2027-02-13 18:05")


def test_preview_for_programs_and_of_every_number(gas: Path) -> None:
    result = CliRunner().invoke(
        main,
        [
            "flows",
            "preview",
            "--folder",
            str(gas),
            "--at",
            "2026-12-01 10:00",
            "--json",
            "--from",
            "13800138000",
        ],
    )
    assert result.exit_code == 0
    found = json.loads(result.output[result.output.index("[") :])
    assert [one["number"] for one in found] == ["4006009001", "4006009119"]
    assert found[1]["waits_at"] == "gas_repair.line"
    assert found[1]["assumed"] == ["nothing is found in accounts"]
