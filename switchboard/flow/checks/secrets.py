"""V05, V06: a secret goes into `by` of a look-up and `with` of a request, and nowhere else."""

from collections.abc import Iterator

from switchboard.flow.checks.value_types import Types
from switchboard.flow.checks.views import View, contents, views
from switchboard.flow.faults import Fault
from switchboard.flow.folder import Folder
from switchboard.flow.formulas import Formula
from switchboard.flow.kinds.request import RequestNode, path_values
from switchboard.flow.program import Node
from switchboard.flow.source import Path

SECRET = "secret"  # noqa: S105 - a word of the flow language
_MAY_GO = {("look_up", "by"), ("request", "with")}
_HINT = "write it as it is in by: of look_up or with: of request; to check a password use verify"


def check(folder: Folder) -> Iterator[Fault]:
    """Yield every use of a secret where it would be kept, said, sent or compared."""
    for view in views(folder):
        yield from _head(view)
        types = Types(view)
        for node, path, value in contents(view):
            if isinstance(value, Formula):
                yield from _formula(view, types, node, path, value)
            if isinstance(value, RequestNode):
                for name in path_values(value):
                    if types.of_name(name) == SECRET:
                        yield _fault(view, (*path, "path"), name)


def _head(view: View) -> Iterator[Fault]:
    """What a flow takes, gives or lets offices set stands in saved runs and in the database."""
    file = view.file
    heads = (
        *((("takes", name), kind) for name, kind in file.takes.items()),
        *((("gives", name), kind) for name, kind in file.gives.items()),
        *((("settings", name, "type"), one.type) for name, one in file.settings.items()),
    )
    for path, kind in heads:
        if kind.removeprefix("list of ") == SECRET:
            message = f"'{path[1]}' cannot be a secret: it would be kept"
            hint = "ask for it in this flow: ask with answer: secret, or verify"
            yield view.fault(path, "V06", message, hint)


def _formula(view: View, types: Types, node: Node, path: Path, formula: Formula) -> Iterator[Fault]:
    for name in sorted(formula.names()):
        if types.of_name(name) == SECRET and not _may_go(node, path, formula, name):
            yield _fault(view, path, name)


def _may_go(node: Node, path: Path, formula: Formula, name: str) -> bool:
    key = str(path[2]) if len(path) == 4 else ""
    return (node.kind.verb, key) in _MAY_GO and formula.text == name


def _fault(view: View, path: Path, name: str) -> Fault:
    return view.fault(path, "V05", f"'{name}' is a secret and may not stand here", _HINT)
