"""What the checks see: each flow with its names resolved, and everything that stands in a node.

A name that belongs to a file or node with a fault of its own is taken as existing: one mistake, one
fault.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from switchboard.flow.centre_forms import BUILT_IN_SOURCES, SourceForm
from switchboard.flow.faults import Fault
from switchboard.flow.files import Centre, FlowFile, LibraryFile
from switchboard.flow.folder import Folder, SourceFile
from switchboard.flow.formulas import Formula
from switchboard.flow.kind import Kind, Made
from switchboard.flow.names import AGAIN, BACK
from switchboard.flow.nodes import NodeModel
from switchboard.flow.program import Node, inherited_ways, own_ways
from switchboard.flow.source import Path
from switchboard.flow.speeches import NOTICES, SILENCE, SpeechItem
from switchboard.flow.texts import Text
from switchboard.flow.things import Drawer, Ref


class Found(StrEnum):
    """What became of a name."""

    HERE = "here"
    MISSING = "missing"
    NOT_USED = "not_used"  # the library is there, and the file does not use it
    BROKEN = "broken"  # it is there, with faults of its own


@dataclass(frozen=True, slots=True)
class FoundPrompt:
    """A prompt that a name refers to."""

    state: Found
    owner: SourceFile | None = None
    name: str = ""

    @property
    def texts(self) -> Mapping[str, Text]:
        """Its texts by language; none for a sound and for what was not found."""
        return {} if self.owner is None else self.owner.parts.texts.get(self.name, {})


class View:
    """One flow, as the checks see it.

    Args:
        folder: All files.
        name: The flow's full name.
        source: Its file.
    """

    def __init__(self, folder: Folder, name: str, source: SourceFile) -> None:
        assert isinstance(source.model, FlowFile)
        self.folder = folder
        self.name = name
        self.source = source
        self.file: FlowFile = source.model
        self.document = source.document

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """The nodes that have their form."""
        everywhere = self.file.everywhere.then
        return {
            name: Node(name, kind, model, own_ways(kind, model), inherited_ways(kind, everywhere))
            for name, (kind, model) in self.source.parts.nodes.items()
        }

    @cached_property
    def node_names(self) -> frozenset[str]:
        """All nodes, those with faults of their own too."""
        root = self.document.root
        written = root.get("nodes", {}) if isinstance(root, dict) else {}
        return frozenset(written) if isinstance(written, dict) else frozenset()

    @cached_property
    def outcomes(self) -> dict[str, tuple[str, ...]]:
        """The outcomes of each node that must lead somewhere."""
        return {name: self._outcomes_of(node) for name, node in self.nodes.items()}

    def _outcomes_of(self, node: Node) -> tuple[str, ...]:
        if node.kind.verb == "run":
            other = self.flow(str(node.model.run))  # type: ignore[attr-defined]
            return other.file.ends if other is not None else tuple(node.own)
        return (*node.kind.outcomes, *node.kind.own_outcomes(node.model))

    @cached_property
    def edges(self) -> dict[str, dict[str, str]]:
        """The ways of each node: outcome to node. `back` and `again` are not among them."""
        return {name: dict(self._ways_of(node)) for name, node in self.nodes.items()}

    def _ways_of(self, node: Node) -> Iterator[tuple[str, str]]:
        always = (*node.active_keys(), "hung_up", "too_often")
        for outcome in dict.fromkeys((*self.outcomes[node.name], *node.own, *always)):
            target = node.target(outcome)
            if target is not None and target not in (BACK, AGAIN):
                yield outcome, target

    def made(self) -> Iterator[tuple[Node, Made]]:
        """Yield every value that a node makes."""
        for node in self.nodes.values():
            for made in node.kind.makes(node.model):
                yield node, made

    @cached_property
    def values(self) -> frozenset[str]:
        """The names of all its values; those of nodes with faults of their own too."""
        made = (one.name for _, one in self.made())
        return frozenset({*self.file.takes, *made, *self._values_of_broken_nodes()})

    def _values_of_broken_nodes(self) -> Iterator[str]:
        for name in self.node_names - self.nodes.keys():
            written = self.document.get(("nodes", name))
            if isinstance(written, dict):
                yield str(written.get("keep_as", ""))
                kept = written.get("set")
                yield from kept if isinstance(kept, dict) else ()

    # --- names ------------------------------------------------------------------------------------

    def flow(self, name: str) -> "View | None":
        """Return the flow that it calls *name*; None when there is none, or it has no form."""
        full = self.full_flow_name(name)
        source = self.folder.flows.get(full)
        return None if source is None else View(self.folder, full, source)

    def runs(self) -> Iterator["View"]:
        """Yield the flows that it runs."""
        for node in self.nodes.values():
            if node.kind.verb == "run":
                other = self.flow(str(node.model.run))  # type: ignore[attr-defined]
                if other is not None:
                    yield other

    def full_flow_name(self, name: str) -> str:
        """Return the full name of the flow that it calls *name*."""
        library = self.folder.library_of(self.name)
        return name if "." in name or not library else f"{library}.{name}"

    def prompt(self, name: str) -> FoundPrompt:
        """Return the prompt that it calls *name*."""
        owner, dot, inner = name.rpartition(".")
        if not dot:
            return _prompt_of(self.source, name)
        library = self.folder.libraries.get(owner)
        if library is None:
            broken = owner in self.folder.broken
            return FoundPrompt(Found.BROKEN if broken else Found.MISSING)
        if owner not in self.file.uses:
            return FoundPrompt(Found.NOT_USED)
        return _prompt_of(library, inner)

    def fault(
        self, path: Path, code: str, message: str, hint: str = "", *, of_key: bool = False
    ) -> Fault:
        """Return a fault in its file."""
        return self.document.fault(path, code, message, hint, of_key=of_key)


def _prompt_of(source: SourceFile, name: str) -> FoundPrompt:
    if name in source.parts.texts or name in source.parts.sounds:
        return FoundPrompt(Found.HERE, source, name)
    root = source.document.root
    written = root.get("prompts", {}) if isinstance(root, dict) else {}
    broken = isinstance(written, dict) and name in written
    return FoundPrompt(Found.BROKEN if broken else Found.MISSING)


def views(folder: Folder) -> Iterator[View]:
    """Yield every flow."""
    for name, source in folder.flows.items():
        yield View(folder, name, source)


def views_in_use(folder: Folder) -> Iterator[View]:
    """Yield the flows of the centre, and the flows of libraries that they can reach.

    A flow of a library that nobody here runs may name what this centre has not.
    """
    seen: set[str] = set()
    waiting = [view for view in views(folder) if not folder.library_of(view.name)]
    while waiting:
        view = waiting.pop(0)
        if view.name not in seen:
            seen.add(view.name)
            yield view
            waiting.extend(view.runs())


def centre_of(folder: Folder) -> Centre | None:
    """Return the centre, when there is one that has its form."""
    model = folder.centre.model if folder.centre is not None else None
    return model if isinstance(model, Centre) else None


def things_of(folder: Folder, drawer: str) -> Mapping[str, object]:
    """Return the things in a drawer of the centre.

    Those that every centre has are among them, and those that have faults of their own.
    """
    centre = centre_of(folder)
    found: Mapping[str, object] = getattr(centre, drawer) if centre is not None else {}
    own = BUILT_IN_SOURCES if drawer == "sources" else {}
    lost = folder.centre.lost if folder.centre is not None else ()
    return {**own, **{name: None for place, name in lost if place == drawer}, **found}


def sources_of(folder: Folder) -> dict[str, SourceForm]:
    """Return the sources of the centre that have their form."""
    centre = centre_of(folder)
    return {**BUILT_IN_SOURCES, **(centre.sources if centre is not None else {})}


# --- everything that stands in a node -------------------------------------------------------------


def walk(value: object, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield every model, reference and formula below *value* with its path, *value* first."""
    if isinstance(value, BaseModel):
        yield path, value
        for name, field in type(value).model_fields.items():
            if name in value.model_fields_set:
                yield from walk(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from walk(inner, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            yield from walk(inner, (*path, number))
    elif isinstance(value, (Ref, Formula)):
        yield path, value


def contents(view: View) -> Iterator[tuple[Node, Path, Any]]:
    """Yield everything that stands in the nodes of a flow."""
    for name, node in view.nodes.items():
        for path, value in walk(node.model, ("nodes", name)):
            yield node, path, value


def speeches(view: View) -> Iterator[tuple[Node, Path, SpeechItem]]:
    """Yield every item of every speech in the nodes of a flow."""
    for node, path, value in contents(view):
        if isinstance(value, SpeechItem):
            yield node, path, value


def prompt_refs(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the names of prompts that stand below *value*."""
    for at, found in walk(value, path):
        is_prompt = isinstance(found, Ref) and found.drawer is Drawer.PROMPT
        if is_prompt and found.name not in (NOTICES, SILENCE):
            yield at, found.name


def all_prompt_refs(view: View) -> Iterator[tuple[Path, str]]:
    """Yield the names of prompts in a flow's nodes and in its `everywhere`."""
    for name, node in view.nodes.items():
        yield from prompt_refs(node.model, ("nodes", name))
    yield from prompt_refs(view.file.everywhere, ("everywhere",))


def owners(folder: Folder) -> Iterator[tuple[SourceFile, FlowFile | LibraryFile]]:
    """Yield every file that has prompts and words."""
    for _, source in folder.owners():
        if isinstance(source.model, (FlowFile, LibraryFile)):
            yield source, source.model


__all__ = [
    "Found",
    "FoundPrompt",
    "Kind",
    "NodeModel",
    "View",
    "all_prompt_refs",
    "centre_of",
    "contents",
    "owners",
    "prompt_refs",
    "sources_of",
    "speeches",
    "things_of",
    "views",
    "views_in_use",
    "walk",
]
