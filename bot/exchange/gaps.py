"""Gaps as programs get them."""

from datetime import datetime

from msgspec import Struct

from bot.exchange.replies import Candidate
from index.gaps.gaps import Gap, Trend
from knowledge.questions.gap_questions import GapKind


class GapObject(Struct, frozen=True, kw_only=True):
    """Open questions of one meaning, redacted; `nearest` is the entry that comes nearest."""

    key: str
    question: str
    texts: tuple[str, ...]
    count: int
    askers: int
    trend: Trend
    this_week: int
    last_week: int
    kinds: dict[GapKind, int]
    nearest: Candidate | None
    last_asked: datetime


def gap_object(gap: Gap) -> GapObject:
    """A gap as `faqbot gaps --json` lists it."""
    nearest = gap.nearest
    return GapObject(
        key=gap.key,
        question=gap.representative,
        texts=gap.examples,
        count=gap.count,
        askers=gap.askers,
        trend=gap.trend,
        this_week=gap.this_week,
        last_week=gap.last_week,
        kinds=dict(gap.kinds),
        nearest=Candidate(nearest.id, nearest.question, round(gap.confidence, 4)) if nearest else None,
        last_asked=gap.last_asked.replace(microsecond=0),
    )
