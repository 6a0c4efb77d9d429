"""The one form of a file: what ``flows format`` writes, byte for byte the same each time.

Keys in the order of their kind, the verb first and `then` last; what fits in a line stands in one;
what callers hear is quoted, one line for each language; comments stay with what they are about.
The meaning of a file is never touched: what was written is compared with what was read.
"""

import re
from collections.abc import Mapping, Sequence
from unicodedata import east_asian_width

import yaml
from pydantic import BaseModel

from switchboard.flow.authors.comments import Entry, entries_of
from switchboard.flow.files import Centre, Everywhere, FlowFile, LibraryFile
from switchboard.flow.kinds import KINDS
from switchboard.flow.scripts.forms import CallForm, ScriptFile
from switchboard.flow.source import read_yaml
from switchboard.flow.written import read_plain

WIDTH = 120
_AROUND = ("about",)
_LAST = ("visits", "then")
_FILES: Mapping[str, type[BaseModel]] = {
    "flow": FlowFile,
    "library": LibraryFile,
    "centre": Centre,
    "script": ScriptFile,
}
# What YAML 1.1 does not take as a text though it is one here: such a text gets quotes.
_MISREAD = re.compile(
    r"(?i:y|n|yes|no|on|off|null|~)|[+-]?0[0-7_]+|[+-]?[0-9][0-9_]*(:[0-5]?[0-9])+"
    r"|\+[0-9._]+|[0-9]+_[0-9_]*|0[xb][0-9a-f_]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"|[0-9][0-9.]*e[+-]?[0-9]+|0[0-9]+|\.[0-9]+|[0-9]+\."
)
_Place = tuple[str | int, ...]


class NotTheSame(RuntimeError):  # noqa: N818 - what it is
    """The form would say something else than the file: a mistake of ours; nothing is written."""


def formatted(text: str) -> str:
    """Return the file in its one form.

    Args:
        text: A file without mistakes in its YAML (``read_yaml`` finds none).

    Raises:
        NotTheSame: the form would change what the file says.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    entries, rest = entries_of(text)
    kind = str(entries[0].key.value) if entries and entries[0].key is not None else ""
    lines = _Writer(kind).block(entries, (), 0)
    while lines and not lines[0]:
        del lines[0]
    made = "\n".join([*lines, *rest]) + "\n"
    if read_yaml(made, "").root != read_yaml(text, "").root:
        raise NotTheSame("the form differs from the file in what it says")
    return made


class _Writer:
    """Writes entries of one file; *kind* is the file's first key."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def block(self, entries: Sequence[Entry], at: _Place, indent: int) -> list[str]:
        """Return the lines of entries that stand below each other."""
        lines: list[str] = []
        for number, entry in enumerate(self._ordered(entries, at)):
            lead = entry.lead if number or not at else _without_first_blank(entry.lead)
            pad = " " * indent
            lines.extend(f"{pad}{line}".rstrip() for line in lead)
            where = (*at, number if entry.key is None else str(entry.key.value))
            lines.extend(self._entry(entry, where, indent))
            lines.extend(f"{pad}{line}" for line in entry.after)
        return lines

    def _entry(self, entry: Entry, at: _Place, indent: int) -> list[str]:
        pad = " " * indent
        head = f"{pad}-" if entry.key is None else f"{pad}{self._key(entry.key, at)}:"
        tail = f"  {entry.tail}" if entry.tail else ""
        line = self._in_one_line(entry, at, head)
        if line is not None:
            return [line + tail]
        below = self.block(entry.below, at, indent + 2)
        if entry.key is None and not tail and not below[0].lstrip().startswith("#"):
            # The first entry of an item stands behind its dash.
            return [f"{head} {below[0].lstrip()}", *below[1:]]
        return [head + tail, *below]

    def _in_one_line(self, entry: Entry, at: _Place, head: str) -> str | None:
        """The entry in one line, if it is to stand in one."""
        value = entry.value
        if isinstance(value, yaml.ScalarNode):
            return f"{head} {self._scalar(value, at, in_braces=False)}"
        if not entry.below:
            return f"{head} {'{}' if isinstance(value, yaml.MappingNode) else '[]'}"
        if entry.commented or not self._joins(entry, at):
            return None
        line = f"{head} {self._braces(value, at)}"
        return line if _cells(line) <= WIDTH else None

    def _joins(self, entry: Entry, at: _Place) -> bool:
        """Whether a map or list goes into one line where it fits."""
        value = entry.value
        if isinstance(value, yaml.SequenceNode):
            flat = all(isinstance(one.value, yaml.ScalarNode) for one in entry.below)
            return flat and (_in_braces(value) or self._flat_joins(entry, at))
        if len(at) == 2 and at[0] == "prompts" and _key_of(entry.below[0]) != "sound":
            return False
        nested = any(isinstance(one.value, yaml.MappingNode) for one in entry.below)
        if any(_holds_maps_in_list(one) for one in entry.below):
            return False
        return _in_braces(value) or (not nested and self._flat_joins(entry, at))

    def _flat_joins(self, entry: Entry, at: _Place) -> bool:
        """Whether what is written below each other is brought into one line: in flows only."""
        in_flow = self._kind == "flow" and len(at) > 1 and entry.key is not None
        return in_flow and all(_keeps_plain(one.value) for one in _scalars(entry.below))

    def _braces(self, node: yaml.Node, at: _Place) -> str:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, at, in_braces=True)
        if isinstance(node, yaml.SequenceNode):
            items = (self._braces(one, (*at, number)) for number, one in enumerate(node.value))
            return f"[{', '.join(items)}]"
        pairs = {str(key.value): (key, value) for key, value in node.value}
        order = self._order(tuple(pairs), at)
        inside = (
            f"{self._key(pairs[name][0], (*at, name))}: {self._braces(pairs[name][1], (*at, name))}"
            for name in order
        )
        return f"{{{', '.join(inside)}}}"

    # --- order ----------------------------------------------------------------

    def _ordered(self, entries: Sequence[Entry], at: _Place) -> Sequence[Entry]:
        if not entries or entries[0].key is None:
            return entries
        by_name = {_key_of(entry): entry for entry in entries}
        ordered = [by_name[name] for name in self._order(tuple(by_name), at)]
        if ordered[0] is not entries[0] and entries[0].lead[:1] == [""]:
            ordered[0].lead.insert(0, entries[0].lead.pop(0))
        return ordered

    def _order(self, names: tuple[str, ...], at: _Place) -> list[str]:
        known = self._known(names, at)
        return sorted(names, key=lambda name: known.index(name) if name in known else len(known))

    def _known(self, names: tuple[str, ...], at: _Place) -> tuple[str, ...]:
        """The keys that may stand at a place, in their order; empty where any order is right."""
        if not at and self._kind in _FILES:
            return _keys(_FILES[self._kind])
        if at == ("everywhere",):
            return _keys(Everywhere)
        if len(at) == 2 and at[0] == "nodes":
            verb = next((name for name in names if name in KINDS), "")
            return node_keys(verb) if verb else ()
        if self._kind == "script" and len(at) == 2 and at[0] == "calls":
            return _keys(CallForm)
        return ()

    # --- words ----------------------------------------------------------------

    def _key(self, key: yaml.ScalarNode, at: _Place) -> str:
        if len(at) == 2 and at[0] == "numbers":
            return _quoted(key.value)
        return self._scalar(key, (), in_braces=True)

    def _scalar(self, node: yaml.ScalarNode, at: _Place, *, in_braces: bool) -> str:
        is_text = len(at) == 3 and at[0] == "prompts"
        if node.style or is_text or not _plain_is_safe(node.value, in_braces=in_braces):
            return _quoted(node.value)
        return str(node.value)


