"""``switchboard flows check`` and ``test``: what an author is told, and the status CI goes by."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner, Result

from switchboard.bundled import bundled
from switchboard.cli import main
from switchboard.flow.codes import CODES
from tests.flows.every_mistake import write as write_every_mistake
from tests.flows.places import SAMPLES

CENTRE = 'centre: desk\nlanguages: [en]\nzone: UTC\nnumbers: {"100": {flow: desk}}\n'
FLOW = """\
flow: desk
about: A desk
languages: [en]
start: main
prompts:
  main: {en: "Press 1."}
  goodbye: {en: "Goodbye."}
nodes:
  main: {menu: main, then: {1: goodbye, silent: goodbye, wrong: goodbye}}
  goodbye: {hang_up: goodbye}
"""
SCRIPT = """\
script: desk
given: {at: 2026-12-01 10:05 UTC, from: "201", to: "100"}
routes:
  to_the_end:
    - hears: main
    - presses: "1"
    - hears: goodbye
calls:
  - call: presses 1
    steps:
      - follows: to_the_end
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "centre.yaml": CENTRE,
        "desk.yaml": FLOW,
        "desk.test.yaml": SCRIPT,
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(main, ["flows", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


# --- check ------------------------------------------------------------------------------------


@pytest.mark.req("X-008")
def test_the_check_lists_every_mistake_there_is_with_its_place(tmp_path: Path):
    write_every_mistake(tmp_path)
    result = run("check", tmp_path)
    assert result.exit_code == 1
    *lines, summary = result.output.splitlines()
    found = [re.fullmatch(r"(.+?):(\d+):(\d+): ([A-Z]\d\d) .+", line) for line in lines]
    assert {match[4] for match in found if match} == set(CODES)
    assert all(match and Path(match[1]).is_file() for match in found)
    assert summary.startswith(f"{len(lines)} mistakes in ")


@pytest.mark.req("X-008")
def test_the_check_of_flows_without_mistakes_says_so_and_succeeds(folder: Path):
    result = run("check", folder)
    assert (result.exit_code, result.output) == (0, "no mistake in 3 files\n")


def test_a_mistake_in_a_call_script_is_found_too(folder: Path):
    replace(folder / "desk.test.yaml", "follows: to_the_end", "follows: to_the_ent")
    result = run("check", folder)
    assert "desk.test.yaml:11:18: T01" in result.output
    assert "did you mean 'to_the_end'?" in result.output


def test_the_check_for_programs_has_every_part_of_a_mistake(folder: Path):
    replace(folder / "desk.yaml", "1: goodbye", "1: goodby")
    (found,) = json.loads(run("check", folder, "--json").output)
    assert found == {
        "file": str(folder / "desk.yaml"),
        "line": 9,
        "column": 32,
        "code": "F09",
        "node": "main",
        "message": "there is no node 'goodby'",
        "hint": "did you mean 'goodbye'?",
        "about": CODES["F09"],
    }


def test_a_file_in_another_encoding_is_a_mistake_with_its_place(folder: Path):
    text = FLOW.replace("A desk", "客户服务")
    (folder / "desk.yaml").write_bytes(text.encode("gb18030"))
    result = run("check", folder)
    assert result.exit_code == 1
    assert "desk.yaml:2:8: Y00" in result.output
    assert "save the file as UTF-8" in result.output


def test_a_folder_without_flows_is_told_with_the_probable_cause(tmp_path: Path):
    (tmp_path / "desk.yml").write_text(FLOW)
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert "rename desk.yml to desk.yaml" in result.output


# --- test -------------------------------------------------------------------------------------


def test_calls_that_go_as_written_are_counted(folder: Path):
    result = run("test", folder)
    assert result.exit_code == 0
    assert result.output.startswith("1 call: 1 passed; 33 of 100 ways reached; ")


def test_a_step_that_fails_tells_where_what_was_expected_and_what_was_heard(folder: Path):
    replace(folder / "desk.test.yaml", "- hears: goodbye", "- hears: main")
    result = run("test", folder)
    assert result.exit_code == 1
    place, by, reason, heard, summary = result.output.splitlines()
    assert place == f"{folder}/desk.test.yaml:7:7: FAILED: desk: presses 1"
    assert by == "    on the way of `follows` in line 11"
    assert reason.startswith('    expected main, heard goodbye ("Goodbye.")')
    assert heard == '    heard so far: main ("Press 1."), goodbye ("Goodbye.")'
    assert summary.startswith("1 call: 0 passed, 1 failed; ")


def test_the_report_for_ci_has_every_call_with_its_place(folder: Path, tmp_path: Path):
    replace(
        folder / "desk.test.yaml",
        "calls:\n",
        "calls:\n  - call: presses <2> & hears\n    steps: [{hears: goodbye}]\n",
    )
    report = tmp_path / "reports" / "calls.xml"
    assert run("test", folder, "--junit", report).exit_code == 1
    root = Xml.parse(report).getroot()
    assert root.tag == "testsuites"
    (suite,) = root
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("desk", "2", "1")
    failed, passed = suite
    assert failed.get("name") == "presses <2> & hears"
    assert failed.get("line") == "10"
    failure = failed.find("failure")
    assert failure is not None
    assert "expected goodbye, heard main" in str(failure.get("message"))
    assert passed.find("failure") is None


def test_mistakes_are_failures_in_the_report_for_ci(folder: Path, tmp_path: Path):
    replace(folder / "desk.yaml", "1: goodbye", "1: goodby")
    report = tmp_path / "calls.xml"
    result = run("test", folder, "--junit", report)
    assert result.exit_code == 1
    assert "no call was tried" in result.output
    (case,) = Xml.parse(report).getroot().iter("testcase")
    assert case.get("name") == "F09 main"


@pytest.mark.req("I2")
def test_coverage_lists_the_ways_that_no_call_takes_and_the_lines_to_leave_them_out(folder: Path):
    output = run("test", folder, "--coverage").output
    assert "desk: 1 of 3 ways taken (33 %)" in output
    assert "  no call takes desk.main: silent" in output
    assert '  - {node: main, outcome: wrong, because: ""}' in output


@pytest.mark.req("I2")
@pytest.mark.parametrize(("threshold", "status"), [("33", 0), ("34", 1)])
def test_too_little_coverage_fails(folder: Path, threshold: str, status: int):
    assert run("test", folder, "--threshold", threshold).exit_code == status


def test_flows_without_any_call_script_prove_nothing(folder: Path):
    (folder / "desk.test.yaml").unlink()
    result = run("test", folder)
    assert result.exit_code == 1
    assert "write NAME.test.yaml beside NAME.yaml" in result.output


@pytest.mark.req("I2")
def test_the_flows_that_ship_are_proven_whole():
    result = run("test", bundled("ivr_flows"), "--threshold", "100")
    assert result.exit_code == 0, result.output
    assert "100 of 100 ways" in result.output


def test_the_samples_are_tried_together_with_their_library(tmp_path: Path):
    for place in ("parcel", "house"):
        (tmp_path / place).symlink_to(SAMPLES / place)
    assert "failed" not in run("test", tmp_path).output
