"""What a benchmark gives: one figure of ours beside one of a peer, with the goal for their ratio.

Ours and the peer's are measured in the same run, in turns, so that a machine that slows down slows
both. Of the runs the median counts; the interval is that of the median, by order statistics.
"""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

RUNS = 9
"""Runs of each side. Of nine, the second smallest and the second largest enclose the median of all
possible runs with a probability of 96 %."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One side of a comparison.

    Attributes:
        median: The median of its runs.
        low: Lower end of the median's interval.
        high: Upper end.
    """

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, runs: Sequence[float]) -> "Measured":
        """Summarise runs; at least seven, so that the interval means something."""
        if len(runs) < 7:
            raise ValueError(f"{len(runs)} runs are too few; make at least 7")
        ordered = sorted(runs)
        return cls(statistics.median(ordered), ordered[1], ordered[-2])


@dataclass(frozen=True, slots=True)
class Goal:
    """What the ratio must keep to.

    Attributes:
        at_most: The ratio may not be higher; None: no upper bound.
        at_least: The ratio may not be lower; None: no lower bound.
    """

    at_most: float | None = None
    at_least: float | None = None

    def is_met_by(self, ratio: float) -> bool:
        """Whether the ratio keeps to it."""
        return (self.at_most is None or ratio <= self.at_most) and (
            self.at_least is None or ratio >= self.at_least
        )

    def __str__(self) -> str:
        bounds = [f"<= {self.at_most:g}"] if self.at_most is not None else []
        bounds += [f">= {self.at_least:g}"] if self.at_least is not None else []
        return " and ".join(bounds) or "none"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a benchmark's result.

    Attributes:
        id: The benchmark, such as ``P01``.
        what: What is measured, with what the ratio divides.
        unit: Of both sides.
        ours: Our side.
        peer_name: Whom we are compared with.
        peer: Their side; None: it is not installed here.
        ratio: As *what* says; None without a peer.
        goal: What the ratio must keep to.
    """

    id: str
    what: str
    unit: str
    ours: Measured
    peer_name: str
    peer: Measured | None
    ratio: float | None
    goal: Goal

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None when nobody can say."""
        return None if self.ratio is None else self.goal.is_met_by(self.ratio)

    def as_json(self) -> str:
        """Return the figure as one line."""
        fields: dict[str, object] = {
            "id": self.id,
            "what": self.what,
            "ours": round(self.ours.median, 4),
            "ours_interval": [round(self.ours.low, 4), round(self.ours.high, 4)],
            "peer": None,
            "peer_interval": None,
            "peer_name": self.peer_name,
            "unit": self.unit,
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "goal": str(self.goal),
            "met": self.is_met,
        }
        if self.peer is None:
            fields["missing"] = self.peer_name
        else:
            fields["peer"] = round(self.peer.median, 4)
            fields["peer_interval"] = [round(self.peer.low, 4), round(self.peer.high, 4)]
        return json.dumps(fields, ensure_ascii=False)

    def as_text(self) -> str:
        """Return the figure for a person to read."""
        ours = f"{self.ours.median:9.2f} [{self.ours.low:.2f}, {self.ours.high:.2f}] {self.unit}"
        verdict = {True: "met", False: "MISSED", None: "?"}[self.is_met]
        if self.peer is None:
            return f"{self.id}  {self.what}\n     ours {ours}; {self.peer_name} is not installed"
        peer = f"{self.peer.median:9.2f} [{self.peer.low:.2f}, {self.peer.high:.2f}] {self.unit}"
        return (
            f"{self.id}  {self.what}\n     ours {ours}\n     {self.peer_name} {peer}\n"
            f"     ratio {self.ratio:.2f}, goal {self.goal}: {verdict}"
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """A benchmark that cannot be made here, because something it needs is not there.

    Attributes:
        id: The benchmark, such as ``P05``.
        what: What would be measured.
        unit: Of both sides.
        missing: What is not there.
        goal: What the ratio would have to keep to.
    """

    id: str
    what: str
    unit: str
    missing: str
    goal: Goal

    def as_json(self) -> str:
        """Return the same fields as a figure, without figures."""
        fields: dict[str, object] = {
            "id": self.id, "what": self.what, "ours": None, "peer": None,
            "peer_name": self.missing, "unit": self.unit, "ratio": None, "goal": str(self.goal),
            "met": None, "missing": self.missing,
        }  # fmt: skip
        return json.dumps(fields, ensure_ascii=False)

    def as_text(self) -> str:
        """Return it for a person to read."""
        return f"{self.id}  {self.what}\n     not measured: {self.missing} is missing"


def alternate(
    ours: Callable[[], float], peer: Callable[[], float], runs: int = RUNS
) -> tuple[Measured, Measured]:
    """Measure both sides in turns; each callable makes one run and returns its figure.

    A first run of each is thrown away: it fills caches and pays for imports.
    """
    ours()
    peer()
    pairs = [(ours(), peer()) for _ in range(runs)]
    return Measured.of([run for run, _ in pairs]), Measured.of([run for _, run in pairs])
