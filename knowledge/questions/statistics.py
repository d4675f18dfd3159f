"""Statistics of the query log: decisions, feedback, the entries most asked for, unanswered questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import reading
from knowledge.database.tables import entries, entry_history, feedback, queries, revisions
from knowledge.entry import TOKYO
from knowledge.questions.feedback import FeedbackKind

ASKERS = sa.func.count(sa.distinct(queries.c.asker))


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """Counts since a moment; `feedback` by kind."""

    days: int
    asked: int
    answered: int
    suggested: int
    abstained: int
    feedback: dict[FeedbackKind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """The questions of each of some days in Tokyo up to the day `last`, oldest first."""

    last: date
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes on an entry; an asker has one of each kind, however many questions led to it."""

    entry_id: str
    unhelpful: int
    helpful: int


class Statistics:
    """Counts over the query log; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def period(self, days: int) -> PeriodCounts:
        """The counts of the last `days` days of 24 hours."""
        since = datetime.now(UTC) - timedelta(days=days)
        decisions = sa.select(queries.c.decision, sa.func.count()).where(queries.c.at > since)
        given = sa.select(feedback.c.kind, sa.func.count()).where(feedback.c.at > since)
        counts = self._counts(decisions.group_by(queries.c.decision))
        kinds = self._counts(given.group_by(feedback.c.kind))
        return PeriodCounts(
            days,
            sum(counts.values()),
            counts.get("answer", 0),
            counts.get("suggest", 0),
            counts.get("abstain", 0),
            {kind: kinds.get(kind.value, 0) for kind in FeedbackKind},
        )

    def daily(self, days: int, last: datetime) -> DailyCounts:
        """The questions of each of `days` days in Tokyo; the last one is that of the moment `last`."""
        midnight = last.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
        starts = [midnight - timedelta(days=number) for number in reversed(range(-1, days))]
        within = ((queries.c.at >= start) & (queries.c.at < end) for start, end in pairwise(starts))
        (row,) = self._rows(
            sa.select(*(sa.func.count().filter(one) for one in within)).where(queries.c.at >= starts[0])
        )
        return DailyCounts(midnight.date(), tuple(row))

    def most_asked(self, days: int, limit: int) -> list[tuple[str, int]]:
        """The entries that were answered or declined, with counts; those that most askers were shown first."""
        since = datetime.now(UTC) - timedelta(days=days)
        number = sa.func.count()
        asked = queries.c.entry_id.is_not(None) & (queries.c.at > since)
        found = sa.select(queries.c.entry_id, number).where(asked).group_by(queries.c.entry_id)
        return list(self._counts(found.order_by(ASKERS.desc(), number.desc(), queries.c.entry_id).limit(limit)).items())

    def unanswered(self, days: int, limit: int) -> list[tuple[str, int]]:
        """The questions (redacted) that got no entry, with counts; those of most askers first."""
        since = datetime.now(UTC) - timedelta(days=days)
        number = sa.func.count()
        lost = (queries.c.decision == "abstain") & queries.c.entry_id.is_(None) & (queries.c.at > since)
        found = sa.select(queries.c.text, number).where(lost & (queries.c.text != "")).group_by(queries.c.text)
        return list(self._counts(found.order_by(ASKERS.desc(), number.desc(), queries.c.text).limit(limit)).items())

    def never_asked(self, ids: Iterable[str], since: datetime) -> list[str]:
        """Those of `ids`, stored before `since`, that nobody was shown since: not answered, declined or chosen."""
        older = entry_history.join(revisions, revisions.c.revision == entry_history.c.revision)
        known = sa.select(entry_history.c.id).select_from(older).where(revisions.c.at <= since)
        shown = sa.select(queries.c.entry_id).where(queries.c.entry_id.is_not(None) & (queries.c.at > since))
        pressed = (feedback.c.kind == FeedbackKind.CHOSEN.value) & feedback.c.entry_id.is_not(None)
        chosen = sa.select(feedback.c.entry_id).where(pressed & (feedback.c.at > since))
        stored = {row.id for row in self._rows(known)}
        seen = {row.entry_id for row in self._rows(sa.union(shown, chosen))}
        return [entry_id for entry_id in ids if entry_id in stored and entry_id not in seen]

    def unhelpful(self, since: datetime) -> list[Votes]:
        """The entries that did not help somebody after `since`, as they now stand; those most often first."""
        return [votes for votes in self.votes(since) if votes.unhelpful]

    def votes(self, since: datetime) -> list[Votes]:
        """The votes after `since` on each entry as it now stands; those that helped least often first."""
        voted = feedback.join(entries, entries.c.id == feedback.c.entry_id)
        written = voted.join(revisions, revisions.c.revision == entries.c.revision)
        against, in_favour = (
            sa.func.count(sa.distinct(sa.case((feedback.c.kind == kind.value, feedback.c.asker))))
            for kind in (FeedbackKind.UNHELPFUL, FeedbackKind.HELPFUL)
        )
        found = (
            sa.select(feedback.c.entry_id, against.label("against"), in_favour.label("in_favour"))
            .select_from(written)
            .where((feedback.c.at > since) & (feedback.c.at > revisions.c.at))
            .group_by(feedback.c.entry_id)
            .having(against + in_favour > 0)
            .order_by(against.desc(), in_favour, feedback.c.entry_id)
        )
        return [Votes(row.entry_id, int(row.against), int(row.in_favour)) for row in self._rows(found)]

    def _counts(self, found: sa.Select[Any]) -> dict[str, int]:
        return {str(name): int(number) for name, number in map(tuple, self._rows(found))}

    def _rows(self, found: sa.Executable) -> Sequence[sa.Row[Any]]:
        with reading(self.engine) as connection:
            return connection.execute(found).all()
