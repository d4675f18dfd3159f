"""The audit of answers: some of each week's, drawn by lot, and how editors judged them."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import UtcDateTime, metadata, queries
from knowledge.entry import TOKYO
from knowledge.questions.outcomes import day_begins

SAMPLED = 30  # answers of a week
WEEK = timedelta(days=7)

verdicts = sa.Table(  # holds nothing of the question or its asker, and stays when these are deleted
    "answer_verdicts",
    metadata,
    sa.Column("reference", sa.String(32), primary_key=True),
    sa.Column("week", sa.Date, nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("entry_id", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("editor", sa.String(255), nullable=False),
)


class AuditVerdict(StrEnum):
    """Judgements of an answer by a person."""

    RIGHT = "right"
    WRONG = "wrong"
    UNCLEAR = "unclear"  # it cannot be told from the question


@dataclass(frozen=True, slots=True)
class SampledAnswer:
    """An answer that was drawn, with its question (redacted) and the last verdict on it."""

    reference: str
    at: datetime
    door: str
    text: str
    entry_id: str
    revision: int
    verdict: AuditVerdict | None
    editor: str


class Audits:
    """Draws the answers and keeps the verdicts; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def sample(self, week: date) -> list[SampledAnswer]:
        """The answers drawn of the week that begins on the Monday `week`: always the same ones while they are kept.

        References are random, so that the lowest ones are as good as drawn by lot.
        """
        given = (queries.c.at >= day_begins(week)) & (queries.c.at < day_begins(week + WEEK))
        answered = (queries.c.decision == "answer") & queries.c.entry_id.is_not(None) & (queries.c.text != "")
        found = (
            sa.select(queries, verdicts.c.verdict, verdicts.c.editor)
            .select_from(queries.outerjoin(verdicts, verdicts.c.reference == queries.c.reference))
            .where(given & answered)
            .order_by(queries.c.reference)
            .limit(SAMPLED)
        )
        with reading(self.engine) as connection:
            return [_sampled(row) for row in connection.execute(found)]

    def judge(self, week: date, answer: SampledAnswer, verdict: AuditVerdict, editor: str) -> None:
        """Keep a verdict on an answer of the week; the last one counts."""
        values = {
            "reference": answer.reference,
            "week": week,
            "at": datetime.now(UTC),
            "entry_id": answer.entry_id,
            "verdict": verdict.value,
            "editor": editor,
        }
        with changing(self.engine) as connection:
            connection.execute(sa.delete(verdicts).where(verdicts.c.reference == answer.reference))
            connection.execute(sa.insert(verdicts).values(values))

    def counts(self, first: date) -> dict[date, Counter[AuditVerdict]]:
        """The numbers of verdicts of each week since `first`, newest week first."""
        keys = verdicts.c.week, verdicts.c.verdict
        found = sa.select(*keys, sa.func.count().label("number")).where(verdicts.c.week >= first)
        weeks: dict[date, Counter[AuditVerdict]] = {}
        with reading(self.engine) as connection:
            for row in connection.execute(found.group_by(*keys).order_by(verdicts.c.week.desc())):
                weeks.setdefault(row.week, Counter())[AuditVerdict(row.verdict)] = row.number
        return weeks


def last_week(now: datetime) -> date:
    """The Monday of the last whole week in Japan."""
    today = now.astimezone(TOKYO).date()
    return today - timedelta(days=today.weekday()) - WEEK


def _sampled(row: sa.Row[Any]) -> SampledAnswer:
    verdict = AuditVerdict(row.verdict) if row.verdict else None
    return SampledAnswer(
        row.reference, row.at, row.door, row.text, row.entry_id, row.revision, verdict, row.editor or ""
    )
