"""N: names. Of files, nodes, prompts and values; words that are taken."""

from collections.abc import Iterator

from switchboard.flow.checks.views import View, owners, views
from switchboard.flow.faults import Fault
from switchboard.flow.folder import Folder, SourceFile
from switchboard.flow.names import NOT_NODES, NOT_PROMPTS, NOT_VALUES
from switchboard.flow.source import Path

_TAKEN = "it is a word of the language or of YAML; take another one"


def check(folder: Folder) -> Iterator[Fault]:
    """Yield the faults of names."""
    files = [*folder.flows.values(), *folder.libraries.values()]
    for source in files:
        yield from _file_name(source)
    if folder.centre is not None and not folder.centre.document.file.endswith("centre.yaml"):
        yield folder.centre.document.fault(
            ("centre",), "N01", "the file of a centre is called centre.yaml", "rename the file"
        )
    for source, _ in owners(folder):
        for prompt in (*source.parts.texts, *source.parts.sounds):
            if prompt in NOT_PROMPTS:
                yield _taken(source, ("prompts", prompt), "prompt")
    for view in views(folder):
        yield from _nodes_and_values(view)


def _file_name(source: SourceFile) -> Iterator[Fault]:
    file = source.document.file.rpartition("/")[2]
    if file != f"{source.name}.yaml":
        yield source.document.fault(
            (source.kind,),
            "N01",
            f"the file {file} holds the {source.kind} '{source.name}'",
            f"rename the file to {source.name}.yaml, or the {source.kind}",
        )


def _nodes_and_values(view: View) -> Iterator[Fault]:
    for name in view.nodes:
        if name in NOT_NODES:
            yield _taken(view.source, ("nodes", name), "node")
    for name in view.file.takes:
        if name in NOT_VALUES:
            yield _taken(view.source, ("takes", name), "value")
    seen: set[tuple[str, str]] = set()
    for node, made in view.made():
        if made.name in NOT_VALUES and (node.name, made.name) not in seen:
            seen.add((node.name, made.name))
            yield _taken(view.source, _where(view, node.name, made.name), "value")


def _where(view: View, node: str, name: str) -> Path:
    """Where a node names the value that it makes."""
    for path in ((("nodes", node, "set", name)), ("nodes", node, "keep_as")):
        if view.document.get(path) is not None:
            return path
    return ("nodes", node)


def _taken(source: SourceFile, path: Path, what: str) -> Fault:
    of_key = path[-1] != "keep_as"
    name = source.document.get(path) if not of_key else path[-1]
    return source.document.fault(
        path, "N02", f"'{name}' cannot name a {what}", _TAKEN, of_key=of_key
    )
