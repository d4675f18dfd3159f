"""The impact on the page of a proposal: what refuses publishing, then what is worse, better, or neither."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from bot.wording.changes import impact_line, refused_line, short_line
from index.review.directions import Direction, direction
from index.review.impact import Impact, ImpactLine, Loss, Source

FIRST = 5  # lines of a group that are seen at once
MAX_LINES = 40  # of a group
UNTOUCHED = "直していない項目での小さな変化"
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
    seen: int = FIRST

    @property
    def first(self) -> tuple[ShownLine, ...]:
        """The lines that are seen at once."""
        return self.lines[: self.seen]

    @property
    def folded(self) -> tuple[ShownLine, ...]:
        """The others."""
        return self.lines[self.seen :]

    @property
    def left_out(self) -> int:
        """The number of changes that have no line."""
        return self.number - len(self.lines)


def impact_groups(
    impact: Impact, question_of: Callable[[str], str], written: Collection[str] | None = None
) -> list[ImpactGroup]:
    """The groups that have a change; in each, real questions come first and judged ones last.

    `written` are the ids of the entries that change, where nothing else does. How rare a word is depends on every
    entry, so that questions for others come out a little differently, about which nobody can do anything: all folded.
    """
    apart = [line for line in impact.lines if written is not None and _is_apart(line, written)]
    groups = [(title, lines, FIRST) for title, lines in _grouped(impact, apart)]
    return [
        ImpactGroup(title, len(lines), tuple(_shown(line, impact, question_of) for line in lines[:MAX_LINES]), seen)
        for title, lines, seen in (*groups, (UNTOUCHED, apart, 0))
        if lines
    ]


def _is_apart(line: ImpactLine, written: Collection[str]) -> bool:
    """True where the same entry is best before and after, and it is none of those `written`."""
    first = line.before.first
    is_refused = line.loss in (Loss.LOST, Loss.ANSWERED)
    return first is not None and first == line.after.first and first not in written and not is_refused


def _shown(line: ImpactLine, impact: Impact, question_of: Callable[[str], str]) -> ShownLine:
    if line in impact.refused:
        right = tuple(entry_id for entry_id in line.expected if question_of(entry_id))
        return ShownLine(refused_line(line, question_of), line.query, right)
    said = impact_line if direction(line) is Direction.WORSE else short_line
    return ShownLine(said(line, question_of))


def _grouped(impact: Impact, apart: Collection[ImpactLine]) -> Iterator[tuple[str, list[ImpactLine]]]:
    refused = impact.refused
    others = [line for line in impact.lines if line not in refused and line not in apart]
    yield REFUSED, list(refused)
    for kind, title in TITLES.items():
        mine = [line for line in others if direction(line) is kind]
        yield title, sorted(mine, key=lambda line: SOURCES.index(line.source))
