"""V: values. What is spoken is known on every way that leads there, and has words.

The proof goes forward over the ways of a flow. At each node it knows the values that are known on
every way so far; an outcome may add some (``found`` knows the row), take some (``none`` does not),
and a condition that holds knows whatever it compared.
"""

import ast
from collections.abc import Iterator, Mapping

from switchboard.flow.checks.formulas import EVERYWHERE
from switchboard.flow.checks.value_types import ListOf, Row, Type, Types, shown
from switchboard.flow.checks.views import (
    Found,
    FoundPrompt,
    View,
    views,
    walk,
)
from switchboard.flow.faults import Fault, meant
from switchboard.flow.folder import Folder
from switchboard.flow.formulas import TRUTHS, Formula, dotted
from switchboard.flow.kinds.choose import Choose
from switchboard.flow.kinds.decide import Decide, cases
from switchboard.flow.kinds.match import Match
from switchboard.flow.kinds.menu import Menu
from switchboard.flow.names import KEYS, OTHERWISE
from switchboard.flow.program import Node
from switchboard.flow.source import Path
from switchboard.flow.speeches import NOTICES, SILENCE, SpeechItem
from switchboard.flow.spoken.style import SPOKEN_AS_TYPES, STYLES
from switchboard.flow.texts import Form, Hole
from switchboard.flow.things import Drawer, Ref
from switchboard.flow.types import PLAIN_TYPES

Known = frozenset[str]


def check(folder: Folder) -> Iterator[Fault]:
    """Yield the faults of values that are spoken."""
    for view in views(folder):
        types = Types(view)
        known = known_at(view)
        for node in view.nodes.values():
            for path, item, given in spoken_in(view, node):
                yield from _item(view, types, path, item, given, known.get(node.name))
        for path, item in _everywhere(view):
            yield from _item(view, types, path, item, {"left": "number"}, None)


# --- what is known where --------------------------------------------------------------------------


def known_at(view: View) -> dict[str, Known]:
    """Return the values that are known at each node, whatever way led there."""
    start = view.file.start
    known: dict[str, Known] = {start: frozenset(view.file.takes)}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        node = view.nodes.get(name)
        if node is None:
            continue
        for outcome, target in view.edges[name].items():
            after = _after(node, outcome, known[name])
            before = known.get(target)
            merged = after if before is None else before & after
            if merged != before:
                known[target] = merged
                waiting.append(target)
    return known


def _after(node: Node, outcome: str, known: Known) -> Known:
    found = set(known)
    for made in node.kind.makes(node.model):
        if outcome in made.lost or (outcome == OTHERWISE and made.lost):
            found.discard(made.name)
        elif made.outcomes is not None:
            if outcome in made.outcomes:
                found.add(made.name)
        elif not made.type.startswith("=") or _all_known(made.type[1:], found):
            found.add(made.name)
        else:
            found.discard(made.name)
    return frozenset(found | _held(node, outcome))


def _all_known(formula: str, known: set[str]) -> bool:
    names = _roots(ast.parse(formula, mode="eval").body)
    return names <= known | EVERYWHERE


def _held(node: Node, outcome: str) -> set[str]:
    """What is known because a condition held."""
    model = node.model
    if isinstance(model, Decide):
        condition = cases(model).get(outcome)
        return implied(condition.tree) if condition is not None else set()
    if isinstance(model, Match) and outcome != OTHERWISE:
        return _roots(model.match.tree)
    if isinstance(model, Menu) and outcome in KEYS:
        condition = model.only_if.get(outcome)
        return implied(condition.tree) if condition is not None else set()
    return set()


def implied(tree: ast.expr) -> set[str]:
    """Return the values that are known whenever the condition *tree* holds."""
    if isinstance(tree, ast.BoolOp):
        parts = [implied(part) for part in tree.values]
        return set.union(*parts) if isinstance(tree.op, ast.And) else set.intersection(*parts)
    if isinstance(tree, ast.Call):
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        return _roots(tree) if name in ("known", "count") else set()
    if isinstance(tree, ast.Compare):
        return _roots(tree)
    path = dotted(tree)
    return {path.partition(".")[0]} - TRUTHS.keys() if path is not None else set()


def _roots(tree: ast.AST) -> set[str]:
    """The values that a formula uses, by their first names."""
    if isinstance(tree, (ast.Name, ast.Attribute)):
        path = dotted(tree)
        return {path.partition(".")[0]} - TRUTHS.keys() if path is not None else set()
    if isinstance(tree, ast.Call):
        return set().union(*(_roots(argument) for argument in tree.args))
    return set().union(*(_roots(child) for child in ast.iter_child_nodes(tree)))


# --- what is spoken -------------------------------------------------------------------------------


Given = Mapping[str, Type]


def spoken_in(view: View, node: Node) -> Iterator[tuple[Path, SpeechItem, Given]]:
    """Yield every item of speech of a node, and what its prompts get beside the flow's values."""
    for path, value in walk(node.model, ("nodes", node.name)):
        if isinstance(value, SpeechItem):
            yield path, value, _given(path)
    if isinstance(node.model, Choose):
        item = SpeechItem(prompt=node.model.choose)
        yield ("nodes", node.name, "choose"), item, {"item": None, "nth": "number", "key": "digits"}


