"""A place with every mistake there is, all at once; ``python -m tests.flows.every_mistake FOLDER``.

Made of the cases in ``mistakes/``, each one change in the small place of ``mistakes/base``. What
hides nothing is made in the place itself; what hides others (because nothing more can be said of
its file, node or flow) is made in a copy of the file that has a name of its own.
"""

import re
import sys
from pathlib import Path

from switchboard.flow.source import read_yaml

MISTAKES = Path(__file__).parent / "mistakes"
BASE = {path.name: path.read_text("utf-8") for path in sorted((MISTAKES / "base").glob("*.yaml"))}
CASES = sorted(path.stem for path in MISTAKES.glob("*.yaml"))

# What hides others by its nature: what ends the reading of a file, a node, a flow or a script.
HIDING = {
    *("S01", "S02", "S03", "S04", "S05", "E01", "E02", "E03", "E05", "E06", "K04", "P13", "P15"),
    *("F02", "F09_2", "F14", "T02"),
    *(name for name in CASES if name[0] in "YN"),
}


def case(name: str) -> dict[str, str]:
    """Return what a case says: the file, the change in it, and what is found."""
    root = read_yaml((MISTAKES / f"{name}.yaml").read_text("utf-8"), name).root
    assert isinstance(root, dict)
    return {key: str(value) for key, value in root.items()}


def every_mistake() -> dict[str, str]:
    """Return the files of the place, by name."""
    files = dict(BASE)
    for name in CASES:
        made = case(name)
        file, right = made["wrong"], made["instead_of"]
        hides = bool({name, name.partition("_")[0]} & HIDING) and file != "centre.yaml"
        if hides or files[file].count(right) != 1:
            files.update(_apart(name, file, BASE[file].replace(right, made["stands"])))
        else:
            files[file] = files[file].replace(right, made["stands"])
    return files


def _apart(name: str, file: str, text: str) -> dict[str, str]:
    """The files of a case that stands apart: its own, and those of the place that it needs."""
    of, mark = file.partition(".")[0], f"_{name.lower()}"

    def copy(text: str, of: str, *also: str) -> str:
        names = "|".join((of, *also))
        keys = "flow|library|libary|script|run|uses"
        return re.sub(rf"(?m)((?:^|\{{)\s*(?:{keys}): \[?)({names})\b", rf"\1\2{mark}", text)

    if file.endswith(".test.yaml"):
        return {
            f"{of}{mark}.yaml": copy(BASE["shop.yaml"], "shop"),
            f"{of}{mark}.test.yaml": copy(text, of),
        }
    if name == "N06":  # two of the same name
        return {
            f"{n}{mark}.yaml": copy(t, "shop")
            for n, t in (("desk", text), ("shop", BASE["shop.yaml"]))
        }
    files = {f"{of}{mark}.yaml": copy(text, of, "shop") if name == "F13" else copy(text, of)}
    if name == "F13":  # two that run each other
        files[f"shop{mark}.yaml"] = copy(BASE["shop.yaml"], "shop", "desk")
    if name == "P15":  # a library, and a flow that uses it
        files[f"desk{mark}.yaml"] = copy(BASE["desk.yaml"], "desk", "words")
    return files


def write(folder: Path) -> None:
    """Write the place into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in every_mistake().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
