"""Writes the reference pages of the author's manual into docs/flows/; `--check` only compares.

Run it after a change to a kind of node, a form, a style, a function or a code.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from switchboard.flow.authors.manual import Mistake, pages  # noqa: E402
from tests.flows.every_mistake import CASES, case  # noqa: E402

PAGES = ROOT / "docs" / "flows"


def made_pages() -> dict[str, str]:
    """Return what the pages should hold, by file name."""
    mistakes = []
    for name in CASES:
        made = case(name)
        code = name.partition("_")[0]
        told = [line for line in made["found"].split("\n") if f" {code} " in line]
        mistakes.append(Mistake(code, made["instead_of"], made["stands"], "\n".join(told)))
    return pages(mistakes)


def main() -> int:
    """Write the pages, or say which of them are not what they should be."""
    check = "--check" in sys.argv
    PAGES.mkdir(exist_ok=True)
    stale = 0
    for name, text in made_pages().items():
        path = PAGES / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale += 1
            sys.stdout.write(
                f"{path.relative_to(ROOT)}: {'not what is made' if check else 'written'}\n"
            )
            if not check:
                path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
