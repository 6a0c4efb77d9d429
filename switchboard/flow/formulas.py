"""Formulas: conditions and sums over the values of a run, as in a spreadsheet.

Read with Python's own parser and nothing else of Python: only names with dots, texts, numbers,
truths, comparisons, ``in [...]``, ``and or not``, ``+ - * /``, parentheses and a dozen functions of
one argument exist. There is no power, no index, no text arithmetic, so the cost of a formula is
bounded by its length, which is bounded. A formula never raises: what cannot be computed is unknown,
and a comparison with unknown is false.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException

from switchboard.flow.functions import FUNCTIONS, Scope
from switchboard.flow.values import UNKNOWN, Value, field_of

MAX_LENGTH = 300  # characters; the longest of the samples has 62
MAX_PARTS = 60  # names, signs and values
MAX_DIGITS = 18  # of any number: beyond it a result is unknown

TRUTHS: Mapping[str, bool] = {"true": True, "false": False}

Computation = Callable[[Scope], Value]


class BadFormula(ValueError):  # noqa: N818 - what it is
    """A text is no formula; says why, with the stable code of the fault and a hint."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read.

    Attributes:
        text: As it is written, without the ``=``.
        tree: As Python's parser read it; only what the language has.
        compute: Gives its value in a scope.
    """

    text: str
    tree: ast.expr
    compute: Computation

    def __str__(self) -> str:
        """The text."""
        return self.text

    def names(self) -> frozenset[str]:
        """The values it uses, by their full dotted name."""
        return frozenset(_names(self.tree))

    def holds(self, scope: Scope) -> bool:
        """Whether it is true in *scope*; unknown is not."""
        return bool(self.compute(scope))


def read_formula(text: str) -> Formula:
    """Read a formula.

    Args:
        text: The formula without its ``=``.

    Raises:
        BadFormula: it is none; says why and what was probably meant.
    """
    text = str(text).strip()
    if len(text) > MAX_LENGTH:
        raise BadFormula(
            "E05", f"a formula has at most {MAX_LENGTH} characters", "use a `set` before it"
        )
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise BadFormula("E01", "this is no formula", _syntax_hint(text)) from None
    if sum(1 for _ in ast.walk(tree)) > 2 * MAX_PARTS:
        raise BadFormula("E05", f"a formula has at most {MAX_PARTS} parts", "use a `set` before it")
    return Formula(text, tree, _compile(tree, text))


def _syntax_hint(text: str) -> str:
    if not text:
        return "write a formula behind the ="
    signs = text.replace("==", "").replace("!=", "").replace("<=", "").replace(">=", "")
    if "=" in signs:
        return "write == to compare"
    if "&&" in text or "||" in text or "!" in signs:
        return "write and, or, not"
    if "“" in text or "”" in text or "，" in text:
        return "write quotes and commas in their half-width form"
    if text.count('"') % 2 or text.count("'") % 2:
        return "a text begins and ends with a quote"
    return "compare with the examples of formulas in the manual"


# --- what a formula may be made of -------------------------------------------------------------


def _compile(node: ast.expr, text: str) -> Computation:
    compile_it = _COMPILERS.get(type(node))
    if compile_it is None:
        what = _NAMES_OF_SYNTAX.get(type(node), "this")
        raise BadFormula("E02", f"{what} has no place in a formula", _places.get(type(node), ""))
    return compile_it(node, text)


def _constant(node: ast.Constant, text: str) -> Computation:
    value: Value = node.value
    if isinstance(value, float):
        value = Decimal(ast.get_source_segment(text, node) or "0")
    if not isinstance(value, (str, bool, int, Decimal)):
        raise BadFormula("E02", f"{value!r} has no place in a formula")
    if isinstance(value, int) and not isinstance(value, bool) and len(str(value)) > MAX_DIGITS:
        raise BadFormula("E05", f"a number has at most {MAX_DIGITS} digits", "quote it: a text?")
    return lambda scope: value


def _name(node: ast.expr, text: str) -> Computation:
    path = dotted(node)
    if path is None:
        raise BadFormula("E02", "a dot stands between names only", "as in customer.level")
    if path in TRUTHS:
        truth = TRUTHS[path]
        return lambda scope: truth
    first, *fields = path.split(".")
    if not fields:
        return lambda scope: scope.value(first)
    if len(fields) == 1:
        field = fields[0]
        return lambda scope: field_of(scope.value(first), field)

    def deep(scope: Scope) -> Value:
        value = scope.value(first)
        for field in fields:
            value = field_of(value, field)
        return value

    return deep


def dotted(node: ast.expr) -> str | None:
    """Return ``a.b.c`` for a chain of names, None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return None if inner is None else f"{inner}.{node.attr}"
    return None


def _boolean(node: ast.BoolOp, text: str) -> Computation:
    parts = [_compile(part, text) for part in node.values]
    if isinstance(node.op, ast.And):
        return lambda scope: all(part(scope) for part in parts)
    return lambda scope: any(part(scope) for part in parts)


def _unary(node: ast.UnaryOp, text: str) -> Computation:
    inner = _compile(node.operand, text)
    if isinstance(node.op, ast.Not):
        return lambda scope: not inner(scope)
    if isinstance(node.op, ast.USub):
        return lambda scope: _arithmetic(operator.sub, 0, inner(scope))
    raise BadFormula("E02", "this sign has no place in a formula", "there are: not, -")


