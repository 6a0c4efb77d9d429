"""F: ways through flows. Every outcome leads somewhere, every node is reached, no loop spins."""

from collections.abc import Iterator, Mapping

from switchboard.flow.checks.views import View, views
from switchboard.flow.faults import Fault, meant
from switchboard.flow.folder import Folder
from switchboard.flow.kind import Keys
from switchboard.flow.kinds.end import End
from switchboard.flow.kinds.run import RunNode
from switchboard.flow.names import AGAIN, BACK, KEYS, MARKS, OTHERWISE
from switchboard.flow.nodes import GOOD
from switchboard.flow.program import Node
from switchboard.flow.source import Path

ALWAYS = frozenset({OTHERWISE, "failed", "hung_up", "too_often"})
INHERITABLE = KEYS | {"silent", "wrong", "failed", "hung_up", "too_often"}


def check(folder: Folder) -> Iterator[Fault]:
    """Yield the faults of ways."""
    for view in views(folder):
        yield from _start(view)
        yield from _everywhere(view)
        for node in view.nodes.values():
            yield from _targets(view, node)
            yield from _outcomes(view, node)
            if isinstance(node.model, RunNode):
                yield from _run(view, node, node.model)
            if isinstance(node.model, End):
                yield from _end(view, node, node.model)
        yield from _unreached(view)
        yield from _spinning(view)
        yield from _ends(view)
    yield from _circles(folder)


def _start(view: View) -> Iterator[Fault]:
    if view.file.start not in view.node_names:
        hint = meant(view.file.start, view.node_names)
        yield view.fault(("start",), "F09", f"there is no node '{view.file.start}'", hint)


def _everywhere(view: View) -> Iterator[Fault]:
    for outcome, target in view.file.everywhere.then.items():
        path = ("everywhere", "then", outcome)
        if outcome not in INHERITABLE:
            hint = "there may stand keys, silent, wrong, failed, hung_up, too_often"
            yield view.fault(
                path, "F12", f"'{outcome}' is no outcome of all nodes", hint, of_key=True
            )
        if target not in view.node_names and target not in (BACK, AGAIN):
            yield view.fault(path, "F09", f"there is no node '{target}'", _node_hint(view, target))


def _node_hint(view: View, target: str) -> str:
    if target in view.source.parts.texts:
        return f"'{target}' is a prompt; under then stand nodes"
    return meant(target, view.node_names)


def _targets(view: View, node: Node) -> Iterator[Fault]:
    for outcome, target in node.model.then.items():
        if target not in view.node_names and target not in (BACK, AGAIN):
            path = ("nodes", node.name, "then", outcome)
            yield view.fault(path, "F09", f"there is no node '{target}'", _node_hint(view, target))


def _outcomes(view: View, node: Node) -> Iterator[Fault]:
    verb, written = node.kind.verb, node.model.then
    needed = view.outcomes[node.name]
    if not needed and not _is_run(node):
        if written:
            hint = "what comes next is said by whoever runs the flow"
            yield view.fault(
                ("nodes", node.name, "then"), "F06", f"{verb} has no `then`", hint, of_key=True
            )
        return
    for outcome in written:
        yield from _possible(view, node, outcome, needed)
    for outcome in needed:
        if node.target(outcome) is None:
            hint = f"add it under then: {outcome}: NODE" + (
                ", or for all nodes under everywhere" if outcome in INHERITABLE else ""
            )
            yield view.fault(
                ("nodes", node.name), "F07", f"outcome '{outcome}' of {verb} leads nowhere", hint,
                of_key=True,
            )  # fmt: skip
    if node.model.visits is not None and node.target("too_often") is None:
        hint = "add too_often under then, or for all nodes under everywhere"
        message = "nothing says where a caller goes who comes here once too often"
        yield view.fault(("nodes", node.name, "visits"), "F08", message, hint, of_key=True)


def _is_run(node: Node) -> bool:
    return isinstance(node.model, RunNode)


def _possible(view: View, node: Node, outcome: str, needed: tuple[str, ...]) -> Iterator[Fault]:
    """Is an outcome that is written one that can come?"""
    path = ("nodes", node.name, "then", outcome)
    if outcome == GOOD:
        if len(needed) > 1 and node.kind.verb in ("decide", "match", "split", "run"):
            hint = "write then: {outcome: node, ...}"
            yield view.fault(path, "F06", f"{node.kind.verb} has several outcomes", hint)
        return
    if outcome in KEYS:
        yield from _possible_key(view, node, outcome)
        return
    if outcome in needed or outcome in ALWAYS:
        return
    if _is_run(node):
        other = view.flow(str(node.model.run))  # type: ignore[attr-defined]
        if other is not None:
            hint = meant(outcome, other.file.ends)
            message = f"flow '{node.model.run}' does not end by '{outcome}'"  # type: ignore[attr-defined]
            yield view.fault(path, "F05", message, hint, of_key=True)
        return
    hint = meant(outcome, needed)
    message = f"{node.kind.verb} has no outcome '{outcome}'"
    yield view.fault(path, "F06", message, hint, of_key=True)


def _possible_key(view: View, node: Node, key: str) -> Iterator[Fault]:
    path = ("nodes", node.name, "then", key)
    keys = node.kind.keys
    if keys is Keys.NONE:
        hint = "keys lead on from menu, ask, choose, verify, change_secret and queue"
        yield view.fault(path, "F06", f"{node.kind.verb} takes no keys", hint, of_key=True)
    elif keys is Keys.MARKS and key not in MARKS and not _is_choice(node):
        hint = "star and hash can lead elsewhere, as the first key"
        yield view.fault(path, "K03", f"key {key} is part of the answer here", hint, of_key=True)


