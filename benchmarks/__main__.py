"""Runs the benchmarks that are asked for, or all, and prints their figures.

A benchmark is a module ``pNN_subject.py`` here with a function ``measure`` that gives figures. A
missed goal or a missing peer is part of the result: the status is 0 all the same.
"""

import importlib
import pkgutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator

import benchmarks
from benchmarks.figures import Figure, Missing


def modules() -> dict[str, str]:
    """The benchmarks' modules, by id."""
    names = sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__))
    return {
        name.partition("_")[0].upper(): name for name in names if name[:1] == "p" and "_" in name
    }


def figures(ids: list[str]) -> Iterator[Figure | Missing]:
    """Measure the benchmarks of these ids, in order."""
    known = modules()
    for wanted in ids or list(known):
        yield from importlib.import_module(f"benchmarks.{known[wanted]}").measure()


def main() -> int:
    """Read the arguments, measure, print."""
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("ids", nargs="*", type=str.upper, metavar="ID", help="such as P01")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    asked = parser.parse_args()
    known = modules()
    unknown = [wanted for wanted in asked.ids if wanted not in known]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}")
    for figure in figures(asked.ids):
        print(figure.as_json() if asked.json else figure.as_text(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
