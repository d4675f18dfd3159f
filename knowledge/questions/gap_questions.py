"""Questions that we could not answer or answered badly, as the log holds them, but for those an editor ignores."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import feedback, ignored_gaps, queries
from knowledge.entry import folded
from knowledge.errors import AlreadyStored
from knowledge.questions.query_log import FeedbackKind, UnhelpfulReason


class GapKind(StrEnum):
    """What makes a question a gap; all but the first are kinds of feedback."""

    UNANSWERED = "unanswered"
    NONE_OF_THESE = FeedbackKind.NONE_OF_THESE.value
    UNHELPFUL = FeedbackKind.UNHELPFUL.value
    ESCALATED = FeedbackKind.ESCALATED.value


_FEEDBACK = [kind.value for kind in GapKind if kind is not GapKind.UNANSWERED]


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
        """The gaps asked after `start` and not after `end`, newest first; a text without letters is none."""
        telling = feedback.c.kind.in_([FeedbackKind.CHOSEN.value, *_FEEDBACK])
        given = (feedback.c.reference == queries.c.reference) & telling
        lost = (queries.c.decision == "abstain") & queries.c.entry_id.is_(None)
        found = (
            sa.select(queries, *(feedback.c[name].label(f"given_{name}") for name in ("kind", "entry_id", "reason")))
            .select_from(queries.outerjoin(feedback, given))
            .where((queries.c.at > start) & (queries.c.at <= end) & (lost | feedback.c.kind.is_not(None)))
            .order_by(queries.c.at.desc(), queries.c.reference, feedback.c.id)
        )
        ignored = self.ignored()
        rows: dict[str, list[sa.Row[Any]]] = {}
        for row in self._all(found):
            rows.setdefault(row.reference, []).append(row)
        gaps = map(_gap_question, rows.values())
        return [gap for gap in gaps if gap.kinds and folded(gap.text) and text_key(gap.text) not in ignored]

    def ignore(self, texts: Iterable[str], editor: str) -> None:
        """Leave these texts, however they are spelled, out of the gaps from now on; the first editor's name stays."""
        for key in dict.fromkeys(map(text_key, texts)):
            values = {"text_key": key, "at": datetime.now(UTC), "editor": editor}
            with suppress(AlreadyStored), changing(self.engine) as connection:
                connection.execute(sa.insert(ignored_gaps).values(values))

    def ignored(self) -> set[str]:
        """The keys of the texts to ignore."""
        return {row.text_key for row in self._all(sa.select(ignored_gaps.c.text_key))}

    def _all(self, found: sa.Select[Any]) -> list[sa.Row[Any]]:
        with reading(self.engine) as connection:
            return list(connection.execute(found))


def text_key(text: str) -> str:
    """SHA-256 (hexadecimal) of a text without width, case, blanks and punctuation."""
    return hashlib.sha256(folded(text).encode()).hexdigest()


def _gap_question(rows: list[sa.Row[Any]]) -> GapQuestion:
    """The question behind its rows, one for each feedback (or one without any), in the order they were given."""
    asked = rows[0]
    lost = asked.decision == "abstain" and asked.entry_id is None
    kinds = {GapKind(row.given_kind) for row in rows if row.given_kind in _FEEDBACK}
    shown = [row.given_entry_id for row in rows if row.given_entry_id]
    reasons = [row.given_reason for row in rows if row.given_reason]
    return GapQuestion(
        reference=asked.reference,
        text=asked.text,
        at=asked.at,
        asker=asked.asker,
        kinds=frozenset(kinds | {GapKind.UNANSWERED} if lost else kinds),
        entry_id=shown[-1] if shown else asked.entry_id,
        revision=asked.revision,
        reason=UnhelpfulReason(reasons[-1]) if reasons else None,
    )