def _is_choice(node: Node) -> bool:
    return str(getattr(node.model, "answer", "")) == "choice"


def _run(view: View, node: Node, model: RunNode) -> Iterator[Fault]:
    path = ("nodes", node.name, "run")
    other = view.flow(model.run.name)
    if other is None:
        if view.full_flow_name(model.run.name) not in view.folder.broken:
            known = view.folder.flows
            yield view.fault(
                path, "F02", f"there is no flow '{model.run}'", meant(model.run.name, known)
            )
        return
    yield from _handed(view, ("nodes", node.name), model.with_, other, of_key=True)


def _handed(
    view: View, at: Path, handed: Mapping[str, object], other: View, *, of_key: bool
) -> Iterator[Fault]:
    takes = other.file.takes
    for name in handed:
        if name not in takes:
            message = f"flow '{other.file.flow}' takes no '{name}'"
            yield view.fault((*at, "with", name), "F03", message, meant(name, takes), of_key=True)
    for name in takes:
        if name not in handed:
            message = f"flow '{other.file.flow}' takes '{name}', and nothing is handed over"
            yield view.fault(at, "F04", message, f"add with: {{{name}: ...}}", of_key=of_key)


def _end(view: View, node: Node, model: End) -> Iterator[Fault]:
    path = ("nodes", node.name, "end")
    if model.end.name not in view.file.ends:
        hint = (
            meant(model.end.name, view.file.ends) if view.file.ends else "write ends: [...] above"
        )
        yield view.fault(path, "F01", f"'{model.end}' is none of the flow's ends", hint)
    for name in model.with_:
        if name not in view.file.gives:
            hint = meant(name, view.file.gives) if view.file.gives else "write gives: {...} above"
            given = ("nodes", node.name, "with", name)
            yield view.fault(given, "F15", f"the flow gives no '{name}'", hint, of_key=True)


def _ends(view: View) -> Iterator[Fault]:
    reached = {str(node.model.end) for node in view.nodes.values() if isinstance(node.model, End)}
    targets = {target for node in view.nodes.values() for target in (*node.own.values(),)}
    if BACK in targets | set(view.file.everywhere.then.values()):
        reached.add(BACK)
    if view.node_names != view.nodes.keys():
        return  # a node with a fault of its own may be the one
    for number, end in enumerate(view.file.ends):
        if end not in reached:
            hint = f"add a node {{end: {end}}}, or remove it"
            yield view.fault(("ends", number), "F14", f"no node ends by '{end}'", hint)


def _unreached(view: View) -> Iterator[Fault]:
    if view.file.start not in view.nodes or view.node_names != view.nodes.keys():
        return  # what a broken node leads to nobody can say
    reached = _from(view, view.file.start)
    lost = [name for name in view.nodes if name not in reached]
    led_to = {target for name in lost for target in view.edges[name].values() if target != name}
    # Only where a lost way begins is said: the rest is found again with its beginning.
    for name in sorted(lost, key=lambda name: name in led_to):
        if name not in reached:
            reached |= _from(view, name)
            hint = "name it under then of some node, or remove it"
            yield view.fault(
                ("nodes", name), "F10", f"nothing leads to node '{name}'", hint, of_key=True
            )


def _from(view: View, start: str) -> set[str]:
    """The nodes that are reached from *start*, itself among them."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in view.nodes:
            reached.add(name)
            waiting.extend(view.edges[name].values())
    return reached


def _spinning(view: View) -> Iterator[Fault]:
    """A loop of nodes none of which waits would run for ever, in no time."""
    quick = {name for name, node in view.nodes.items() if not node.kind.waits}
    for name in view.nodes:
        if name in quick:
            loop = _loop_from(view, name, quick)
            if loop and name == min(loop):
                ways = " -> ".join((*loop, loop[0]))
                hint = "lead through a node that waits for somebody, such as a menu"
                yield view.fault(
                    ("nodes", name), "F11", f"a loop without a wait: {ways}", hint, of_key=True
                )


def _loop_from(view: View, start: str, quick: set[str]) -> list[str]:
    """The nodes of a loop through *start* that stays among *quick*; empty when there is none."""
    stack = [(start, [start])]
    seen: set[str] = set()
    while stack:
        name, way = stack.pop()
        for outcome, target in view.edges[name].items():
            if outcome in ("hung_up", "too_often") or target not in quick:
                continue
            if target == start:
                return way
            if target not in seen:
                seen.add(target)
                stack.append((target, [*way, target]))
    return []


def _circles(folder: Folder) -> Iterator[Fault]:
    """Flows that run each other in a circle would nest until the limit."""
    found = {view.name: view for view in views(folder)}
    runs = {
        name: [
            (node.name, view.full_flow_name(str(node.model.run)))  # type: ignore[attr-defined]
            for node in view.nodes.values()
            if _is_run(node)
        ]
        for name, view in found.items()
    }
    for name, view in found.items():
        for node, other in runs[name]:
            if _reaches(other, name, runs):
                message = f"flow '{other}' runs '{name}' again, flow in flow without end"
                hint = "end the inner flow, and let the outer one go on"
                yield view.fault(("nodes", node, "run"), "F13", message, hint)


def _reaches(start: str, goal: str, runs: Mapping[str, list[tuple[str, str]]]) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(other for _, other in runs.get(name, []))
    return False


def handed_over(view: View, at: Path, handed: Mapping[str, object], other: View) -> Iterator[Fault]:
    """Yield what is wrong with what a number hands to a flow; *view* says whose file it is."""
    yield from _handed(view, at, handed, other, of_key=True)
