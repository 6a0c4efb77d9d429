"""A picture of a flow as SVG: nodes are boxes, their outcomes stand at the lower edge.

A way down is a line; a way back up, or to the node itself, is written at its outcome with an arrow,
so that lines never run upwards. What holds everywhere is one faint box with faint lines. Needs no
program but a browser; a node's name in the picture is a link to its box.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from html import escape
from typing import Any
from unicodedata import east_asian_width

from switchboard.flow.authors.layers import Graph, Layout, lay_out, without_ways_back
from switchboard.flow.files import FlowFile
from switchboard.flow.folder import SourceFile
from switchboard.flow.kind import Kind
from switchboard.flow.names import AGAIN, BACK
from switchboard.flow.nodes import NodeModel
from switchboard.flow.program import own_ways

EVERYWHERE = "everywhere"
_SIGNS = {"star": "∗", "hash": "#"}
_HEAD, _CHIP, _GAP_X, _GAP_Y, _MARGIN = 46.0, 20.0, 26.0, 64.0, 24.0
_CELL = 6.6  # width of a letter of the small type; Chinese takes two
_LONGEST_ABOUT = 34
_COLOURS: Mapping[str, str] = {
    **dict.fromkeys(("play", "hang_up", "language", "receive_fax"), "#e3eefc"),
    **dict.fromkeys(("menu", "ask", "choose", "survey", "record", "voicemail"), "#dff3e4"),
    **dict.fromkeys(("verify", "change_secret"), "#fde9d9"),
    **dict.fromkeys(("queue", "dial", "conference", "call_back", "tell_agent"), "#f3e3f7"),
    **dict.fromkeys(("hours", "decide", "match", "split", "set"), "#fff6d6"),
    **dict.fromkeys(("run", "end"), "#ececec"),
}
_OUTSIDE = "#d9f0f2"  # look-ups, rows, requests, messages
_STYLE = """
text { font: 11px sans-serif; fill: #222 } .name { font-weight: bold; font-size: 12.5px }
.kind { fill: #555 } .about { fill: #444 } .up { fill: #1b4f9c }
.box { stroke: #666; stroke-width: 1 } .chip { fill: #fff; stroke: #aaa }
.start .box { stroke-width: 2.5; stroke: #1d7a34 } .ends .box { stroke-width: 2.5 }
.way { fill: none; stroke: #555; stroke-width: 1.2 }
.faint { opacity: 0.45 } .faint .way, .faint.way { stroke-dasharray: 3 4 }
"""


@dataclass(frozen=True, slots=True)
class _Chip:
    """Outcomes that lead to the same node, at the lower edge of a box."""

    label: str
    target: str
    width: float


@dataclass(frozen=True, slots=True)
class _Box:
    """A node as it is drawn."""

    name: str
    kind: str
    about: str
    chips: tuple[_Chip, ...]
    width: float
    ends: bool

    @property
    def height(self) -> float:
        return _HEAD + (_CHIP if self.chips else 0) + (14 if self.about else 0)


def picture(source: SourceFile) -> str:
    """Return the picture of a flow, as the text of an SVG file."""
    file = source.model
    assert isinstance(file, FlowFile)
    boxes = {box.name: box for box in _boxes(file, source)}
    lines = [
        (box.name, chip.target)
        for box in boxes.values()
        for chip in box.chips
        if chip.target in boxes and chip.target != box.name
    ]
    down = set(without_ways_back(Graph(dict.fromkeys(boxes, 0.0), lines)))
    boxes = {name: _with_ways_back(box, down) for name, box in boxes.items()}
    widths = {name: box.width for name, box in boxes.items()}
    layout = lay_out(Graph(widths, [line for line in lines if line in down]), _GAP_X)
    return _Drawing(file, boxes, layout).text()


def _with_ways_back(box: _Box, down: Set[tuple[str, str]]) -> _Box:
    """The box with the targets of its ways back written at their outcomes."""
    chips = tuple(
        one
        if (box.name, one.target) in down
        else _chip(f"{one.label} {_arrow(one.target, box.name)}", one.target)
        for one in box.chips
    )
    return _sized(box.name, box.kind, box.about, chips, ends=box.ends)


def _boxes(file: FlowFile, source: SourceFile) -> Iterator[_Box]:
    """The boxes of a flow, the node it begins at first, then in the order of the file."""
    nodes = source.parts.nodes
    names = sorted(nodes, key=lambda name: name != file.start)
    for name in names[:1]:
        yield _box(name, *nodes[name])
    if file.everywhere.then:
        chips = _chips(file.everywhere.then)
        yield _sized(EVERYWHERE, "in every node", "", chips, ends=False)
    for name in names[1:]:
        yield _box(name, *nodes[name])


def _box(name: str, kind: Kind[Any], model: NodeModel) -> _Box:
    about = model.about
    if _cells(about) > _LONGEST_ABOUT:
        about = f"{about[: _LONGEST_ABOUT if about.isascii() else _LONGEST_ABOUT // 2]}…"
    chips = _chips(own_ways(kind, model))
    what = "" if kind.verb in ("decide", "split", "set", "match") else _what(kind, model)
    return _sized(name, f"{kind.verb} {what}".strip(), about, chips, ends=not chips)


def _what(kind: Kind[Any], model: NodeModel) -> str:
    """What stands behind the verb, where that is a name."""
    found = getattr(model, kind.verb, "")
    text = str(found)
    return text if text.replace(".", "").replace("_", "").isalnum() and len(text) < 30 else ""


def _chips(ways: Mapping[str, str]) -> tuple[_Chip, ...]:
    by_target: dict[str, list[str]] = {}
    for outcome, target in ways.items():
        by_target.setdefault(target, []).append(_SIGNS.get(outcome, outcome))
    return tuple(_chip(", ".join(found), target) for target, found in by_target.items())


def _chip(label: str, target: str) -> _Chip:
    return _Chip(label, target, _cells(label) * _CELL + 14)


def _sized(name: str, kind: str, about: str, chips: tuple[_Chip, ...], *, ends: bool) -> _Box:
    title = max(_cells(name) * 7.6, _cells(kind) * _CELL, _cells(about) * _CELL) + 20
    return _Box(name, kind, about, chips, max(title, sum(one.width for one in chips)), ends)


class _Drawing:
    def __init__(self, file: FlowFile, boxes: Mapping[str, _Box], layout: Layout) -> None:
        self._file = file
        self._layout = layout
        self._boxes = boxes
        self._y: dict[str, float] = {}
        at = _MARGIN + 34
        for layer in layout.layers:
            self._y.update(dict.fromkeys(layer, at))
            tall = max((boxes[one].height for one in layer if one in boxes), default=0.0)
            at += tall + _GAP_Y
        self._height = at - _GAP_Y + _MARGIN

    def text(self) -> str:
        edges = [self._x(one) + box.width / 2 for one, box in self._boxes.items()]
        title = f"{self._file.flow} · {self._file.about}"
        right = max([*edges, *map(self._x, self._layout.x), _MARGIN + _cells(title) * 7.6])
        width, height = right + _MARGIN, self._height
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}">'
        )
        lines = [
            head,
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>',
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
            f'<text class="name" x="{_MARGIN}" y="{_MARGIN}">{escape(title)}</text>',
        ]
        for box in self._boxes.values():
            lines.extend(self._ways(box))
        for box in self._boxes.values():
            lines.extend(self._box(box))
        return "\n".join([*lines, "</svg>", ""])

    def _x(self, name: str) -> float:
        return self._layout.x[name] + _MARGIN

    def _chip_places(self, box: _Box) -> Iterator[tuple[_Chip, float, float]]:
        """Each outcome with its left edge and its width; together they fill the box."""
        left = self._x(box.name) - box.width / 2
        extra = (box.width - sum(one.width for one in box.chips)) / max(1, len(box.chips))
        for chip in self._sorted(box):
            yield chip, left, chip.width + extra
            left += chip.width + extra

    def _sorted(self, box: _Box) -> Sequence[_Chip]:
        """Outcomes in the order of what they lead to, so that lines do not cross at the box."""

        def towards(chip: _Chip) -> float:
            bends = self._layout.forward.get((box.name, chip.target))
            if bends is None:
                return self._x(box.name)
            return self._x(bends[0] if bends else chip.target)

        return sorted(box.chips, key=towards)

    def _ways(self, box: _Box) -> Iterator[str]:
        faint = " faint" if box.name == EVERYWHERE else ""
        for chip, left, width in self._chip_places(box):
            bends = self._layout.forward.get((box.name, chip.target))
            if bends is None:
                continue
            x, y = left + width / 2, self._y[box.name] + box.height
            way = [f"M{x:.1f} {y:.1f}"]
            tall = self._boxes[chip.target]
            for name in (*bends, chip.target):
                next_x, next_y = self._x(name), self._y[name]
                middle = (y + next_y) / 2
                way.append(
                    f"C{x:.1f} {middle:.1f} {next_x:.1f} {middle:.1f} {next_x:.1f} {next_y:.1f}"
                )
                x, y = next_x, next_y
                if name != chip.target:
                    y += tall.height if not self._tall(name) else self._tall(name)
                    way.append(f"L{x:.1f} {y:.1f}")
            tip = 'marker-end="url(#tip)"'
            yield f'<path class="way{faint}" d="{" ".join(way)}" {tip}/>'

    def _tall(self, bend: str) -> float:
        """How tall the layer of a bend is."""
        layer = next(one for one in self._layout.layers if bend in one)
        return max((self._boxes[one].height for one in layer if one in self._boxes), default=0.0)

    def _box(self, box: _Box) -> Iterator[str]:
        x, y = self._x(box.name) - box.width / 2, self._y[box.name]
        marks = {self._file.start: " start", EVERYWHERE: " faint"}.get(box.name, "")
        marks += " ends" if box.ends else ""
        colour = _COLOURS.get(box.kind.partition(" ")[0], _OUTSIDE)
        yield f'<g id="{escape(box.name)}" class="node{marks}">'
        yield (
            f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{box.width:.1f}" '
            f'height="{box.height:.1f}" rx="6" fill="{colour}"/>'
        )
        middle = self._x(box.name)
        for shift, kind, text in (
            (17, "name", box.name), (33, "kind", box.kind), (47, "about", box.about),
        ):  # fmt: skip
            if text:
                yield (
                    f'<text class="{kind}" x="{middle:.1f}" y="{y + shift:.1f}" '
                    f'text-anchor="middle">{escape(text)}</text>'
                )
        yield from self._chip_texts(box)
        yield "</g>"

    def _chip_texts(self, box: _Box) -> Iterator[str]:
        top = self._y[box.name] + box.height - _CHIP
        for chip, left, width in self._chip_places(box):
            yield (
                f'<rect class="chip" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" '
                f'height="{_CHIP}"/>'
            )
            up = (box.name, chip.target) not in self._layout.forward
            text = (
                f'<text class="{"up" if up else "out"}" x="{left + width / 2:.1f}" '
                f'y="{top + 14:.1f}" text-anchor="middle">{escape(chip.label)}</text>'
            )
            linked = up and chip.target in self._boxes
            yield f'<a href="#{escape(chip.target)}">{text}</a>' if linked else text


def _arrow(target: str, name: str) -> str:
    if target in (AGAIN, name):
        return "↻"
    return f"↑ {'menu before' if target == BACK else target}"


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
