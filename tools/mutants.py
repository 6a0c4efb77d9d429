"""Breaks the distribution's core in one place at a time and says which breaks no test notices.

``python tools/mutants.py --count 100 --seed 1``: each mutant is one changed comparison, connective,
constant, or dropped statement in a function of ``switchboard/acd``, tried in a process of its own.
"""

import argparse
import ast
import importlib
import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = (
    "callbacks", "desk", "entering", "matching", "offering", "results", "rules", "staging",
    "strategies", "surges", "timers", "upkeep", "lines", "people",
)  # fmt: skip
SUITE = ["tests/unit/acd/test_distribution.py", "tests/unit/acd/test_places.py",
         "tests/unit/acd/test_simulation.py"]  # fmt: skip
LIMIT_S = 40
FLIPS: dict[type, type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


class Breaker(ast.NodeTransformer):
    """Changes the one place whose number is *wanted*, and counts places."""

    def __init__(self, wanted: int) -> None:
        self.wanted, self.seen, self.what = wanted, 0, ""

    def _here(self, node: ast.AST, what: str) -> bool:
        self.seen += 1
        if self.seen - 1 != self.wanted:
            return False
        self.what = f"{what}, line {getattr(node, 'lineno', 0)}"
        return True

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Turn a comparison round."""
        self.generic_visit(node)
        if self._here(node, f"turned `{ast.unparse(node)}`"):
            node.ops[0] = FLIPS[type(node.ops[0])]()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Put `or` for `and`, and the other way."""
        self.generic_visit(node)
        if self._here(node, f"and/or in `{ast.unparse(node)}`"):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Drop a call made for what it does."""
        self.generic_visit(node)
        call = isinstance(node.value, ast.Call)
        if call and self._here(node, f"dropped `{ast.unparse(node)[:60]}`"):
            return ast.copy_location(ast.Pass(), node)
        return node


def source(name: str) -> str:
    """The text of a module of the core."""
    return (ROOT / "switchboard/acd" / f"{name}.py").read_text(encoding="utf-8")


def places() -> Iterator[tuple[str, int]]:
    """Every place that can be broken, as module and number."""
    for name in CORE:
        counter = Breaker(-1)
        counter.visit(ast.parse(source(name)))
        yield from ((name, at) for at in range(counter.seen))


def broken(name: str, at: int) -> tuple[ast.Module, str]:
    """The module with one place broken, and what was done."""
    breaker = Breaker(at)
    tree = ast.fix_missing_locations(breaker.visit(ast.parse(source(name))))
    return tree, f"{name}.py: {breaker.what}"


def install(name: str, tree: ast.Module) -> None:
    """Put the broken code into the functions and methods that are loaded."""
    module = importlib.import_module(f"switchboard.acd.{name}")
    fresh: dict[str, object] = {"__name__": module.__name__}
    exec(compile(tree, f"{name}.py", "exec"), fresh)  # noqa: S102 - our own source, changed
    for key, new in fresh.items():
        old = getattr(module, key, None)
        for mine, theirs in [(old, new), *methods(old, new)]:
            if hasattr(mine, "__code__") and hasattr(theirs, "__code__"):
                mine.__code__ = theirs.__code__  # type: ignore[attr-defined]


def methods(old: object, new: object) -> list[tuple[object, object]]:
    """The methods of a class beside their new selves."""
    if not isinstance(old, type) or not isinstance(new, type):
        return []
    return [
        (getattr(mine, "fget", mine), getattr(vars(new).get(key), "fget", vars(new).get(key)))
        for key, mine in vars(old).items()
    ]


def survives(name: str, at: int) -> str:
    """What was done, if no test noticed; else empty."""
    tree, what = broken(name, at)
    child = os.fork()
    if child == 0:
        signal.alarm(LIMIT_S)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        install(name, tree)
        chosen = ["-k", "not erlang and not occupancy", *SUITE]
        os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *chosen])))
    _, status = os.waitpid(child, 0)
    return what if status == 0 else ""


def main() -> int:
    """Break, try, tell; the status is 1 when fewer than 95 % were caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    importlib.import_module("switchboard.acd.simulation")
    every = list(places())
    chosen = random.Random(asked.seed).sample(every, min(asked.count, len(every)))
    living = 0
    for tried, (name, at) in enumerate(chosen, start=1):
        what = survives(name, at)
        living += bool(what)
        if what:
            print(f"not caught: {what} ({living} of {tried})", flush=True)
    print(f"caught {len(chosen) - living} of {len(chosen)}; {len(every)} places in all")
    return int(living * 20 > len(chosen))


if __name__ == "__main__":
    sys.exit(main())
