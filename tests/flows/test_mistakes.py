"""Every mistake is found, at its place, with words that can be acted on; all of them at once.

Each file of ``mistakes/`` makes one change in the small place of ``mistakes/base`` and says, word
for word, what is found then.
"""

import re
from pathlib import Path

import pytest

from switchboard.flow import Fault, load
from switchboard.flow.codes import CODES
from switchboard.flow.scripts import read_scripts
from tests.flows.every_mistake import BASE, CASES, case, every_mistake

FLOW_ROOM = Path(__file__).parents[2] / "switchboard" / "flow"


def faults_of(files: dict[str, str]) -> list[Fault]:
    loaded = load(files)
    _, in_scripts = read_scripts(files, loaded.folder)
    return sorted([*loaded.faults, *in_scripts])


def test_the_place_itself_has_no_mistake() -> None:
    assert faults_of(BASE) == []


@pytest.mark.parametrize("name", CASES)
@pytest.mark.req("X-008")
def test_a_mistake_is_found_where_it_stands(name: str) -> None:
    made = case(name)
    file, right = made["wrong"], made["instead_of"]
    assert BASE[file].count(right) == 1
    files = {**BASE, file: BASE[file].replace(right, made["stands"])}
    found = faults_of(files)
    assert "\n".join(map(str, found)) == made["found"]
    assert name.partition("_")[0] in {fault.code for fault in found}


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith(("P11", "E05"))])
def test_a_message_names_a_node_that_stands_in_the_file(name: str) -> None:
    made = case(name)
    for line in made["found"].splitlines():
        assert re.fullmatch(r"[a-z_.]+:\d+:\d+: [A-Z]\d\d .{8,}", line), line


def test_every_code_has_its_case_and_its_explanation() -> None:
    used = {
        code
        for path in FLOW_ROOM.rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r'"([YSNFPKVECT]\d\d)"', path.read_text("utf-8"))
    }
    assert used == set(CODES)
    assert {name.partition("_")[0] for name in CASES} == set(CODES)


@pytest.mark.req("X-008")
def test_every_mistake_there_is_is_found_at_once() -> None:
    found = {fault.code for fault in faults_of(every_mistake())}
    assert found == set(CODES)
