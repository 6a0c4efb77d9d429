"""E: formulas. They name what is there, and compare like with like."""

import ast
from collections.abc import Iterator

from switchboard.flow.checks.value_types import ListOf, Row, Type, Types, shown
from switchboard.flow.checks.views import View, contents, views
from switchboard.flow.faults import Fault, meant
from switchboard.flow.folder import Folder
from switchboard.flow.formulas import Formula
from switchboard.flow.functions import FUNCTIONS
from switchboard.flow.kinds.request import RequestNode, path_values
from switchboard.flow.names import GIVEN
from switchboard.flow.source import Path
from switchboard.flow.types import MOMENTS, NUMBERS

EVERYWHERE = frozenset({"call", "caller", "settings", "failure"})
_TEXTS = frozenset({"text", "digits", "phone"})


def check(folder: Folder) -> Iterator[Fault]:
    """Yield the faults of formulas."""
    for view in views(folder):
        types = Types(view)
        for _, path, value in contents(view):
            if isinstance(value, Formula):
                yield from _formula(view, types, path, value)
            if isinstance(value, RequestNode):
                for name in path_values(value):
                    yield from named(view, types, (*path, "path"), name)


def _formula(view: View, types: Types, path: Path, formula: Formula) -> Iterator[Fault]:
    for name in sorted(formula.names()):
        yield from named(view, types, path, name)
    for node in ast.walk(formula.tree):
        if isinstance(node, ast.Compare):
            yield from _comparison(view, types, path, node)


def named(view: View, types: Types, path: Path, name: str) -> Iterator[Fault]:
    """Yield what is wrong with a dotted name that stands at *path*."""
    first, _, field = name.partition(".")
    if first not in view.values and first not in EVERYWHERE:
        yield _unknown_name(view, path, first)
        return
    row = types.missing_field(name)
    if row is not None:
        missing = next(part for part in field.split(".") if part not in row.fields)
        hint = meant(missing, row.fields)
        yield view.fault(path, "E07", f"there is no field '{missing}' in {row.what}", hint)


def _unknown_name(view: View, path: Path, name: str) -> Fault:
    if name in GIVEN:
        hint = "item, nth, key, answer and left are known only in the prompts that get them"
    elif name in FUNCTIONS:
        hint = f"write {name}()" if FUNCTIONS[name].takes == 0 else f"write {name}(value)"
    else:
        hint = meant(name, view.values | EVERYWHERE)
    return view.fault(path, "E04", f"nothing is called '{name}' here", hint)


def _comparison(view: View, types: Types, path: Path, node: ast.Compare) -> Iterator[Fault]:
    if isinstance(node.ops[0], (ast.In, ast.NotIn)):
        others = node.comparators[0].elts if isinstance(node.comparators[0], ast.List) else []
    else:
        others = [node.comparators[0]]
    left = types.of_formula(node.left)
    for other in others:
        right = types.of_formula(other)
        if not _alike(left, right):
            hint = _how_to_compare(left, right)
            message = f"this compares {shown(left)} with {shown(right)}, which never holds"
            yield view.fault(path, "E08", message, hint)


def _alike(left: Type, right: Type) -> bool:
    if left is None or right is None:
        return True
    return not _classes(left).isdisjoint(_classes(right))


def _classes(kind: Type) -> frozenset[str]:
    """What a type can be compared with. A moment may be written as a text."""
    if isinstance(kind, Row):
        return frozenset({"row"})
    if isinstance(kind, ListOf):
        return frozenset({"list"})
    if kind in NUMBERS:
        return frozenset({"number"})
    if kind in MOMENTS:
        return frozenset({str(kind), "date" if kind == "moment" else str(kind), "text"})
    if kind in ("truth", "translated", "secret"):
        return frozenset({str(kind)})
    return frozenset({"text", "date", "time", "moment"}) if kind in _TEXTS else frozenset({"text"})


def _how_to_compare(left: Type, right: Type) -> str:
    if "number" in (left, right) and ("digits" in (left, right) or "text" in (left, right)):
        return 'digits are a text: compare with a text, as in code == "100234"'
    if isinstance(left, ListOf) or isinstance(right, ListOf):
        return "count a list: count(orders) > 0"
    if isinstance(left, Row) or isinstance(right, Row):
        return "compare one of its fields, or ask known(...)"
    return "compare things of one kind"
