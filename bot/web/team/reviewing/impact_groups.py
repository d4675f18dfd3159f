"""The impact on the page of a proposal: what refuses publishing, then what is worse, better, or neither."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.wording.changes import impact_line, refused_line, short_line
from index.review.directions import Direction, direction
from index.review.impact import Impact, ImpactLine, Source

FIRST = 5  # lines of a group that are seen at once
MAX_LINES = 40  # of a group
REFUSED = "× 公開が止まる変化"
TITLES = {Direction.WORSE: "悪くなる変化", Direction.OPEN: "そのほかの変化", Direction.BETTER: "よくなる変化"}
SOURCES = (Source.REAL, Source.VARIANT, Source.JUDGED)  # what people ask comes before what tries the bot out


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A change in words; for one that refuses publishing, the question that was judged and the entries right for it."""

    text: str
    judged: str = ""
    right: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImpactGroup:
    """Changes of one kind in words; `number` counts those too that are left out."""

    title: str
    number: int
    lines: tuple[ShownLine, ...]

    @property
    def first(self) -> tuple[ShownLine, ...]:
        """The lines that are seen at once."""
        return self.lines[:FIRST]

    @property
    def folded(self) -> tuple[ShownLine, ...]:
        """The others."""
        return self.lines[FIRST:]

    @property
    def left_out(self) -> int:
        """The number of changes that have no line."""
        return self.number - len(self.lines)


def impact_groups(impact: Impact, question_of: Callable[[str], str]) -> list[ImpactGroup]:
    """The groups that have a change; in each, real questions come first and judged ones last."""
    return [
        ImpactGroup(title, len(lines), tuple(_shown(line, impact, question_of) for line in lines[:MAX_LINES]))
        for title, lines in _grouped(impact)
        if lines
    ]


def _shown(line: ImpactLine, impact: Impact, question_of: Callable[[str], str]) -> ShownLine:
    if line in impact.refused:
        right = tuple(entry_id for entry_id in line.expected if question_of(entry_id))
        return ShownLine(refused_line(line, question_of), line.query, right)
    said = impact_line if direction(line) is Direction.WORSE else short_line
    return ShownLine(said(line, question_of))


def _grouped(impact: Impact) -> Iterator[tuple[str, list[ImpactLine]]]:
    refused = impact.refused
    yield REFUSED, list(refused)
    for kind, title in TITLES.items():
        mine = [line for line in impact.lines if line not in refused and direction(line) is kind]
        yield title, sorted(mine, key=lambda line: SOURCES.index(line.source))
