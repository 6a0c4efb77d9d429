"""YAML for telephone people: a text becomes plain values with the place of each, and nothing else.

YAML 1.1 reads ``9:00`` as 540, ``0755`` as 493, ``+8613...`` as a number and ``on`` as true, and
takes a key twice. Here nothing is resolved: every scalar keeps its source text, and whoever knows
what it should be gives it its type. Anchors, aliases and tags are faults, so nothing but plain
mappings, lists and texts can come out, and a small file stays small. All faults are collected; only
broken syntax ends the reading early. Knows nothing of flows: settings are read by it too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from switchboard.flow.faults import Fault

Path = tuple[str | int, ...]
"""Keys and positions from the top of a document to a value."""

MAX_CHARACTERS = 1_000_000  # far above any file a person writes; a bound on what a check may cost
MAX_DEPTH = 12  # the deepest legal form (a call script's created row) needs 8

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(str):
    """A written value: its source text, and whether it stood in quotes.

    >>> Scalar("0755", quoted=False) == "0755"
    True
    """

    __slots__ = ("quoted",)
    quoted: bool

    def __new__(cls, text: str, *, quoted: bool) -> "Scalar":
        """Make one of *text*."""
        scalar = super().__new__(cls, text)
        scalar.quoted = quoted
        return scalar


Tree = Scalar | list["Tree"] | dict[str, "Tree"]
"""What a document holds. The keys of a mapping keep the order of the file."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    Attributes:
        file: Its name.
        text: Its source.
        root: What it holds: a mapping, list or scalar; an empty mapping when nothing could be read.
        faults: Everything wrong with it as YAML.
        keys: Where the key of each entry stands.
        values: Where each value begins.
    """

    file: str
    text: str
    root: Tree
    faults: tuple[Fault, ...]
    keys: Mapping[Path, Place]
    values: Mapping[Path, Place]

    @property
    def broken(self) -> bool:
        """Whether the syntax is so broken that nothing can be said of the content."""
        return any(fault.code == "Y00" for fault in self.faults)

    def place(self, path: Path, *, of_key: bool = False) -> Place:
        """Return where *path* stands; the nearest thing around it when it does not exist.

        Args:
            path: Keys and positions from the top.
            of_key: Point at the key, not at its value.
        """
        first, second = (self.keys, self.values) if of_key else (self.values, self.keys)
        for end in range(len(path), -1, -1):
            part = path[:end]
            found = first.get(part) or second.get(part)
            if found is not None:
                if end == len(path) or isinstance(self.get(part), Scalar):
                    return found  # a short form says in one word what the path names
                # Around a missing thing the key is the better place: it is what people read.
                return self.keys.get(part, found)
        return Place(1, 1)

    def fault(
        self, path: Path, code: str, message: str, hint: str = "", *, of_key: bool = False
    ) -> Fault:
        """Return a fault at *path*."""
        place = self.place(path, of_key=of_key)
        node = str(path[1]) if len(path) > 1 and path[0] == "nodes" else ""
        return Fault(self.file, place.line, place.column, code, node, message, hint)

    def get(self, path: Path) -> "Tree | None":
        """Return what stands at *path*, or None when nothing does."""
        value: Tree = self.root
        for step in path:
            if isinstance(value, dict) and step in value:
                value = value[str(step)]
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value


def read_yaml(text: str, file: str) -> Document:
    """Read one document.

    Args:
        text: The source.
        file: Its name, for the faults.

    Returns:
        The document; with faults when there are any. An empty text is an empty mapping.
    """
    builder = _Builder(file, text.removeprefix("\ufeff"))
    builder.build()
    return builder.document()


class _Builder:
    """Builds the tree of one document from YAML's events."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._root: Tree = {}
        self._faults: list[Fault] = []
        self._keys: dict[Path, Place] = {}
        self._values: dict[Path, Place] = {}
        self._events: Iterator[yaml.Event] = iter(())

    def document(self) -> Document:
        faults = tuple(sorted(self._faults))
        return Document(self._file, self._text, self._root, faults, self._keys, self._values)

    def build(self) -> None:
        if len(self._text) > MAX_CHARACTERS:
            self._add(Place(1, 1), "Y06", f"the file has more than {MAX_CHARACTERS} characters")
            return
        if (unreadable := self._text.find(_NOT_DECODED)) >= 0:
            place = _place_at(self._text, unreadable)
            self._add(place, "Y00", "a character that is not UTF-8", "save the file as UTF-8")
            return
        if unprintable := _UNPRINTABLE.search(self._text):
            place = _place_at(self._text, unprintable.start())
            self._add(place, "Y00", "not YAML: a control character stands here", "remove it")
            return
        try:
            self._events = yaml.parse(self._text, _LOADER)
            self._documents()
        except yaml.MarkedYAMLError as error:
            self._faults.append(_syntax_fault(self._file, self._text, error))
        self._lost_hashes()

    def _documents(self) -> None:
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    place = _place_of(event)
                    self._add(place, "Y05", "a second document begins here", "one file, one thing")
                    return
            elif isinstance(event, yaml.NodeEvent) and not _is_missing(event):
                self._root = self._value(event, ())

    def _value(self, event: yaml.Event, path: Path) -> Tree:
        self._values[path] = _place_of(event)
        self._refuse_references(event)
        if len(path) > MAX_DEPTH:
            self._add(_place_of(event), "Y06", f"nested deeper than {MAX_DEPTH}")
            self._skip(event)
            return Scalar("", quoted=True)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, in_braces=bool(event.flow_style))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, quoted=bool(event.style))
        return Scalar("", quoted=True)  # an alias, refused above

    def _mapping(self, path: Path, *, in_braces: bool) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            self._refuse_references(event)
            if not isinstance(event, yaml.ScalarEvent):
                if not isinstance(event, yaml.AliasEvent):
                    self._add(
                        _place_of(event),
                        "Y02",
                        "a key must be a word",
                        "text with { or [ is quoted",
                    )
                self._skip(event)
                self._skip(next(self._events))
                continue
            key = event.value
            where = (*path, key)
            if key in found:
                self._add(
                    _place_of(event), "Y03", f"'{key}' stands here twice", "remove or rename one"
                )
            self._keys[where] = _place_of(event)
            found[key] = self._entry(event, where, in_braces=in_braces)
        return found

    def _entry(self, key: yaml.ScalarEvent, where: Path, *, in_braces: bool) -> Tree:
        event = next(self._events)
        if _is_missing(event):
            hint = "write its value behind the colon, or remove it"
            if in_braces:
                hint = "a comma inside { }? then put the text in quotes; formulas have no commas"
            self._add(_place_of(key), "Y04", f"'{key.value}' has no value", hint)
        return self._value(event, where)

    def _sequence(self, path: Path) -> list[Tree]:
        found: list[Tree] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            if _is_missing(event):
                self._add(
                    _place_of(event), "Y04", "an item of this list is empty", "fill or remove it"
                )
            found.append(self._value(event, (*path, len(found))))
        return found

    def _skip(self, event: yaml.Event) -> None:
        """Pass over the rest of a value whose first event is *event*."""
        depth = 0
        while True:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth <= 0:
                return
            event = next(self._events)

    def _refuse_references(self, event: yaml.Event) -> None:
        tagged = getattr(event, "tag", None) is not None
        if isinstance(event, yaml.AliasEvent):
            self._add(
                _place_of(event), "Y01", f"*{event.anchor} is an alias", "a lone * is written star"
            )
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._add(
                _place_of(event),
                "Y01",
                f"&{event.anchor} is an anchor",
                "write the thing out, or quote it",
            )
        elif tagged:
            self._add(
                _place_of(event), "Y01", "a tag (!) has no place here", "text with ! goes in quotes"
            )

    def _lost_hashes(self) -> None:
        """A ``#`` that ends a line behind a value is an empty comment: a key was meant."""
        for number, line in enumerate(self._text.split("\n"), start=1):
            found = _LOST_HASH.search(line)
            if found:
                place = Place(number, line.index("#", found.start()) + 1)
                hint = 'as a key write hash; among keys that are pressed, in quotes: "1042#"'
                self._add(place, "Y07", "this # begins a comment", hint)

    def _add(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self._faults.append(Fault(self._file, place.line, place.column, code, "", message, hint))


_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_DECODED = "\ufffd"  # what stands where bytes were no UTF-8
_LOST_HASH = re.compile(r"^[^#\n]*[^\s#][ \t]+#\s*$|^\s*#\s*:\s*\w+\s*$")


def _place_at(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def _place_of(event: yaml.Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1) if mark is not None else Place(1, 1)


def _is_missing(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and not event.value and not event.style


def _syntax_fault(file: str, text: str, error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    near = "\n".join(text.split("\n")[max(0, line - 3) : line])
    what = error.problem or "broken syntax"
    return Fault(file, line, column, "Y00", "", f"not YAML: {what}", _syntax_hint(near))


_HINTS = (
    (r"(^|[{,\s])\*\s*:", "a lone * is written star"),
    (r"[{,\s]#\s*:", "a lone # is written hash"),
    (r"\t", "indent by spaces, not by tabs"),
    (r"：|“|”|｛|｝|，\s*\w+:", 'write the signs : " { } , of YAML in their half-width form'),
    (r":\s+[@`%]", "text that begins with @ ` or % goes in quotes"),
    (r":\s+[^\"'{\[#|>\n]*:\s", "text with a colon goes in quotes"),
    (r"[{}]", "close every { with }, and put text that holds { or } in quotes"),
    (r"^\s*-?\s*\w+\s*$", "a key is followed by a colon"),
)


def _syntax_hint(near: str) -> str:
    for pattern, hint in _HINTS:
        if re.search(pattern, near, re.MULTILINE):
            return hint
    return "compare the indentation with the lines around"
