"""Charts as shapes for SVG in percent of their frame; every word stands in the page, where it stays readable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

GAP = 0.2  # of a day's place, left free beside its bar
STEPS = (1, 2, 5)  # times a power of ten: where a scale may end
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, its upper left corner first; `kind` names its colour, `label` is what it says."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Stacks:
    """A stack of bars for each day, and the number at which the scale ends."""

    bars: tuple[Bar, ...]
    top: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points as SVG writes them, and the share at which the scale ends.

    `mark` is where along the frame today's cut stands, None where it is beyond the end.
    """

    points: str
    top: float
    mark: float | None


def stacks(
    days: Sequence[date], numbers: Mapping[tuple[date, str], int], kinds: Sequence[str], labels: Mapping[str, str]
) -> Stacks:
    """The stacks of `days`: the number of each of `kinds`, the first at the bottom."""
    top = scale_end(max((sum(numbers.get((day, kind), 0) for kind in kinds) for day in days), default=0))
    place = 100 / max(len(days), 1)
    bars = []
    for number, day in enumerate(days):
        below = 0.0
        for kind in kinds:
            count = numbers.get((day, kind), 0)
            height = 100 * count / top
            below += height
            label = f"{day.month}月{day.day}日 {labels[kind]} {count}件"
            if count:
                bars.append(Bar(place * (number + GAP / 2), 100 - below, place * (1 - GAP), height, kind, label))
    return Stacks(tuple(bars), top)


def curve(points: Sequence[Point], mark: float) -> Curve:
    """The line through `points` of a share (0 to 1) over a cut (0 to 1); `mark` is today's cut."""
    top = min(1.0, scale_end(max((share for _, share in points), default=0) * 100) / 100)
    shown = ((100 * cut, 100 - 100 * share / top) for cut, share in points)
    return Curve(" ".join(f"{x:.2f},{y:.2f}" for x, y in shown), top, 100 * mark if mark <= 1 else None)


def scale_end(number: float) -> int:
    """The lowest of 1, 2, 5, 10, 20, 50, … that is not below `number`."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= number:
                return step * power
        power *= 10
