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
from switchboard.flow.source import read_yaml

MISTAKES = Path(__file__).parent / "mistakes"
FLOW_ROOM = Path(__file__).parents[2] / "switchboard" / "flow"
BASE = {path.name: path.read_text("utf-8") for path in sorted((MISTAKES / "base").glob("*.yaml"))}
CASES = sorted(path.stem for path in MISTAKES.glob("*.yaml"))


def faults_of(files: dict[str, str]) -> list[Fault]:
    loaded = load(files)
    _, in_scripts = read_scripts(files, loaded.folder)
    return sorted([*loaded.faults, *in_scripts])


def case(name: str) -> dict[str, str]:
    root = read_yaml((MISTAKES / f"{name}.yaml").read_text("utf-8"), name).root
    assert isinstance(root, dict)
    return {key: str(value) for key, value in root.items()}


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


# What hides others by its nature: what ends the reading of a file, a node, a flow or a script.
HIDING = {
    *("S01", "S02", "S03", "S04", "S05", "E01", "E02", "E03", "E05", "E06", "K04", "P13", "P15"),
    *("F02", "F09_2", "F14", "T02"),
}


def test_mistakes_in_different_places_are_all_found_at_once() -> None:
    files, made = dict(BASE), set()
    for name in CASES:
        code = name.partition("_")[0]
        if code[0] in "YN" or {name, code} & HIDING:
            continue
        wrong = case(name)
        file, right = wrong["wrong"], wrong["instead_of"]
        if files[file].count(right) == 1:
            files[file] = files[file].replace(right, wrong["stands"])
            made.add(code)
    assert len(made) >= 39
    assert made - {fault.code for fault in faults_of(files)} == set()
