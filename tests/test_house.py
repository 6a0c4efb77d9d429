"""The limits of the house: sizes, banned words, one place for patching. An exception is listed.

``tests/house_exceptions.txt`` holds the exceptions, one a line: ``path reason`` for a module,
``path:function reason`` for a function.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_MODULE, LONGEST_TEST_MODULE, LONGEST_FUNCTION, MOST_PARAMETERS = 400, 600, 60, 6
BANNED_NAMES = re.compile(r"(^|_)(manager|helper|utils?|member)s?(_|$)", re.IGNORECASE)


def modules() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def exceptions() -> set[str]:
    lines = (ROOT / "tests/house_exceptions.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if line and not line.startswith("#")}


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def too_large() -> Iterator[tuple[str, str]]:
    for module in modules():
        place = module.relative_to(ROOT).as_posix()
        in_tests = place.startswith("tests/")
        lines = len(module.read_text(encoding="utf-8").splitlines())
        if lines > (LONGEST_TEST_MODULE if in_tests else LONGEST_MODULE):
            yield place, f"{place} has {lines} lines"
        for function in functions(module):
            name = f"{place}:{function.name}"
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > LONGEST_FUNCTION:
                yield name, f"{name} has {length} lines"
            arguments = function.args
            count = len(arguments.args) + len(arguments.kwonlyargs) + len(arguments.posonlyargs)
            takes_self = bool(arguments.args) and arguments.args[0].arg in ("self", "cls")
            if not in_tests and count - takes_self > MOST_PARAMETERS:
                yield name, f"{name} takes {count - takes_self} parameters"


def test_functions_modules_and_parameter_lists_stay_small():
    allowed = exceptions()
    assert [what for name, what in too_large() if name not in allowed] == []


def test_no_exception_is_listed_that_is_not_needed():
    needed = {name for name, _ in too_large()}
    assert sorted(exceptions() - needed) == []


def test_modules_are_named_by_their_subject():
    named = [path.relative_to(ROOT).as_posix() for path in modules()]
    assert [name for name in named if BANNED_NAMES.search(Path(name).stem)] == []


def test_only_the_door_patches():
    patching = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if path.is_relative_to(ROOT / "switchboard") and "monkey.patch" in path.read_text("utf-8")
    ]
    assert patching == ["switchboard/__main__.py"]


IMPURE = {"open", "uuid4", "uuid1", "Path", "datetime.now", "datetime.today", "date.today"}


def called(module: Path) -> Iterator[str]:
    """The names of what a module calls, as they are written."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("room", ["acd", "core", "esl", "flow"])
def test_pure_rooms_read_no_clock_make_no_ids_and_open_no_file(room):
    for path in (ROOT / "switchboard" / room).rglob("*.py"):
        assert IMPURE.isdisjoint(called(path)), path


def test_every_module_opens_with_its_law():
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
