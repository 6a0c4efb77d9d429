"""The author's manual is what the language is: made pages do not drift, the first flow works."""

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from switchboard.cli import main
from switchboard.flow.authors.manual import MADE
from switchboard.flow.codes import CODES
from switchboard.flow.files import Centre, FlowFile, LibraryFile
from switchboard.flow.functions import FUNCTIONS
from switchboard.flow.kinds import KINDS
from switchboard.flow.scripts.forms import ScriptFile
from switchboard.flow.spoken import STYLES

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from write_manual import PAGES, made_pages  # noqa: E402

MANUAL = ROOT / "docs" / "flows.md"
MADE_PAGES = made_pages()


@pytest.mark.parametrize("name", MADE_PAGES)
def test_a_made_page_is_what_the_language_says(name: str) -> None:
    written = (PAGES / name).read_text(encoding="utf-8")
    assert written == MADE_PAGES[name], "run: .venv/bin/python tools/write_manual.py"


def test_no_page_is_left_over() -> None:
    made = {path.name for path in PAGES.glob("*.md") if MADE in path.read_text(encoding="utf-8")}
    assert made == set(MADE_PAGES)


def test_every_kind_key_outcome_style_function_and_code_has_its_place() -> None:
    kinds, values = MADE_PAGES["kinds.md"], MADE_PAGES["values.md"]
    for verb, kind in KINDS.items():
        section = kinds.split(f"\n## {verb}\n")[1].split("\n## ")[0]
        assert kind.example.strip("\n") in section
        assert all(f"`{outcome}`" in section for outcome in kind.outcomes)
        for name, field in kind.model.model_fields.items():
            assert f"`{field.alias or name}`" in kinds
    for form in (FlowFile, LibraryFile, Centre, ScriptFile):
        for name, field in form.model_fields.items():
            assert re.search(rf"`{field.alias or name}`", MADE_PAGES["files.md"])
    assert all(f"| `{style}` |" in values for style in STYLES)
    assert all(f"`{function}(" in values for function in FUNCTIONS)
    assert all(f"### {code}\n" in MADE_PAGES["mistakes.md"] for code in CODES)


def test_no_key_is_without_a_word_on_what_it_is_for() -> None:
    for name in ("kinds.md", "files.md"):
        silent = re.findall(r"^\| (\S+) \| [^|]* \|  \|$", MADE_PAGES[name], re.MULTILINE)
        assert silent == [], name


# --- your first flow ----------------------------------------------------------------------------


def first_flow(tmp_path: Path) -> Path:
    """Write the files of "your first flow" as the reader is told to."""
    text = MANUAL.read_text(encoding="utf-8")
    for name, content in re.findall(r"`([\w./]+\.yaml)`:\n\n```yaml\n(.*?)```", text, re.DOTALL):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return tmp_path / "flows"


@pytest.mark.req("IVR-29")
def test_your_first_flow_does_what_the_page_says(tmp_path: Path, monkeypatch) -> None:
    folder = first_flow(tmp_path)
    monkeypatch.chdir(tmp_path)
    text = MANUAL.read_text(encoding="utf-8")
    steps = re.findall(r"```console\n\$ switchboard (.*?)\n(.*?)```", text, re.DOTALL)
    assert [step.split()[1] for step, _ in steps] == [
        "check", "test", "walk", "preview", "format", "read", "graph",
    ]  # fmt: skip
    for command, shown in steps:
        typed = "\n".join(re.findall(r"> (.+)", shown)) + "\n" if " walk " in command else ""
        words = re.findall(r"'[^']*'|\S+", command)
        result = CliRunner().invoke(main, [word.strip("'") for word in words], input=typed)
        assert result.exit_code == 0, result.output
        for line in shown.splitlines():
            wanted = re.sub(r"[0-9.]+ s$", "", line).strip()
            if wanted and wanted != "...":
                assert wanted in result.output, result.output
    assert folder.is_dir()
