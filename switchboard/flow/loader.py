"""The loader: the files of a centre become a program, or every mistake in them.

Reads each file, gives its parts their form, lets the checks look at all of it together, and, when
there is no fault, makes the program. Nothing stops at the first mistake.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from switchboard.flow.centre_forms import BUILT_IN_SOURCES, calendars_of
from switchboard.flow.checks import check
from switchboard.flow.faults import Fault, meant
from switchboard.flow.files import Centre, FlowFile, LibraryFile
from switchboard.flow.folder import Folder, SourceFile
from switchboard.flow.nodes import LISTENING_DEFAULTS
from switchboard.flow.parts import Parts, read_parts, validated
from switchboard.flow.program import Flow, Node, Program, inherited_ways, own_ways
from switchboard.flow.prompts import Prompt, Words, make_prompt
from switchboard.flow.source import Document, read_yaml
from switchboard.flow.texts import Fixed, Form, Hole, Text
from switchboard.flow.types import typed

_FORMS: Mapping[str, type[FlowFile] | type[LibraryFile] | type[Centre]] = {
    "flow": FlowFile,
    "library": LibraryFile,
    "centre": Centre,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the files.

    Attributes:
        faults: Every mistake, in the order of files and lines.
        program: The program; None when there is any mistake.
        folder: The files, as far as they have their form: for tools that look at drafts too.
    """

    faults: tuple[Fault, ...]
    program: Program | None
    folder: Folder


def load(files: Mapping[str, str]) -> Loaded:
    """Load the flows, libraries and centre of one place.

    Args:
        files: Text of each file by its name, a path with ``/`` such as ``shop/shop.yaml``. Call
            scripts (``*.test.yaml``) are not read here.

    Returns:
        All faults, or the program. Flows without any centre file give a program whose centre is
        empty.
    """
    faults: list[Fault] = []
    folder = read_folder(files, faults)
    faults.extend(check(folder))
    program = _make_program(folder) if not faults else None
    return Loaded(tuple(sorted(_told_once(faults))), program, folder)


def _told_once(faults: list[Fault]) -> set[Fault]:
    """Leave out what is wrong only because the YAML is: its fault hides what is missing."""
    broken = [one for one in faults if one.code.startswith("Y")]
    places = {(one.file, one.line, one.column) for one in broken}
    files = {one.file for one in broken}
    cut = {one.file for one in broken if one.code == "Y06"}
    return {
        one
        for one in faults
        if one.code.startswith("Y")
        or not (
            (one.file, one.line, one.column) in places
            or (one.file in files and one.code in _MISSING)
            or (one.file in cut and one.code == "S01")
        )
    }


_MISSING = frozenset({"F09", "F10", "F14", "K01", "K02", "P08", "S03"})
"""What is said of things that are missing: a fault of the YAML may have swallowed them."""


def read_folder(files: Mapping[str, str], faults: list[Fault]) -> Folder:
    """Read files and give each its form, as far as it has one; faults are added to *faults*."""
    sources: list[SourceFile] = []
    broken: set[str] = set()
    for name in sorted(files):
        if not name.endswith(".test.yaml"):
            source = _read(read_yaml(files[name], name), faults)
            if source is not None:
                sources.append(source)
            else:
                broken.update(_names_of(name))
    return Folder.of(sources, broken, faults)


def _names_of(file: str) -> Iterator[str]:
    """What a file that cannot be read would be called."""
    folder, _, name = file.removesuffix(".yaml").rpartition("/")
    yield name
    yield f"{folder.rpartition('/')[2]}.{name}"


def _read(document: Document, faults: list[Fault]) -> SourceFile | None:
    """Give a file its form, as far as it has one."""
    faults.extend(document.faults)
    root = document.root
    if document.broken:
        return None
    if not isinstance(root, dict) or not root:
        faults.append(document.fault((), "N07", "the file is empty", "begin with flow: NAME"))
        return None
    kind = next(iter(root))
    form = _FORMS.get(kind)
    if form is None:
        hint = meant(kind, _FORMS)
        message = f"the first key says what the file is, and '{kind}' is nothing"
        faults.append(document.fault((kind,), "N07", message, hint, of_key=True))
        return None
    parts = read_parts(document, root) if kind != "centre" else Parts()
    faults.extend(parts.faults)
    found: list[Fault] = []
    model = validated(document, form, root, (), found)
    faults.extend(found)
    lost: frozenset[tuple[str, str]] = frozenset()
    if model is None and kind == "centre":
        model, lost = _without_faulty_things(document, root)
    return None if model is None else SourceFile(document, kind, model, parts, lost)


def _without_faulty_things(
    document: Document, root: Mapping[str, Any]
) -> tuple[Centre | None, frozenset[tuple[str, str]]]:
    """Return a centre without the things in it that have faults, so that the rest is checked."""
    try:
        Centre.model_validate(root)
    except ValidationError as error:
        places = [detail["loc"] for detail in error.errors(include_url=False)]
        if any(len(loc) < 2 for loc in places):
            return None, frozenset()
        lost = frozenset((str(loc[0]), str(loc[1])) for loc in places)
        whole = {
            key: {name: one for name, one in things.items() if (key, name) not in lost}
            if isinstance(things, dict)
            else things
            for key, things in root.items()
        }
        return validated(document, Centre, whole, (), []), lost
    return None, frozenset()


