"""The parts of a file whose form depends on what stands in them: nodes, prompts, words.

Each is given its form on its own, so that one mistake hides no other. What has a fault is left out,
and its fault is kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from switchboard.flow.faults import Fault, meant
from switchboard.flow.kind import Kind
from switchboard.flow.kinds import KINDS
from switchboard.flow.names import NAME_RULE, is_name
from switchboard.flow.nodes import NodeModel
from switchboard.flow.shapes import shape_faults
from switchboard.flow.source import Document, Path, Scalar
from switchboard.flow.texts import BadText, Text, read_text

_COMMON = frozenset({"about", "visits", "then"})


@dataclass(slots=True)
class Parts:
    """The parts of one file.

    Attributes:
        nodes: Kind and model of each node that has its form.
        texts: Texts of each prompt by language.
        sounds: Prompts that are a sound.
        words: Rows of each word table: code, language, word.
        faults: Everything that has not its form.
    """

    nodes: dict[str, tuple[Kind[Any], NodeModel]] = field(default_factory=dict)
    texts: dict[str, dict[str, Text]] = field(default_factory=dict)
    sounds: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_parts(document: Document, root: Mapping[str, Any]) -> Parts:
    """Give every node, prompt and word table of a file its form."""
    parts = Parts()
    for name, written in _entries(document, root, "nodes", parts):
        _read_node(document, name, written, parts)
    for name, written in _entries(document, root, "prompts", parts):
        _read_prompt(document, name, written, parts)
    for name, written in _entries(document, root, "words", parts):
        _read_words(document, name, written, parts)
    return parts


def validated(
    document: Document, model: type[BaseModel], written: object, at: Path, faults: list[Fault]
) -> Any:  # noqa: ANN401 - an instance of *model*
    """Return *written* as a *model*, or None; what is wrong is added to *faults*."""
    try:
        return model.model_validate(written)
    except ValidationError as error:
        faults.extend(shape_faults(document, error, model, at))
        return None


def _entries(
    document: Document, root: Mapping[str, Any], key: str, parts: Parts
) -> Iterator[tuple[str, Any]]:
    found = root.get(key, {})
    if not isinstance(found, dict):
        parts.faults.append(
            document.fault((key,), "S01", "entries of the form 'name: ...' stand here")
        )
        return
    for name, written in found.items():
        if is_name(name):
            yield name, written
        else:
            parts.faults.append(
                document.fault((key, name), "N05", f"'{name}' is no name", NAME_RULE, of_key=True)
            )


def _read_node(document: Document, name: str, written: object, parts: Parts) -> None:
    at: Path = ("nodes", name)
    if not isinstance(written, dict):
        hint = "such as {play: welcome, then: main}"
        parts.faults.append(document.fault(at, "S04", f"node '{name}' has no verb", hint))
        return
    verbs = [key for key in written if key in KINDS]
    if len(verbs) == 1:
        kind = KINDS[verbs[0]]
        model = validated(document, kind.model, written, at, parts.faults)
        if model is not None:
            parts.nodes[name] = (kind, model)
    elif verbs:
        hint = "one node, one verb: make two nodes of it"
        parts.faults.append(
            document.fault((*at, verbs[1]), "N04", f"a second verb '{verbs[1]}'", hint, of_key=True)
        )
    else:
        parts.faults.append(_no_verb(document, at, written))


def _no_verb(document: Document, at: Path, written: Mapping[str, Any]) -> Fault:
    first = next((key for key in written if key not in _COMMON), None)
    if first is None:
        return document.fault(at, "N03", "the node has no verb", "begin with play, menu, ask, ...")
    path = (*at, first)
    return document.fault(
        path, "N03", f"'{first}' is no kind of node", meant(first, KINDS), of_key=True
    )


def _read_prompt(document: Document, name: str, written: object, parts: Parts) -> None:
    at: Path = ("prompts", name)
    if not isinstance(written, dict):
        hint = 'one line for each language, such as en: "Welcome."'
        parts.faults.append(document.fault(at, "S04", f"prompt '{name}' has no languages", hint))
        return
    if "sound" in written:
        _read_sound(document, at, written, parts)
        return
    texts: dict[str, Text] = {}
    for language, source in written.items():
        text = _read_one_text(document, (*at, language), source, parts)
        if text is not None:
            texts[language] = text
    parts.texts[name] = texts


def _read_sound(document: Document, at: Path, written: Mapping[str, Any], parts: Parts) -> None:
    for key in written:
        if key != "sound":
            hint = "a sound has no words; make a prompt of its own"
            parts.faults.append(
                document.fault(
                    (*at, key), "S02", f"there is no key '{key}' here", hint, of_key=True
                )
            )
    name = written["sound"]
    if isinstance(name, str) and is_name(name):
        parts.sounds[str(at[1])] = str(name)
    else:
        parts.faults.append(document.fault((*at, "sound"), "N05", "a sound has a name", NAME_RULE))


def _read_one_text(document: Document, at: Path, source: object, parts: Parts) -> Text | None:
    if not isinstance(source, Scalar):
        parts.faults.append(document.fault(at, "S01", "a text in quotes stands here"))
        return None
    if not source.quoted and source:
        parts.faults.append(
            document.fault(
                at, "P12", "what callers hear stands in double quotes", f'write "{source}"'
            )
        )
    try:
        return read_text(str(source))
    except BadText as bad:
        parts.faults.append(document.fault(at, bad.code, str(bad), bad.hint))
        return None


def _read_words(document: Document, name: str, written: object, parts: Parts) -> None:
    at: Path = ("words", name)
    if not isinstance(written, dict):
        hint = 'one line for each code, such as held: {en: "held up"}'
        parts.faults.append(document.fault(at, "S04", f"word table '{name}' has no rows", hint))
        return
    rows: dict[str, dict[str, str]] = {}
    for code, texts in written.items():
        if not isinstance(texts, dict):
            parts.faults.append(
                document.fault((*at, code), "S01", "one word for each language stands here")
            )
            continue
        rows[code] = {
            language: str(word) for language, word in texts.items() if isinstance(word, Scalar)
        }
    parts.words[name] = rows