def _given(path: Path) -> Given:
    if "read_back" in path:
        return {"answer": None}
    return {"left": "number"} if "if_wrong" in path else {}


def _everywhere(view: View) -> Iterator[tuple[Path, SpeechItem]]:
    for path, value in walk(view.file.everywhere, ("everywhere",)):
        if isinstance(value, SpeechItem):
            yield path, value


def _item(
    view: View, types: Types, path: Path, item: SpeechItem, given: Given, known: Known | None
) -> Iterator[Fault]:
    """The faults of one item; without *known* only names and styles are looked at."""
    prompt = _prompt(view, item)
    if prompt is None or prompt.owner is None:
        return
    if item.each is not None:
        of_list = types.of_name(item.each.text)
        inner = of_list.item if isinstance(of_list, ListOf) else None
        given = {**given, "item": inner, "nth": "number"}
    handed = {name: _type_of(types, value) for name, value in item.with_.items()}
    here = None if known is None else known | _condition(item)
    at = (*path, "prompt") if view.document.get((*path, "prompt")) is not None else path
    in_library = prompt.owner.kind == "library"
    seen: set[str] = set()
    for part in _holes(prompt):
        yield from _style(view, types, at, prompt, part, {**given, **handed})
        first = part.path.partition(".")[0]
        if first in seen or first in given or first in handed:
            continue
        seen.add(first)
        if in_library:
            if first not in EVERYWHERE:
                yield _not_handed(view, at, prompt, first)
        elif first not in EVERYWHERE:
            yield from _spoken(view, at, prompt, first, here)


def _prompt(view: View, item: SpeechItem) -> FoundPrompt | None:
    name = item.prompt
    if not isinstance(name, Ref) or name.drawer is not Drawer.PROMPT:
        return None
    if name.name in (NOTICES, SILENCE):
        return None
    found = view.prompt(name.name)
    return found if found.state is Found.HERE else None


def _type_of(types: Types, written: object) -> Type:
    return types.of_formula(written.tree) if isinstance(written, Formula) else None


def _condition(item: SpeechItem) -> set[str]:
    return set() if item.if_ is None else implied(item.if_.tree)


def _holes(prompt: FoundPrompt) -> Iterator[Hole | Form]:
    text = next(iter(prompt.texts.values()), None)
    for part in text.parts if text is not None else ():
        if isinstance(part, (Hole, Form)):
            yield part


def _not_handed(view: View, path: Path, prompt: FoundPrompt, name: str) -> Fault:
    hint = f"write {{prompt: ..., with: {{{name}: =...}}}}: a library sees no values of the flow"
    return view.fault(
        path, "V02", f"'{prompt.name}' speaks '{name}', which is not handed over", hint
    )


def _spoken(
    view: View, path: Path, prompt: FoundPrompt, name: str, known: Known | None
) -> Iterator[Fault]:
    if name not in view.values:
        if name in ("item", "nth", "key", "answer", "left"):
            where = {
                "item": "in each and choose",
                "nth": "in each and choose",
                "key": "in choose",
                "answer": "in read_back",
                "left": "in if_wrong of a verify",
            }[name]
            message = f"'{prompt.name}' speaks '{name}', which is known only {where}"
            yield view.fault(path, "V03", message, "say it there")
            return
        message = f"'{prompt.name}' speaks '{name}', and nothing is called so here"
        yield view.fault(path, "V03", message, meant(name, view.values | EVERYWHERE))
    elif known is not None and name not in known:
        way = _way_without(view, str(path[1]), name)
        message = f"'{prompt.name}' speaks '{name}', which may be unknown here{way}"
        yield view.fault(path, "V01", message, f"say it only if: known({name}), or lead elsewhere")


def _way_without(view: View, node: str, name: str) -> str:
    """A way that leads to *node* and does not know *name*, in words; empty for its beginning."""
    known = known_at(view)
    for before, so_far in known.items():
        for outcome, target in view.edges.get(before, {}).items():
            if target == node and name not in _after(view.nodes[before], outcome, so_far):
                return f", on the way from {before} by {outcome}"
    return ""


def _style(
    view: View, types: Types, path: Path, prompt: FoundPrompt, part: Hole | Form, given: Given
) -> Iterator[Fault]:
    row = types.missing_field(part.path, given)
    if row is not None:
        field = next(one for one in part.path.split(".")[1:] if one not in row.fields)
        message = f"'{prompt.name}' speaks '{part.path}', and there is no '{field}' in {row.what}"
        yield view.fault(path, "V04", message, meant(field, row.fields))
        return
    kind = types.of_name(part.path, given)
    style = part.style if isinstance(part, Hole) else "number"
    if kind is None or style not in STYLES or _can_speak(kind, style):
        return
    fitting = [name for name in STYLES if _can_speak(kind, name)]
    hint = f"it is spoken as {', '.join(fitting)}" if fitting else "speak one of its fields"
    message = f"'{prompt.name}' speaks '{part.path}' as {style}, and what is there is {shown(kind)}"
    yield view.fault(path, "P09", message, hint)


def _can_speak(kind: Type, style: str) -> bool:
    if isinstance(kind, Row):
        return False
    if isinstance(kind, ListOf):
        return "list" in SPOKEN_AS_TYPES[style]
    return kind not in PLAIN_TYPES or kind in SPOKEN_AS_TYPES[style]
