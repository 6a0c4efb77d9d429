"""Where the nodes of a picture stand: in layers, each below what leads to it, with few crossings.

The usual four steps for directed graphs: ways that lead back are set aside, nodes are put into
layers, neighbours are brought near each other, and places are given. Knows boxes and lines only.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SWEEPS = 12
_HALVES = 2


@dataclass(frozen=True, slots=True)
class Graph:
    """What is to be laid out.

    Attributes:
        widths: Width of each box by its name, in drawing units, in the order of the file.
        lines: From box to box; the first box is where the flow begins.
    """

    widths: Mapping[str, float]
    lines: Sequence[tuple[str, str]]


@dataclass(slots=True)
class Layout:
    """Where everything stands.

    Attributes:
        layers: Boxes and bends by layer, from left to right.
        x: Middle of each, in drawing units.
        forward: Lines that lead down, each with the bends that it passes.
    """

    layers: list[list[str]]
    x: dict[str, float] = field(default_factory=dict)
    forward: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def lay_out(graph: Graph, gap: float) -> Layout:
    """Return where the boxes of *graph* stand, neighbours at least *gap* apart."""
    lines = without_ways_back(graph)
    layer_of = _layers(graph, lines)
    layout = Layout([[] for _ in range(max(layer_of.values(), default=-1) + 1)])
    for name in graph.widths:
        layout.layers[layer_of[name]].append(name)
    links = _bend(lines, layer_of, layout)
    _order(layout, links)
    widths = {**{bend: 8.0 for layer in layout.layers for bend in layer}, **graph.widths}
    _place(layout, links, widths, gap)
    return layout


def without_ways_back(graph: Graph) -> list[tuple[str, str]]:
    """Return the lines without those that close a circle, found by walking from the first box."""
    below: dict[str, list[str]] = {name: [] for name in graph.widths}
    for source, target in graph.lines:
        below[source].append(target)
    state: dict[str, int] = {}
    kept: list[tuple[str, str]] = []
    for root in graph.widths:
        stack = [(root, iter(below[root]))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            name, targets = stack[-1]
            for target in targets:
                if state.get(target) != 1:
                    kept.append((name, target))
                if target not in state:
                    state[target] = 1
                    stack.append((target, iter(below[target])))
                    break
            else:
                state[name] = 2
                stack.pop()
    return kept


def _layers(graph: Graph, lines: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The layer of each box: below everything that leads to it."""
    above: dict[str, list[str]] = {name: [] for name in graph.widths}
    for source, target in lines:
        above[target].append(source)
    layer_of: dict[str, int] = {}
    for _ in graph.widths:
        for name in graph.widths:
            layer_of[name] = max((layer_of.get(one, 0) + 1 for one in above[name]), default=0)
    return layer_of


def _bend(
    lines: Sequence[tuple[str, str]], layer_of: Mapping[str, int], layout: Layout
) -> dict[str, list[str]]:
    """Let lines over several layers pass a bend in each; return the neighbours below."""
    links: dict[str, list[str]] = {}
    for source, target in dict.fromkeys(lines):
        bends = []
        for layer in range(layer_of[source] + 1, layer_of[target]):
            bend = f"{source}>{target}>{layer}"
            layout.layers[layer].append(bend)
            bends.append(bend)
        layout.forward[source, target] = tuple(bends)
        way = [source, *bends, target]
        for first, second in itertools.pairwise(way):
            links.setdefault(first, []).append(second)
    return links


def _order(layout: Layout, links: Mapping[str, list[str]]) -> None:
    """Bring each box near the middle of its neighbours above and below, in turns."""
    above: dict[str, list[str]] = {}
    for source, targets in links.items():
        for target in targets:
            above.setdefault(target, []).append(source)
    best, fewest = [list(layer) for layer in layout.layers], _crossings(layout.layers, links)
    for sweep in range(SWEEPS):
        down = sweep % _HALVES == 0
        layers = layout.layers if down else layout.layers[::-1]
        near = above if down else links
        for fixed, layer in itertools.pairwise(layers):
            places = {name: place for place, name in enumerate(fixed)}
            middle = {
                name: _mean([places[one] for one in near.get(name, ()) if one in places], place)
                for place, name in enumerate(layer)
            }
            layer.sort(key=middle.__getitem__)
        crossings = _crossings(layout.layers, links)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layout.layers], crossings
    layout.layers[:] = best


def _crossings(layers: Sequence[Sequence[str]], links: Mapping[str, list[str]]) -> int:
    found = 0
    for upper, lower in itertools.pairwise(layers):
        places = {name: place for place, name in enumerate(lower)}
        ends = [
            place for name in upper for place in sorted(places[one] for one in links.get(name, ()))
        ]
        found += sum(1 for at, one in enumerate(ends) for other in ends[at + 1 :] if other < one)
    return found


def _place(
    layout: Layout, links: Mapping[str, list[str]], widths: Mapping[str, float], gap: float
) -> None:
    """Give places: each near its neighbours, none nearer to the next than *gap*."""
    near: dict[str, list[str]] = {}
    for source, targets in links.items():
        for target in targets:
            near.setdefault(source, []).append(target)
            near.setdefault(target, []).append(source)
    for layer in layout.layers:
        at = 0.0
        for name in layer:
            layout.x[name] = at + widths[name] / 2
            at += widths[name] + gap
    for _ in range(SWEEPS * 2):
        for layer in layout.layers:
            wanted = [
                _mean([layout.x[one] for one in near.get(name, ())], layout.x[name])
                for name in layer
            ]
            _spread(layout, layer, wanted, widths, gap)
    left = min((layout.x[one] - widths[one] / 2 for one in layout.x), default=0.0)
    for name in layout.x:
        layout.x[name] -= left


def _spread(
    layout: Layout,
    layer: Sequence[str],
    wanted: Sequence[float],
    widths: Mapping[str, float],
    gap: float,
) -> None:
    """Put a layer where it is wanted, as far as its order and the gaps allow."""
    from_left, from_right = list(wanted), list(wanted)
    for at in range(1, len(layer)):
        apart = (widths[layer[at - 1]] + widths[layer[at]]) / 2 + gap
        from_left[at] = max(from_left[at], from_left[at - 1] + apart)
    for at in range(len(layer) - 2, -1, -1):
        apart = (widths[layer[at]] + widths[layer[at + 1]]) / 2 + gap
        from_right[at] = min(from_right[at], from_right[at + 1] - apart)
    for name, left, right in zip(layer, from_left, from_right, strict=True):
        layout.x[name] = (left + right) / 2


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