# --- making the program --------------------------------------------------------------------------


def _make_program(folder: Folder) -> Program:
    prompts, words = _make_prompts(folder), _make_words(folder)
    flows = {name: _make_flow(name, source, folder) for name, source in folder.flows.items()}
    reaches = {name: _reach(name, flows) for name in flows}
    centre = folder.centre.model if folder.centre is not None else Centre(centre="none")
    assert isinstance(centre, Centre)
    calendars = calendars_of(centre.calendars)
    sources = {**BUILT_IN_SOURCES, **centre.sources}
    return Program(
        flows=flows,
        prompts=prompts,
        words=words,
        centre=centre,
        zone=centre.zone or next((one.zone for one in calendars.values()), ZoneInfo("UTC")),
        versions={name: _version(reaches[name], flows, folder) for name in flows},
        reaches=reaches,
        fields={name: dict(source.fields) for name, source in sources.items()},
        calendars=calendars,
    )


def _make_flow(name: str, source: SourceFile, folder: Folder) -> Flow:
    file = source.model
    assert isinstance(file, FlowFile)
    nodes = {}
    for node_name, (kind, model) in source.parts.nodes.items():
        node = Node(
            name=node_name,
            kind=kind,
            model=model,
            own=own_ways(kind, model),
            inherited=inherited_ways(kind, file.everywhere.then),
            listening=_listening(model, file),
        )
        nodes[node_name] = replace(node, prepared=kind.prepare(node))
    return Flow(name, file, nodes, folder.library_of(name), _defaults(name, file, folder))


def _defaults(name: str, file: FlowFile, folder: Folder) -> dict[str, Any]:
    """The settings of a flow as this place has them, else as the flow says."""
    centre = folder.centre.model if folder.centre is not None else None
    here = centre.settings.get(name, {}) if isinstance(centre, Centre) else {}
    return {
        key: typed(here.get(key, setting.default), setting.type, {})
        for key, setting in file.settings.items()
    }


def _listening(model: object, file: FlowFile) -> Mapping[str, Any]:
    """How a node listens: as it says itself, as `everywhere` says, as the engine assumes."""
    return {
        key: next(
            (
                value
                for place in (model, file.everywhere)
                if (value := getattr(place, key, None)) is not None
            ),
            default,
        )
        for key, default in LISTENING_DEFAULTS.items()
    }


def _reach(name: str, flows: Mapping[str, Flow]) -> frozenset[str]:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        found = waiting.pop()
        if found not in reached:
            reached.add(found)
            flow = flows[found]
            waiting.extend(flow.full_name(other) for other in flow.runs())
    return frozenset(reached)


def _version(reached: frozenset[str], flows: Mapping[str, Flow], folder: Folder) -> str:
    """The hash of everything that a flow can reach: what it says, not how it is laid out."""
    libraries = {library for name in reached for library in flows[name].file.uses}
    takes = {kind for name in reached for kind in flows[name].file.takes.values()}
    if folder.centre is not None and isinstance(folder.centre.model, Centre) and "prompt" in takes:
        libraries.update(folder.centre.model.uses)
    content = {
        "flows": {name: folder.flows[name].document.root for name in sorted(reached)},
        "libraries": {name: folder.libraries[name].document.root for name in sorted(libraries)},
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _make_prompts(folder: Folder) -> dict[str, Prompt]:
    found: dict[str, Prompt] = {}
    for owner, source in folder.owners():
        in_library = source.kind == "library"
        for name, texts in source.parts.texts.items():
            full = {
                language: _with_full_tables(text, owner, folder) for language, text in texts.items()
            }
            prompt = make_prompt(name, owner, full, in_library=in_library)
            found[prompt.name] = prompt
        for name, sound in source.parts.sounds.items():
            prompt = make_prompt(name, owner, {}, in_library=in_library, sound=sound)
            found[prompt.name] = prompt
    return found


def _with_full_tables(text: Text, owner: str, folder: Folder) -> Text:
    """Name every word table in full, so that speaking need not know who owns a prompt."""

    def part_of(part: Fixed | Hole | Form) -> Fixed | Hole | Form:
        if not isinstance(part, Hole):
            return part
        return Hole(part.path, folder.full_style(part.style, owner))

    return replace(text, parts=tuple(part_of(part) for part in text.parts))


def _make_words(folder: Folder) -> dict[str, Words]:
    return dict(_words(folder))


def _words(folder: Folder) -> Iterator[tuple[str, Words]]:
    for owner, source in folder.owners():
        for name, rows in source.parts.words.items():
            full = f"{owner}.{name}"
            yield full, Words(full, rows)
