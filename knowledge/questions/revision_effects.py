"""Effects of revisions: how questions went in equal windows before and after each, counted in the database."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import reading
from knowledge.database.tables import UtcDateTime, feedback, queries
from knowledge.questions.feedback import FeedbackKind
from knowledge.questions.outcomes import ReplyKind

WINDOW = timedelta(days=7)
KINDS = (FeedbackKind.HELPFUL, FeedbackKind.UNHELPFUL, FeedbackKind.ESCALATED)
QUESTIONS = (ReplyKind.ANSWER, ReplyKind.SUGGEST, ReplyKind.ABSTAIN)  # a call for a person is none


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """The number of questions by their reply, and of those that got votes or were handed over."""

    answered: int = 0
    suggested: int = 0
    abstained: int = 0
    helpful: int = 0
    unhelpful: int = 0
    handed_over: int = 0

    @property
    def asked(self) -> int:
        """All questions."""
        return self.answered + self.suggested + self.abstained


@dataclass(frozen=True, slots=True)
class RevisionEffect:
    """How it went for the time `window` before a revision and after it; `others` were published in either."""

    window: timedelta
    before: QuestionCounts
    after: QuestionCounts
    others: int


def revision_effects(
    engine: sa.Engine, moments: Mapping[int, datetime], everyone: Sequence[datetime], now: datetime
) -> dict[int, RevisionEffect]:
    """The effects of the revisions published at `moments`; without those before the log begins. Raises StoreError.

    `everyone` are the moments of all revisions. A window is WINDOW long, or shorter by the age of the revision or of
    the log. Stretches between the ends of windows are counted once each, however many windows they are part of.
    """
    with reading(engine) as connection:
        first = connection.scalar(sa.select(sa.func.min(queries.c.at)))
        if first is None:
            return {}
        lengths = {number: min(WINDOW, now - at, at - first) for number, at in moments.items()}
        lengths = {number: length for number, length in lengths.items() if length > timedelta(0)}
        ends = sorted({moments[one] + side * length for one, length in lengths.items() for side in (-1, 0, 1)})
        counted = _counted(connection, ends) if lengths else {}

    published = sorted(everyone)
    return {
        number: _effect(moments[number], length, published, lambda one, other: _went(counted, ends, one, other))
        for number, length in lengths.items()
    }


def _effect(
    at: datetime, length: timedelta, published: Sequence[datetime], went: Callable[[datetime, datetime], QuestionCounts]
) -> RevisionEffect:
    since, until = at - length, at + length
    others = bisect_left(published, until) - bisect_left(published, since) - 1
    return RevisionEffect(length, went(since, at), went(at, until), others)


def _went(
    counted: Mapping[int, tuple[int, ...]], ends: Sequence[datetime], since: datetime, until: datetime
) -> QuestionCounts:
    """The sum of the stretches between two of the `ends`."""
    stretches = range(bisect_left(ends, since), bisect_left(ends, until))
    parts = [counted[number] for number in stretches if number in counted]
    return QuestionCounts(*map(sum, zip(*parts, strict=True))) if parts else QuestionCounts()


def _counted(connection: sa.Connection, ends: Sequence[datetime]) -> dict[int, tuple[int, ...]]:
    """For each stretch between two `ends`, by its number, the counts of QuestionCounts."""
    columns = sa.column("number", sa.Integer), sa.column("since", UtcDateTime), sa.column("until", UtcDateTime)
    stretches = sa.values(*columns).data([(n, *pair) for n, pair in enumerate(pairwise(ends))]).cte("stretches")
    reacted = (sa.func.max(sa.case((feedback.c.kind == kind.value, 1), else_=0)).label(kind.value) for kind in KINDS)
    given = sa.select(feedback.c.reference, *reacted).where(feedback.c.at >= ends[0]).group_by(feedback.c.reference)
    reactions = given.subquery()
    within = (queries.c.at >= stretches.c.since) & (queries.c.at < stretches.c.until)
    asked = stretches.join(queries, within).outerjoin(reactions, reactions.c.reference == queries.c.reference)
    sums = (sa.func.coalesce(sa.func.sum(reactions.c[kind.value]), 0) for kind in KINDS)
    rows = connection.execute(
        sa.select(stretches.c.number, queries.c.decision, sa.func.count(), *sums)
        .select_from(asked)
        .where(queries.c.decision.in_([one.value for one in QUESTIONS]))
        .group_by(stretches.c.number, queries.c.decision)
    )
    return _by_stretch([tuple(row) for row in rows])


def _by_stretch(rows: Sequence[tuple[Any, ...]]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = defaultdict(lambda: [0] * (len(QUESTIONS) + len(KINDS)))
    for number, decision, asked, *reacted in rows:
        found[number][QUESTIONS.index(ReplyKind(decision))] += int(asked)
        for place, count in enumerate(reacted, start=len(QUESTIONS)):
            found[number][place] += int(count)
    return {number: tuple(counts) for number, counts in found.items()}
