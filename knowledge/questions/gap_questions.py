"""Questions that we could not answer or answered badly, as the log holds them, but for those an editor ignores."""

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import feedback, ignored_gaps, queries
from knowledge.errors import AlreadyStored
from knowledge.match_key import match_key
from knowledge.questions.feedback import FeedbackKind, UnhelpfulReason

TIME_TO_CHOOSE = timedelta(hours=1)  # from suggestions to a press, or to an answer of the next question


class GapKind(StrEnum):
    """The reason that a question is a gap; those between the first and the last are kinds of feedback."""

    UNANSWERED = "unanswered"
    NONE_OF_THESE = FeedbackKind.NONE_OF_THESE.value
    UNHELPFUL = FeedbackKind.UNHELPFUL.value
    ESCALATED = FeedbackKind.ESCALATED.value
    UNPRESSED = "unpressed"  # suggestions, and no reaction of the asker: the weakest sign


_FEEDBACK = [kind.value for kind in GapKind if kind not in (GapKind.UNANSWERED, GapKind.UNPRESSED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapQuestion:
    """One question (redacted) with all that makes it a gap; `asker` is a keyed hash, "" where unknown.

    `entry_id` is the entry that was shown at `revision`, at once or when it was chosen; None when none was.
    """

    reference: str
    text: str
    at: datetime
    asker: str
    kinds: frozenset[GapKind]
    entry_id: str | None
    revision: int
    reason: UnhelpfulReason | None = None


class GapQuestions:
    """Reads the gaps of the query log and remembers which texts to ignore; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def asked_between(self, start: datetime, end: datetime) -> list[GapQuestion]:
        """The gaps asked after `start` and not after `end`, newest first; a text without letters is none.

        Suggestions are unpressed once TIME_TO_CHOOSE has passed at `end`.
        """
        rows: dict[str, list[sa.Row[Any]]] = defaultdict(list)
        for row in self._all(_possible_gaps(start, end)):
            rows[row.reference].append(row)
        unpressed = [one[0] for one in rows.values() if one[0].decision == "suggest" and one[0].given_kind is None]
        left = self._without_further_answer(unpressed, start, end)
        ignored = self.ignored()
        gaps = [_gap_question(given, unpressed=reference in left) for reference, given in rows.items()]
        return [gap for gap in gaps if gap.kinds and match_key(gap.text) and text_key(gap.text) not in ignored]

    def _without_further_answer(self, asked: list[sa.Row[Any]], start: datetime, end: datetime) -> set[str]:
        """The references of the questions whose asker got no answer to another one within TIME_TO_CHOOSE.

        Those who have no name cannot be told apart: an answer to any of them counts.
        """
        if not asked:
            return set()
        answered = sa.select(queries.c.asker, queries.c.at).where(queries.c.entry_id.is_not(None))
        chosen = sa.select(feedback.c.asker, feedback.c.at).where(feedback.c.kind == FeedbackKind.CHOSEN.value)
        both = sa.union_all(
            answered.where((queries.c.at > start) & (queries.c.at <= end)),
            chosen.where((feedback.c.at > start) & (feedback.c.at <= end)),
        )
        moments: dict[str, list[datetime]] = defaultdict(list)
        for row in self._all(both):
            moments[row.asker].append(row.at)
        for some in moments.values():
            some.sort()
        return {row.reference for row in asked if not _has_between(moments[row.asker], row.at, row.at + TIME_TO_CHOOSE)}

    def ignore(self, texts: Iterable[str], editor: str) -> None:
        """Leave these texts, however they are spelled, out of the gaps from now on; the first editor's name stays."""
        for key in dict.fromkeys(map(text_key, texts)):
            values = {"text_key": key, "at": datetime.now(UTC), "editor": editor}
            with suppress(AlreadyStored), changing(self.engine) as connection:
                connection.execute(sa.insert(ignored_gaps).values(values))

    def ignored(self) -> set[str]:
        """The keys of the texts to ignore."""
        return {row.text_key for row in self._all(sa.select(ignored_gaps.c.text_key))}

    def _all(self, found: sa.Select[Any] | sa.CompoundSelect[Any]) -> list[sa.Row[Any]]:
        with reading(self.engine) as connection:
            return list(connection.execute(found))


def text_key(text: str) -> str:
    """SHA-256 (hexadecimal) of a text without width, case, blanks and punctuation."""
    return hashlib.sha256(match_key(text).encode()).hexdigest()


def _possible_gaps(start: datetime, end: datetime) -> sa.Select[Any]:
    """The questions that may be gaps with their feedback, a row each, newest first."""
    any_feedback = sa.exists().where(feedback.c.reference == queries.c.reference).correlate(queries)
    unpressed = (queries.c.decision == "suggest") & ~any_feedback & (queries.c.at <= end - TIME_TO_CHOOSE)
    lost = (queries.c.decision == "abstain") & queries.c.entry_id.is_(None)
    telling = feedback.c.kind.in_([FeedbackKind.CHOSEN.value, *_FEEDBACK])
    given = (feedback.c.reference == queries.c.reference) & telling
    return (
        sa.select(queries, *(feedback.c[name].label(f"given_{name}") for name in ("kind", "entry_id", "reason")))
        .select_from(queries.outerjoin(feedback, given))
        .where((queries.c.at > start) & (queries.c.at <= end) & (lost | unpressed | feedback.c.kind.is_not(None)))
        .order_by(queries.c.at.desc(), queries.c.reference, feedback.c.id)
    )


def _has_between(moments: list[datetime], after: datetime, until: datetime) -> bool:
    """True when one of the sorted `moments` is later than `after` and not later than `until`."""
    place = bisect_right(moments, after)
    return place < len(moments) and moments[place] <= until


def _gap_question(rows: list[sa.Row[Any]], *, unpressed: bool) -> GapQuestion:
    """The question behind its rows, one for each feedback (or one without any), in the order they were given."""
    asked = rows[0]
    kinds = {GapKind(row.given_kind) for row in rows if row.given_kind in _FEEDBACK}
    if asked.decision == "abstain" and asked.entry_id is None:
        kinds.add(GapKind.UNANSWERED)
    if unpressed:
        kinds.add(GapKind.UNPRESSED)
    shown = [row.given_entry_id for row in rows if row.given_entry_id]
    reasons = [row.given_reason for row in rows if row.given_reason]
    return GapQuestion(
        reference=asked.reference,
        text=asked.text,
        at=asked.at,
        asker=asked.asker,
        kinds=frozenset(kinds),
        entry_id=shown[-1] if shown else asked.entry_id,
        revision=asked.revision,
        reason=UnhelpfulReason(reasons[-1]) if reasons else None,
    )
