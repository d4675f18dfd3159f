"""What the query log adds up to: counts of decisions and feedback, the entries most asked for, the gaps."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from knowledge.database import feedback, queries, unusable
from knowledge.query_log import FeedbackKind


@dataclass(frozen=True, slots=True)
class Period:
    """Counts since a moment; `feedback` by kind."""

    days: int
    asked: int
    answered: int
    suggested: int
    abstained: int
    feedback: dict[FeedbackKind, int] = field(default_factory=dict)


class Statistics:
    """Counts over the query log; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def period(self, days: int) -> Period:
        """What was asked and said within the last `days` days of 24 hours."""
        since = datetime.now(UTC) - timedelta(days=days)
        decisions = sa.select(queries.c.decision, sa.func.count()).where(queries.c.at > since)
        given = sa.select(feedback.c.kind, sa.func.count()).where(feedback.c.at > since)
        counts = self._counts(decisions.group_by(queries.c.decision))
        kinds = self._counts(given.group_by(feedback.c.kind))
        return Period(
            days,
            sum(counts.values()),
            counts.get("answer", 0),
            counts.get("suggest", 0),
            counts.get("abstain", 0),
            {kind: kinds.get(kind.value, 0) for kind in FeedbackKind},
        )

    def most_asked(self, days: int, limit: int) -> list[tuple[str, int]]:
        """The entries that were answered or declined most, with counts, most first."""
        since = datetime.now(UTC) - timedelta(days=days)
        number = sa.func.count()
        asked = queries.c.entry_id.is_not(None) & (queries.c.at > since)
        found = sa.select(queries.c.entry_id, number).where(asked).group_by(queries.c.entry_id)
        return list(self._counts(found.order_by(number.desc(), queries.c.entry_id).limit(limit)).items())

    def unanswered(self, days: int, limit: int) -> list[tuple[str, int]]:
        """The questions (redacted) that got no entry most often, with counts, most first."""
        since = datetime.now(UTC) - timedelta(days=days)
        number = sa.func.count()
        lost = (queries.c.decision == "abstain") & queries.c.entry_id.is_(None) & (queries.c.at > since)
        found = sa.select(queries.c.text, number).where(lost & (queries.c.text != "")).group_by(queries.c.text)
        return list(self._counts(found.order_by(number.desc(), queries.c.text).limit(limit)).items())

    def _counts(self, found: sa.Select[Any]) -> dict[str, int]:
        try:
            with self.engine.connect() as connection:
                return {str(name): int(number) for name, number in connection.execute(found)}
        except SQLAlchemyError as error:
            raise unusable(error) from error
