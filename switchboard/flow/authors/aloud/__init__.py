"""Reads a flow aloud: every node as a sentence, with what callers hear in its place.

For a customer who signs what was agreed, and for a colleague on the telephone. A kind of node is
read by its keys, in their order, each with the phrase that its language has for it; a test fails
when a key has none. One module for each language.
"""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from switchboard.flow.authors.aloud import en, zh
from switchboard.flow.authors.aloud.phrases import Phrases
from switchboard.flow.authors.form import node_keys
from switchboard.flow.files import FlowFile
from switchboard.flow.folder import Folder, SourceFile
from switchboard.flow.formulas import Formula
from switchboard.flow.kind import Kind
from switchboard.flow.names import AGAIN, BACK, KEYS, OTHERWISE
from switchboard.flow.nodes import NodeModel
from switchboard.flow.program import inherited_ways, own_ways
from switchboard.flow.speeches import NOTICES, SILENCE, SpeechItem
from switchboard.flow.spoken import speak
from switchboard.flow.texts import Fixed, Form, Hole
from switchboard.flow.written import read_span

LANGUAGES: Mapping[str, Phrases] = {"en": en.PHRASES, "zh": zh.PHRASES}
_ANYWHERE = frozenset({"silent", "wrong", "failed", "hung_up", "too_often", OTHERWISE})
_SPAN = re.compile(r"\d{1,9}(ms|s|m|h|d)")
_RANGE = re.compile(r"(\d+) to (\d+)")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What is read of one node, or of the head of a flow.

    Attributes:
        title: Its name.
        sentences: What is said of it.
    """

    title: str
    sentences: tuple[str, ...]


def read_aloud(folder: Folder, flow: str, language: str, version: str) -> tuple[Paragraph, ...]:
    """Return a flow as paragraphs: its head, what holds everywhere, each node, the signature.

    Args:
        folder: The files it stands in; a draft with mistakes is read as far as it goes.
        flow: Full name of the flow.
        language: One of :data:`LANGUAGES`.
        version: What names the version that is signed; empty for a draft with mistakes.
    """
    reader = _Reader(folder, folder.flows[flow], language)
    return tuple(reader.paragraphs(version))


class _Reader:
    def __init__(self, folder: Folder, source: SourceFile, language: str) -> None:
        assert isinstance(source.model, FlowFile)
        self._folder = folder
        self._source = source
        self._file = source.model
        self._language = language
        self._words = LANGUAGES[language]
        self._frame = self._words.frame

    def paragraphs(self, version: str) -> Iterator[Paragraph]:
        file, frame = self._file, self._frame
        words = self._words.values
        heads = {
            "languages": [words.get(one, one) for one in file.languages],
            "takes": [f"{name} ({kind})" for name, kind in file.takes.items()],
            "gives": [f"{name} ({kind})" for name, kind in file.gives.items()],
            "ends": list(file.ends),
        }
        told = [frame[key].format(self._list(texts)) for key, texts in heads.items() if texts]
        told.append(frame["start"].format(file.start))
        yield Paragraph(frame["title"].format(file.flow, file.about), tuple(told))
        if file.everywhere.model_fields_set:
            yield Paragraph(frame["everywhere"], tuple(self._everywhere()))
        for name, (kind, model) in self._source.parts.nodes.items():
            title = frame["about"].format(name, model.about) if model.about else name
            yield Paragraph(title, tuple(self._node(name, kind, model)))
        ending = [frame["signature"]]
        if version:
            ending.insert(0, frame["version"].format(version))
        yield Paragraph("", tuple(ending))

    def _everywhere(self) -> Iterator[str]:
        raw = _entries(self._source.document.get(("everywhere",)))
        model = self._file.everywhere
        told = [self._phrase("", key, raw[key], _of(model, key)) for key in raw if key != "then"]
        if told:
            yield self._sentence(told)
        if model.then:
            yield self._frame["then"].format(self._ways(model.then, _ANYWHERE | KEYS))

    def _node(self, name: str, kind: Kind[Any], model: NodeModel) -> Iterator[str]:
        raw = _entries(self._source.document.get(("nodes", name)))
        keys = [key for key in node_keys(kind.verb) if key in raw]
        yield self._sentence(
            self._phrase(kind.verb, key, raw[key], _of(model, key))
            for key in keys
            if key not in ("about", "then")
        )
        own = own_ways(kind, model)
        known = {*kind.outcomes, *KEYS, *_ANYWHERE}
        if own.keys() == {"done"} and "done" in kind.outcomes:
            yield self._frame["then"].format(self._target(own["done"]))
        elif own:
            yield self._frame["then"].format(self._ways(own, known))
        inherited = inherited_ways(kind, self._file.everywhere.then)
        limited = {"too_often"} if model.visits is not None else set()
        possible = {*kind.outcomes, *KEYS, *limited}
        as_everywhere = [
            self._outcome(one) for one in inherited if one not in own and one in possible
        ]
        if as_everywhere and OTHERWISE not in own:
            yield self._frame["inherited"].format(self._list(as_everywhere))

    def _ways(self, ways: Mapping[str, str], known: Set[str]) -> str:
        """Read ways; outcomes that are not *known* bear names that the author gave."""
        by_target: dict[str, list[str]] = {}
        for outcome, target in ways.items():
            shown = self._outcome(outcome) if outcome in known else outcome
            by_target.setdefault(target, []).append(shown)
        return self._frame["next"].join(
            self._frame["way"].format(self._list(outcomes), self._target(target))
            for target, outcomes in by_target.items()
        )

    def _target(self, target: str) -> str:
        special = {AGAIN: self._frame["again"], BACK: self._frame["back"]}
        return special.get(target, target)

    def _outcome(self, outcome: str) -> str:
        if outcome == OTHERWISE:
            return self._frame["otherwise"]
        if outcome.isdigit():
            return self._frame["key"].format(outcome)
        return self._words.outcomes.get(outcome, outcome.replace("_", " "))

    # --- what stands behind a key ------------------------------------------------------------

    def _phrase(self, verb: str, key: str, raw: object, value: object) -> str:
        return self._words.of_key(verb, key).format(self._value(verb, raw, value))

    def _value(self, verb: str, raw: object, value: object) -> str:
        """Read a value: *raw* as it is written, *value* as its form gave it."""
        if isinstance(value, tuple) and value and all(isinstance(i, SpeechItem) for i in value):
            return self._speech(value)
        if isinstance(value, BaseModel) and isinstance(raw, Mapping):
            return self._list(self._phrase(verb, k, raw[k], _of(value, k)) for k in raw)
        if isinstance(raw, Mapping):
            return self._list(
                self._pair(name, self._value(verb, raw[name], _entry(value, name))) for name in raw
            )
        if isinstance(raw, list):
            inner = value if isinstance(value, tuple) else (None,) * len(raw)
            return self._list(
                self._value(verb, one, found) for one, found in zip(raw, inner, strict=False)
            )
        return self._scalar(str(raw))

    def _pair(self, name: str, value: str) -> str:
        shown = self._outcome(name) if name in KEYS else name
        return self._frame["pair"].format(shown, value)

    def _scalar(self, text: str) -> str:
        if _SPAN.fullmatch(text):
            return self._span(text)
        if found := _RANGE.fullmatch(text):
            return self._frame["range"].format(*found.groups())
        return self._words.values.get(text, text.removeprefix("="))

    def _span(self, text: str) -> str:
        span = timedelta(milliseconds=read_span(text))
        if span < timedelta(seconds=1):
            return text
        return speak(span, "duration", self._language, datetime(2026, 1, 1, tzinfo=UTC))

    # --- what is said ------------------------------------------------------------

    def _speech(self, items: tuple[SpeechItem, ...]) -> str:
        return self._words.said["next"].join(map(self._item, items))

    def _item(self, item: SpeechItem) -> str:
        said = self._words.said
        if item.pause is not None:
            told = said["pause"].format(
                item.pause.text
                if isinstance(item.pause, Formula)
                else self._span(f"{item.pause}ms")
            )
        elif item.recording is not None:
            told = said["recording"].format(item.recording.text)
        else:
            told = self._prompt(item)
        if item.each is not None:
            told = said["each"].format(item.each.text, told)
        if item.with_:
            told = said["with"].format(
                told, self._list(self._pair(name, _plain(one)) for name, one in item.with_.items())
            )
        return told if item.if_ is None else said["if"].format(told, item.if_.text)

    def _prompt(self, item: SpeechItem) -> str:
        said, name = self._words.said, str(item.prompt)
        if isinstance(item.prompt, Formula):
            return said["prompt"].format(item.prompt.text)
        if name in (NOTICES, SILENCE):
            return said[name]
        owner, _, own = name.rpartition(".")
        source = self._folder.libraries.get(owner) if owner else self._source
        if source is None:
            return said["prompt"].format(name)
        if own in source.parts.sounds:
            return said["sound"].format(source.parts.sounds[own])
        texts = source.parts.texts.get(own, {})
        language = self._language if item.in_ is None else str(item.in_)
        if language in texts:
            told = said["text"].format(self._text(texts[language].parts))
            shown = self._words.values.get(language, language)
            return told if item.in_ is None else said["in"].format(told, shown)
        first = next(iter(texts.values()), None)
        if first is None:
            return said["prompt"].format(name)
        return said["other"].format(self._text(first.parts))

    def _text(self, parts: tuple[Fixed | Hole | Form, ...]) -> str:
        said = self._words.said
        return "".join(
            part.text
            if isinstance(part, Fixed)
            else said["value"].format(part.path)
            if isinstance(part, Hole)
            else said["form"].format(part.one, part.other)
            for part in parts
        )

    # --- small things ------------------------------------------------------------

    def _list(self, texts: "Iterator[str] | list[str]") -> str:
        return self._frame["list"].join(texts)

    def _sentence(self, phrases: "Iterator[str] | list[str]") -> str:
        told = self._frame["next"].join(phrases)
        return f"{told}{'。' if self._language == 'zh' else '.'}"


def _entries(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, dict) else {}


def _of(model: BaseModel, key: str) -> object:
    """The value of a key as it is written: `with` is the field ``with_``."""
    for name, field in type(model).model_fields.items():
        if (field.alias or name) == key:
            return getattr(model, name)
    return None


def _entry(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None


def _plain(value: object) -> str:
    return value.text if isinstance(value, Formula) else str(value)