def _sum(node: ast.BinOp, text: str) -> Computation:
    sign = _ARITHMETIC.get(type(node.op))
    if sign is None:
        raise BadFormula("E02", "this sign has no place in a formula", "there are: + - * /")
    left, right = _compile(node.left, text), _compile(node.right, text)
    return lambda scope: _arithmetic(sign, left(scope), right(scope))


def _compare(node: ast.Compare, text: str) -> Computation:
    if len(node.ops) > 1:
        raise BadFormula("E02", "compare two things at a time", "join comparisons by and")
    kind = type(node.ops[0])
    left, right = _compile(node.left, text), node.comparators[0]
    if kind in (ast.In, ast.NotIn):
        if not isinstance(right, ast.List):
            raise BadFormula("E02", "behind `in` stands a list", 'as in x in ["a", "b"]')
        choices = [_compile(choice, text) for choice in right.elts]
        return _among(left, choices, wanted=kind is ast.In)
    if kind in (ast.Is, ast.IsNot):
        raise BadFormula("E02", "`is` has no place in a formula", "write == to compare")
    compare, other = _COMPARISONS[kind], _compile(right, text)
    return lambda scope: _compared(compare, left(scope), other(scope))


def _among(left: Computation, choices: list[Computation], *, wanted: bool) -> Computation:
    def compute(scope: Scope) -> bool:
        value = left(scope)
        if value is UNKNOWN:
            return False
        found = any(_compared(operator.eq, value, choice(scope)) for choice in choices)
        return found is wanted

    return compute


def _call(node: ast.Call, text: str) -> Computation:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    function = FUNCTIONS.get(name)
    if function is None:
        shown = dotted(node.func) or "this"
        raise BadFormula("E03", f"there is no function '{shown}'", f"there are: {_ALL_FUNCTIONS}")
    if node.keywords or len(node.args) != function.takes:
        wants = "nothing" if function.takes == 0 else "one value"
        raise BadFormula("E03", f"{name} takes {wants} between its parentheses")
    compute = function.compute
    arguments = [_compile(argument, text) for argument in node.args]
    if not arguments:
        return lambda scope: compute(scope, UNKNOWN)
    only = arguments[0]
    return lambda scope: compute(scope, only(scope))


_ALL_FUNCTIONS = ", ".join(sorted(FUNCTIONS))

_COMPILERS: Mapping[type[ast.expr], Callable[..., Computation]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _name,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.BinOp: _sum,
    ast.Compare: _compare,
    ast.Call: _call,
}
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_NAMES_OF_SYNTAX: Mapping[type[ast.expr], str] = {
    ast.Subscript: "an index [ ]",
    ast.List: "a list",
    ast.Tuple: "a comma",
    ast.Dict: "{ }",
    ast.Set: "{ }",
    ast.IfExp: "if",
    ast.Lambda: "lambda",
    ast.JoinedStr: "an f-text",
}
_places: Mapping[type[ast.expr], str] = {
    ast.List: "a list stands only behind `in`",
    ast.Tuple: "formulas have no commas",
    ast.IfExp: "use a `decide` node",
    ast.Subscript: "fields are named with a dot, as in customer.level",
}


# --- computing without ever raising --------------------------------------------------------------

_TIMES = (date, datetime, time, timedelta)


def _number(value: Value) -> int | Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else None


def _arithmetic(sign: Callable[[Value, Value], Value], left: Value, right: Value) -> Value:
    a, b = _number(left), _number(right)
    if a is None or b is None:
        return _shifted(sign, left, right)
    try:
        result = sign(Decimal(a), Decimal(b)) if sign is operator.truediv else sign(a, b)
    except (DecimalException, ArithmeticError):
        return UNKNOWN
    if isinstance(result, Decimal) and not result.is_finite():
        return UNKNOWN
    return result if abs(result) < 10**MAX_DIGITS else UNKNOWN


def _shifted(sign: Callable[[Value, Value], Value], left: Value, right: Value) -> Value:
    """A moment or span of time, moved by a span."""
    if sign not in (operator.add, operator.sub):
        return UNKNOWN
    if not (isinstance(left, _TIMES) and isinstance(right, timedelta)):
        return UNKNOWN
    try:
        return sign(left, right)
    except (TypeError, OverflowError):
        return UNKNOWN


def _compared(compare: Callable[[Value, Value], bool], left: Value, right: Value) -> bool:
    if left is UNKNOWN or right is UNKNOWN or left is None or right is None:
        return False
    a, b = _number(left), _number(right)
    if a is not None and b is not None:
        return bool(compare(a, b))
    if compare in (operator.eq, operator.ne):
        return bool(compare(left, right))
    if isinstance(left, str) is not isinstance(right, str):
        left, right = _alike(left, right)
    try:
        return bool(compare(left, right))
    except TypeError:
        return False  # unlike things are in no order


def _alike(left: Value, right: Value) -> tuple[Value, Value]:
    """A written date beside a date is read as one; rows from outside bear them as texts."""
    try:
        if isinstance(left, str):
            return type(right).fromisoformat(left), right
        return left, type(left).fromisoformat(right)
    except (AttributeError, ValueError):
        return left, right


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.Name, ast.Attribute)):
        path = dotted(node)
        if path is not None:
            if path not in TRUTHS:
                yield path
            return
    if isinstance(node, ast.Call):
        for argument in node.args:
            yield from _names(argument)
        return
    for child in ast.iter_child_nodes(node):
        yield from _names(child)