def node_keys(verb: str) -> tuple[str, ...]:
    """Return the keys of a kind of node in their order: `about`, the verb, its keys, `then`."""
    keys = _keys(KINDS[verb].model)
    own = [key for key in keys if key not in (*_AROUND, *_LAST, verb)]
    shared = [key for key in _SHARED if key in own]
    return (*_AROUND, verb, *(key for key in own if key not in shared), *shared, *_LAST)


_SHARED = (
    "meanwhile", "within", "retries",
    "first_key_within", "next_key_within", "tries_silent", "tries_wrong", "if_silent", "if_wrong",
)  # fmt: skip


def _in_braces(node: yaml.Node) -> bool:
    """Whether it is written between { } or [ ]."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _key_of(entry: Entry) -> str:
    return "" if entry.key is None else str(entry.key.value)


def _without_first_blank(lead: list[str]) -> list[str]:
    return lead[1:] if lead[:1] == [""] else lead


def _holds_maps_in_list(entry: Entry) -> bool:
    """A list whose items have keys stands one item a line, always."""
    is_list = isinstance(entry.value, yaml.SequenceNode)
    maps = any(isinstance(one.value, yaml.MappingNode) for one in entry.below)
    return (is_list and maps) or any(_holds_maps_in_list(one) for one in entry.below)


def _scalars(entries: Sequence[Entry]) -> list[Entry]:
    return [
        found
        for one in entries
        for found in ([one] if isinstance(one.value, yaml.ScalarNode) else _scalars(one.below))
    ]


def _keeps_plain(node: yaml.Node) -> bool:
    """Whether it needs no quotes between { } that it would not need elsewhere."""
    text = str(node.value)
    needs = not _plain_is_safe(text, in_braces=True) and _plain_is_safe(text, in_braces=False)
    return bool(getattr(node, "style", None)) or not needs


def _plain_is_safe(text: str, *, in_braces: bool) -> bool:
    """Whether every reader of YAML takes it, without quotes, for what it is here."""
    if not text or text != text.strip() or "\n" in text or ": " in text or " #" in text:
        return False
    if text[0] in "&*!|>'\"%@`{}[],#?:-" and not re.fullmatch(r"-?[0-9.]+", text):
        return False
    if text.endswith(":") or (in_braces and re.search(r"[,{}\[\]]", text)):
        return False
    return not (_MISREAD.fullmatch(text) and isinstance(read_plain(text), str))


def _quoted(text: str) -> str:
    if re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufeff]", text):
        made = yaml.dump(text, default_style='"', allow_unicode=True, width=10**9)
        return str(made).rstrip("\n")
    if "\\" in text or '"' in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
