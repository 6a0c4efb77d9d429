"""Comments and blank lines of a YAML file, each with the entry it belongs to.

YAML's own readers drop both. A comment on a line of its own belongs to the entry below it, or to
the one above when it is indented deeper than the one below; a comment behind something belongs to
what begins on its line. No comment is ever lost: what fits nowhere goes to the entry before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

_COMMENT = re.compile(r"(?:(?<=\s)|\A|^)#[^\n]*", re.MULTILINE)


@dataclass(slots=True)
class Entry:
    """An entry of a map, or an item of a list.

    Attributes:
        key: Its key; None for an item of a list.
        value: Its value, as YAML composed it.
        within: The collection it stands in.
        lead: Comments above it; an empty text is a blank line.
        tail: The comment behind it.
        after: Comments below it that are indented deeper than what follows.
        below: What stands in its value.
    """

    key: yaml.ScalarNode | None
    value: yaml.Node
    within: yaml.CollectionNode
    lead: list[str] = field(default_factory=list)
    tail: str = ""
    after: list[str] = field(default_factory=list)
    below: "list[Entry]" = field(default_factory=list)

    @property
    def start(self) -> yaml.Mark:
        """Where it begins."""
        return (self.value if self.key is None else self.key).start_mark

    @property
    def commented(self) -> bool:
        """Whether there is any comment inside its value; blank lines are none."""
        return any(any(one.lead) or one.tail or one.after or one.commented for one in self.below)


@dataclass(frozen=True, slots=True)
class _Comment:
    line: int
    column: int
    index: int
    text: str
    alone: bool


def entries_of(text: str) -> tuple[list[Entry], list[str]]:
    """Return the entries at the top of a document with all below them, and what ends the file.

    Args:
        text: A document without a mistake in its YAML.
    """
    root = yaml.compose(text, yaml.SafeLoader)
    if not isinstance(root, yaml.CollectionNode):
        return [], [one.text for one in _comments(text)]
    top = _below(root)
    everything = list(_all(top))
    comments = list(_comments(text))
    rest = _give_alone(text, everything, {one.line: one for one in comments if one.alone})
    for comment in comments:
        if not comment.alone:
            _give_tail(comment, everything)
    return top, rest


def _below(node: yaml.Node) -> list[Entry]:
    if isinstance(node, yaml.MappingNode):
        return [Entry(key, value, node, below=_below(value)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [Entry(None, value, node, below=_below(value)) for value in node.value]
    return []


def _all(entries: list[Entry]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        yield from _all(entry.below)


def _comments(text: str) -> Iterator[_Comment]:
    """Comments stand between YAML's tokens, and behind the mark of a text of several lines."""
    end = 0
    for token in yaml.scan(text, yaml.SafeLoader):
        yield from _in_gap(text, end, token.start_mark.index)
        end = max(end, token.end_mark.index)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            start = token.start_mark.index
            yield from _in_gap(text, start, text.index("\n", start))
    yield from _in_gap(text, end, len(text))


def _in_gap(text: str, since: int, until: int) -> Iterator[_Comment]:
    for found in _COMMENT.finditer(text, since, until):
        line_start = text.rfind("\n", 0, found.start()) + 1
        line = text.count("\n", 0, found.start())
        alone = not text[line_start : found.start()].strip()
        column = found.start() - line_start
        yield _Comment(line, column, found.start(), found[0].rstrip(), alone)


def _give_alone(text: str, everything: list[Entry], alone: dict[int, _Comment]) -> list[str]:
    """Give comments on lines of their own, and blank lines, to entries; return the file's end."""
    lines = text.split("\n")
    before: Entry | None = None
    for entry in everything:
        number, found = entry.start.line - 1, list[_Comment | None]()
        while number >= 0 and (not lines[number].strip() or number in alone):
            found.append(alone.pop(number, None))
            lines[number] = "-"  # taken
            number -= 1
        column = _column(text, entry)
        for comment in reversed(found):
            if comment is not None and comment.column > column and before is not None:
                _owner(before, comment, everything, text).after.append(comment.text)
            elif comment is not None:
                entry.lead.append(comment.text)
            elif entry.lead[-1:] != [""]:
                entry.lead.append("")
        before = entry
    rest = []
    for comment in alone.values():
        owner = next((one for one in reversed(everything) if one.start.line < comment.line), None)
        inside = owner is not None and (comment.column > 0 or owner is not everything[-1])
        if owner is not None and inside:
            _owner(owner, comment, everything, text).after.append(comment.text)
        else:
            rest.append(comment.text)
    return rest


def _owner(before: Entry, comment: _Comment, everything: list[Entry], text: str) -> Entry:
    """The last entry before a comment that is not indented deeper than it."""
    known = everything[: everything.index(before) + 1]
    fits = (
        one for one in reversed(known)
        if _column(text, one) <= comment.column and not one.within.flow_style
    )  # fmt: skip
    return next(fits, before)


def _column(text: str, entry: Entry) -> int:
    """Where the entry's line begins, its dash included."""
    line_start = text.rfind("\n", 0, entry.start.index) + 1
    line = text[line_start:]
    return len(line) - len(line.lstrip(" "))


def _give_tail(comment: _Comment, everything: list[Entry]) -> None:
    open_ones = [
        one
        for one in everything
        if one.start.index < comment.index
        and not (one.within.flow_style and one.within.end_mark.index <= comment.index)
    ]
    here = [one for one in open_ones if one.start.line == comment.line]
    entry = (here or open_ones or everything)[-1]
    entry.tail = f"{entry.tail} {comment.text}".strip()
