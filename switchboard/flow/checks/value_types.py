"""What type each value of a flow has, as far as that can be known before a call.

A type is a name (``text``, ``amount`` ...), a row (mapping of field to type), a list of one type,
or nothing known. What two nodes make with different types has no known type.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from switchboard.flow.checks.views import View, sources_of
from switchboard.flow.formulas import TRUTHS, BadFormula, dotted, read_formula
from switchboard.flow.functions import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Row:
    """A row.

    Attributes:
        what: What it is a row of.
        fields: The type of each field.
    """

    what: str
    fields: "Mapping[str, Type]"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one type."""

    item: "Type"


Type = str | Row | ListOf | None

CALLER = Row("the caller", {"number": "phone", "name": "text", "language": "text"})
CALL = Row(
    "the call",
    {
        "dialled": "phone",
        "started": "moment",
        "waited": "duration",
        "agent": "agent",
        "festival": "text",
    },
)
FAILURE = Row("the failure", {"node": "text", "reason": "text"})
NUMBERS = frozenset({"number", "amount"})
MAX_PASSES = 10  # a chain of `set` nodes longer than this has types that nobody needs


class Types:
    """The types of the values of one flow."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._sources = sources_of(view.folder)
        self._values: dict[str, Type] = {
            name: self.named(kind) for name, kind in view.file.takes.items()
        }
        settings = {name: self.named(one.type) for name, one in view.file.settings.items()}
        self._given: dict[str, Type] = {
            "caller": CALLER,
            "call": CALL,
            "failure": FAILURE,
            "settings": Row("the settings", settings),
            "nth": "number",
            "key": "digits",
            "left": "number",
        }
        for _ in range(MAX_PASSES):
            before = dict(self._values)
            self._pass(before)
            if self._values == before:
                break

    def _pass(self, before: Mapping[str, Type]) -> None:
        taken = set(self._view.file.takes)
        found: dict[str, Type] = {}
        for _, made in self._view.made():
            kind = self._of_made(made.type)
            if made.name in taken or (made.name in found and found[made.name] != kind):
                kind = before.get(made.name) if made.name in taken else None
            found[made.name] = kind
        self._values = {**{name: before.get(name) for name in taken}, **found}

    def _of_made(self, written: str) -> Type:
        if written.startswith("="):
            return self._of_text(written[1:])
        if written.startswith("item:"):
            of_list = self._of_text(written.removeprefix("item:").removeprefix("="))
            return of_list.item if isinstance(of_list, ListOf) else None
        if written.startswith("gives:"):
            other = self._view.flow(written.removeprefix("gives:"))
            if other is None:
                return None
            fields = {name: self.named(kind) for name, kind in other.file.gives.items()}
            return Row(f"what flow {other.file.flow} gives", fields)
        return self.named(written)

    def _of_text(self, text: str) -> Type:
        try:
            return self.of_formula(read_formula(text).tree)
        except BadFormula:
            return None

    def named(self, name: str) -> Type:
        """Return the type that *name* names: a plain one, a row of a source, a list of either."""
        if name.startswith("list of "):
            return ListOf(self.named(name.removeprefix("list of ")))
        source = self._sources.get(name)
        if source is not None:
            return Row(name, dict(source.fields))
        return name or None

    def of_name(self, path: str, given: Mapping[str, Type] | None = None) -> Type:
        """Return the type of a dotted name; None when nobody can know it."""
        first, *fields = path.split(".")
        kind = (given or {}).get(first, self._values.get(first, self._given.get(first)))
        for field in fields:
            kind = kind.fields.get(field) if isinstance(kind, Row) else None
        return kind

    def missing_field(self, path: str, given: Mapping[str, Type] | None = None) -> Row | None:
        """Return the row that has not the field that *path* names; None when all is well."""
        names = path.split(".")
        for end in range(1, len(names)):
            kind = self.of_name(".".join(names[:end]), given)
            if isinstance(kind, Row) and names[end] not in kind.fields:
                return kind
        return None

    def of_formula(self, tree: ast.expr) -> Type:
        """Return the type of a formula's value."""
        path = dotted(tree)
        if path is not None:
            return "truth" if path in TRUTHS else self.of_name(path)
        if isinstance(tree, ast.Constant):
            return _of_constant(tree.value)
        if isinstance(tree, (ast.BoolOp, ast.Compare)):
            return "truth"
        if isinstance(tree, ast.UnaryOp):
            return "truth" if isinstance(tree.op, ast.Not) else self.of_formula(tree.operand)
        if isinstance(tree, ast.BinOp):
            return self._of_sum(tree)
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            return self._of_call(tree.func.id, tree.args)
        return None

    def _of_sum(self, tree: ast.BinOp) -> Type:
        kinds = {self.of_formula(tree.left), self.of_formula(tree.right)}
        if kinds == {"number"} and not isinstance(tree.op, ast.Div):
            return "number"
        return "amount" if kinds <= NUMBERS else None

    def _of_call(self, name: str, arguments: list[ast.expr]) -> Type:
        gives = FUNCTIONS[name].gives if name in FUNCTIONS else None
        if gives != "item":
            return gives
        of_list = self.of_formula(arguments[0]) if arguments else None
        return of_list.item if isinstance(of_list, ListOf) else None


def _of_constant(value: object) -> Type:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int):
        return "number"
    return "amount" if isinstance(value, float) else "text"


def shown(kind: Type) -> str:
    """Return a type in words."""
    if isinstance(kind, Row):
        return f"a row of {kind.what}"
    if isinstance(kind, ListOf):
        return "a list"
    return _SHOWN.get(str(kind), f"a {kind}")


_SHOWN: Mapping[str, str] = {
    "digits": "digits",
    "amount": "an amount",
    "phone": "a phone number",
    "duration": "a span of time",
    "time": "a time of day",
    "translated": "a translated text",
    "truth": "true or false",
    "agent": "an agent",
    "extension": "an extension",
}
