"""The chart of BENCHMARKS.md: milliseconds of a query over documents, both on scales of powers of ten, as SVG."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 190, 20, 50  # margins; names stand in the right one
LINE = 17  # between names
COLOURS = ("#d55e00", "#e69f00", "#b8860b", "#555555", "#0072b2", "#009e73", "#cc79a7")  # told apart by most eyes
Times = Mapping[str, Mapping[int, float]]


def chart(times: Times) -> str:
    """A line for each name; `times` has milliseconds by number of documents."""
    sizes = [size for line in times.values() for size in line]
    values = [value for line in times.values() for value in line.values()]
    across, up = _powers(sizes), _powers(values)

    def x(size: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(size) - across[0]) / (across[-1] - across[0])

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(value) - up[0]) / (up[-1] - up[0])

    grid = [_tick(x(10**power), HEIGHT - BOTTOM + 18, f"{10**power:,}", "middle") for power in across]
    grid += [_tick(LEFT - 8, y(10.0**power) + 4, f"{10.0**power:g}", "end") for power in up]
    grid += [_rule(LEFT, y(10.0**power), WIDTH - RIGHT, y(10.0**power)) for power in up]
    grid += [_rule(x(10**power), TOP, x(10**power), HEIGHT - BOTTOM) for power in across]
    lines = [
        _line([(x(size), y(value)) for size, value in sorted(line.items())], colour)
        for line, colour in zip(times.values(), COLOURS, strict=False)
    ]
    return _framed([*grid, *lines, *_names({name: y(line[max(line)]) for name, line in times.items()})])


def _powers(values: Sequence[float]) -> range:
    """The powers of ten from the one below all values to the one above; two at least."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return range(low, max(high, low + 1) + 1)


def _names(ends: Mapping[str, float]) -> list[str]:
    """The names at the heights of their lines' ends, moved down where two would overlap."""
    shown: list[str] = []
    lowest = -math.inf
    spare = HEIGHT - LINE * len(ends)
    for name, end in sorted(ends.items(), key=lambda one: one[1]):
        lowest = max(min(end, spare + LINE * len(shown)), lowest + LINE)
        colour = COLOURS[list(ends).index(name) % len(COLOURS)]
        place = f'x="{WIDTH - RIGHT + 10}" y="{lowest + 4:.1f}"'
        shown.append(f'<text {place} fill="{colour}" font-weight="bold">{escape(name)}</text>')
    return shown


def _line(points: Sequence[tuple[float, float]], colour: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'


def _tick(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#555">{text}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _framed(shapes: Sequence[str]) -> str:
    frame = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    labels = [
        _tick((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "documents", "middle"),
        f'<text transform="translate(14 {HEIGHT / 2}) rotate(-90)" text-anchor="middle" fill="#555">ms a query</text>',
    ]
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    return "\n".join([f'{start} font-size="13">', frame, *shapes, *labels, "</svg>", ""])
