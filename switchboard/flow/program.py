"""A program: all flows of a centre, checked and made ready; what the engine runs.

Made by the loader and never changed. A flow's version is the hash of everything it can reach, so
equal versions behave alike, and a call keeps the program it began with.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from switchboard.flow.calendars import Calendar
from switchboard.flow.effects import Piece, Sound
from switchboard.flow.files import Centre, FlowFile, Number, Setting
from switchboard.flow.kind import Keys, Kind
from switchboard.flow.names import KEYS, MARKS, OTHERWISE
from switchboard.flow.nodes import GOOD, NodeModel
from switchboard.flow.prompts import Prompt, Words

_NEVER_OTHERWISE = frozenset({"failed", "hung_up", "too_often"})


@dataclass(frozen=True, slots=True)
class Node:
    """A node, ready to run.

    Attributes:
        name: Its name.
        kind: Its kind.
        model: What stands in it.
        own: The ways it has written itself.
        inherited: The ways of `everywhere` that hold for its kind.
        listening: How it listens, every key filled in; empty for kinds that do not.
        prepared: What its kind made of it beforehand.
    """

    name: str
    kind: Kind[Any]
    model: NodeModel
    own: Mapping[str, str]
    inherited: Mapping[str, str]
    listening: Mapping[str, Any] = field(default_factory=dict)
    prepared: Any = None

    def target(self, outcome: str) -> str | None:
        """Return the node that *outcome* leads to; None when it leads nowhere."""
        found = self.own.get(OTHERWISE if self.is_otherwise(outcome) else outcome)
        return self.inherited.get(outcome) if found is None else found

    def is_otherwise(self, outcome: str) -> bool:
        """Whether *outcome* goes where the node's `otherwise` says."""
        return (
            OTHERWISE in self.own
            and outcome not in self.own
            and outcome not in KEYS
            and outcome not in _NEVER_OTHERWISE
        )

    def works(self, key: str) -> bool:
        """Whether *key* leads somewhere."""
        return key in self.own or key in self.inherited

    def active_keys(self) -> frozenset[str]:
        """The keys that lead somewhere."""
        return KEYS & (self.own.keys() | self.inherited.keys())


def own_ways(kind: Kind[Any], model: NodeModel) -> dict[str, str]:
    """Return the ways that a node has written; a lone target is for the kind's good outcome."""
    good = next(iter((*kind.outcomes, *kind.own_outcomes(model))), "")
    return {good if outcome == GOOD else outcome: target for outcome, target in model.then.items()}


def inherited_ways(kind: Kind[Any], everywhere: Mapping[str, str]) -> dict[str, str]:
    """Return the ways of `everywhere` that hold for *kind*: not every key works everywhere."""
    working = {Keys.MARKS: MARKS, Keys.ALL: KEYS}.get(kind.keys, frozenset())
    return {
        outcome: target
        for outcome, target in everywhere.items()
        if outcome not in KEYS or outcome in working
    }


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow, ready to run.

    Attributes:
        name: Full name: its own, behind the library's whose folder it lies in.
        file: What its file says.
        nodes: Its nodes by name.
        library: The library whose folder it lies in; empty for a flow of the centre.
        defaults: The values of its settings until the office changes them.
    """

    name: str
    file: FlowFile
    nodes: Mapping[str, Node]
    library: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Its languages, the first one spoken first."""
        return self.file.languages

    @property
    def settings(self) -> Mapping[str, Setting]:
        """Its settings by name."""
        return self.file.settings

    def runs(self) -> Iterator[str]:
        """Yield the flows it runs, as it names them."""
        for node in self.nodes.values():
            if node.kind.verb == "run":
                yield str(node.model.run)  # type: ignore[attr-defined]

    def full_name(self, flow: str) -> str:
        """Return the full name of the flow that this one calls *flow*.

        A name without a dot is a flow beside it: in its own library's folder, or of the centre.
        """
        return flow if "." in flow or not self.library else f"{self.library}.{flow}"


@dataclass(frozen=True, slots=True)
class Program:
    """All flows of a centre.

    Attributes:
        flows: By full name.
        prompts: By full name.
        words: Word tables by full name.
        centre: The centre.
        zone: Where the centre is.
        versions: Version of each flow.
        reaches: The flows that each flow can reach, itself among them.
        fields: The fields of each source of the centre, name to type.
        calendars: The calendars of the centre.
    """

    flows: Mapping[str, Flow]
    prompts: Mapping[str, Prompt]
    words: Mapping[str, Words]
    centre: Centre
    zone: ZoneInfo
    versions: Mapping[str, str]
    reaches: Mapping[str, frozenset[str]]
    fields: Mapping[str, Mapping[str, str]]
    calendars: Mapping[str, Calendar]

    @property
    def numbers(self) -> Mapping[str, Number]:
        """The numbers of the centre, and what each begins."""
        return self.centre.numbers

    def flow(self, name: str) -> Flow:
        """Return the flow of that full name.

        Raises:
            KeyError: there is none; the message lists those there are.
        """
        try:
            return self.flows[name]
        except KeyError:
            known = ", ".join(sorted(self.flows))
            raise KeyError(f"no flow {name!r}; there are: {known}") from None

    def about(self, flow_name: str, node_name: str) -> str:
        """Return what a node is about; empty when nobody wrote it, or there is no such node."""
        flow = self.flows.get(flow_name)
        node = flow.nodes.get(node_name) if flow is not None else None
        return node.model.about if node is not None else ""

    def version(self, flow_name: str) -> str:
        """Return the version of a flow: equal as long as everything it can reach is equal."""
        self.flow(flow_name)
        return self.versions[flow_name]

    def static_pieces(self, flow_name: str) -> Iterator[Piece | Sound]:
        """Yield everything that can be spoken before a call, each once.

        That is the fixed pieces of every prompt of the flow, of the flows it can reach, and of the
        libraries that these use.
        """
        owners = set(self.reaches[self.flow(flow_name).name])
        for name in self.reaches[flow_name]:
            owners.update(self.flows[name].file.uses)
        owners.update(self.centre.uses)
        seen: set[Piece | Sound] = set()
        for prompt in self.prompts.values():
            if prompt.owner in owners:
                for piece in prompt.static():
                    if piece not in seen:
                        seen.add(piece)
                        yield piece
