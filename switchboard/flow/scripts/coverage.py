"""Which ways through the flows call scripts take, and which are left out on purpose.

A way is a node and one of its outcomes, as it is written: what `otherwise` covers is one way, and
what `everywhere` says is one way for each kind of node in the flow. The engine's own limits, which
nobody has written, are no ways. A node without an outcome (`end`, `hang_up`) is reached with the
ways that lead to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from switchboard.flow.engine import Left, Passed
from switchboard.flow.names import KEYS, OTHERWISE
from switchboard.flow.program import Flow, Node, Program
from switchboard.flow.scripts.forms import ScriptFile
from switchboard.flow.scripts.runner import CallResult

# Of these a caller can hang up; the others do their work with or without one.
_HAVE_THE_CALLER = frozenset(
    {
        *("play", "menu", "ask", "choose", "verify", "change_secret", "record", "voicemail"),
        *("survey", "queue", "dial", "conference", "receive_fax"),
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """A way through a flow.

    Attributes:
        flow: Full name of the flow.
        node: The node; of a way that `everywhere` says the first node of the kind that has it.
        outcome: The outcome, as it is written.
        kind: The kind of node for which `everywhere` says it; empty for a node's own way.
    """

    flow: str
    node: str
    outcome: str
    kind: str = ""

    def __str__(self) -> str:
        """The way in words."""
        if self.kind:
            return f"{self.flow}: {self.outcome} in any {self.kind} (everywhere)"
        return f"{self.flow}.{self.node}: {self.outcome}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What call scripts reach.

    Attributes:
        taken: The ways that some call took.
        marked: The ways that stand under `not_tested`, and were not taken.
        missing: The others.
        needless: What stands under `not_tested`, and was taken all the same.
    """

    taken: tuple[Way, ...]
    marked: tuple[Way, ...]
    missing: tuple[Way, ...]
    needless: tuple[Way, ...]

    @property
    def percent(self) -> int:
        """How much of all is taken or marked, rounded down; a program without ways is whole."""
        done = len(self.taken) + len(self.marked)
        total = done + len(self.missing)
        return 100 * done // total if total else 100

    def of_flow(self, flow: str) -> "Coverage":
        """Return what is reached of one flow."""
        parts = (self.taken, self.marked, self.missing, self.needless)
        return Coverage(*(tuple(way for way in part if way.flow == flow) for part in parts))


def measure(
    program: Program, scripts: Iterable[ScriptFile], results: Iterable[CallResult]
) -> Coverage:
    """Return what calls of scripts have reached.

    Args:
        program: The flows.
        scripts: What they leave out on purpose.
        results: How the calls went; a call that failed has reached what it reached.
    """
    index = _Index(program)
    taken = {way for result in results for one in result.passed for way in index.taken_by(one)}
    marked = {
        way
        for script in scripts
        for entry in script.not_tested
        for way in index.named(script.script, entry.node, entry.outcome)
    }
    ways = index.ways
    return Coverage(
        taken=tuple(way for way in ways if way in taken),
        marked=tuple(way for way in ways if way in marked - taken),
        missing=tuple(way for way in ways if way not in taken | marked),
        needless=tuple(way for way in ways if way in marked & taken),
    )


class _Index:
    """All ways of a program, and which of them an outcome of a node takes."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._shared: dict[tuple[str, str, str], Way] = {}
        found = (
            self._way(flow, node, outcome)
            for flow in _in_use(program)
            for node in flow.nodes.values()
            for outcome in _outcomes(program, flow, node)
        )
        self.ways = tuple(dict.fromkeys(found))
        self._known = frozenset(self.ways)

    def taken_by(self, passed: Passed) -> Iterator[Way]:
        """Yield the way that an entry of a trace took."""
        if isinstance(passed, Left):
            yield from self.named(passed.flow, passed.node, passed.outcome)

    def named(self, flow_name: str, node_name: str, outcome: str) -> Iterator[Way]:
        """Yield the way of that node and outcome; none when there is no such way."""
        owner, dot, own = node_name.rpartition(".")
        flow = self._program.flows.get(owner if dot else flow_name)
        node = flow.nodes.get(own) if flow is not None else None
        if flow is not None and node is not None:
            way = self._way(flow, node, outcome)
            if way in self._known:
                yield way

    def _way(self, flow: Flow, node: Node, outcome: str) -> Way:
        if outcome in node.own:
            return Way(flow.name, node.name, outcome)
        if outcome == OTHERWISE or node.is_otherwise(outcome):
            return Way(flow.name, node.name, OTHERWISE)
        kind = node.kind.verb
        way = Way(flow.name, node.name, outcome, kind)
        return self._shared.setdefault((flow.name, kind, outcome), way)


def _in_use(program: Program) -> Iterator[Flow]:
    """The flows of the centre and what they reach; a library may have more than a centre needs."""
    own = (name for name, flow in program.flows.items() if not flow.library)
    reached = dict.fromkeys(other for name in own for other in sorted(program.reaches[name]))
    return (program.flows[name] for name in reached)


def _outcomes(program: Program, flow: Flow, node: Node) -> Iterator[str]:
    """The outcomes that a node can have and that lead somewhere."""
    fixed = (*node.kind.outcomes, *node.kind.own_outcomes(node.model))
    if node.kind.verb == "run":
        other = flow.full_name(str(node.model.run))  # type: ignore[attr-defined]
        fixed = program.flows[other].file.ends
    yield from (outcome for outcome in fixed if node.target(outcome) is not None)
    yield from (outcome for outcome in node.own if outcome != OTHERWISE)
    yield from sorted(node.active_keys() & KEYS)
    if node.kind.verb in _HAVE_THE_CALLER and node.target("hung_up") is not None:
        yield "hung_up"
    if node.model.visits is not None and node.target("too_often") is not None:
        yield "too_often"


def not_tested_entries(missing: Iterable[Way]) -> Mapping[str, tuple[str, ...]]:
    """Return lines for `not_tested`, by flow, which only lack the reason why."""
    lines: dict[str, tuple[str, ...]] = {}
    for way in missing:
        line = f'  - {{node: {way.node}, outcome: {way.outcome}, because: ""}}'
        lines[way.flow] = (*lines.get(way.flow, ()), line)
    return lines
