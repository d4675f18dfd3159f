"""Questions that we could not answer or answered badly, as the log holds them, but for those an editor ignores."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import reading
from knowledge.match_key import match_key
from knowledge.questions.feedback import FeedbackKind, UnhelpfulReason
from knowledge.questions.ignored_gaps import IgnoredGaps, Ignoring, text_key
from knowledge.questions.signs import loud_askers, signs_between

SPELLINGS = 2  # texts read for each that is wanted: some differ in spelling only


class GapKind(StrEnum):
    """The reason that a question is a gap; those between the first and the last are kinds of feedback."""

    UNANSWERED = "unanswered"
    NONE_OF_THESE = FeedbackKind.NONE_OF_THESE.value
    UNHELPFUL = FeedbackKind.UNHELPFUL.value
    ESCALATED = FeedbackKind.ESCALATED.value
    UNPRESSED = "unpressed"  # suggestions, and no reaction of the asker: the weakest sign


@dataclass(frozen=True, slots=True, kw_only=True)
class GapQuestion:
    """One question (redacted) with all that makes it a gap; `asker` is a keyed hash, "" where unknown.

    It stands for `count` equal ones of the same asker, and `at` is the moment of the last. `entry_id` is the entry
    that was shown at `revision`, at once or when it was chosen; None when none was. `voice` is what the asker counts:
    1, and less for somebody who asks very much.
    """

    text: str
    at: datetime
    asker: str
    kinds: frozenset[GapKind]
    entry_id: str | None
    revision: int
    reason: UnhelpfulReason | None = None
    count: int = 1
    voice: float = 1.0


@dataclass(frozen=True, slots=True)
class IgnoredGap:
    """The texts that an editor ignored at once, by their keys, and whoever restored them."""

    texts: Mapping[str, str]
    ignoring: Ignoring


class GapQuestions:
    """Reads the gaps of the query log, but for those that are `ignored`; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.ignored = IgnoredGaps(engine)

    def asked_between(self, start: datetime, end: datetime, most: int) -> list[GapQuestion]:
        """The gaps asked after `start` and not after `end`, newest first; a text without letters is none.

        Counted in the database: of ever so many texts come the `most` (about) that most voices, then the newest, ask.
        Equal questions of one asker are one, but for those of this week, of the last one and of before.
        """
        ignored = self.ignored.keys()
        signs, loud = signs_between(start, end, self.engine.dialect.name), loud_askers(start, end)
        asked = self._all(_loudest(signs, loud, SPELLINGS * most + len(ignored)))
        texts = [text for (text,) in asked if match_key(text) and text_key(text) not in ignored]
        return list(map(_gap_question, self._all(_counted(signs, loud, texts)))) if texts else []

    def ignored_between(self, start: datetime, end: datetime, most: int) -> list[IgnoredGap]:
        """The ignored gaps of that time, restored ones too, the last ignored first; `most` is as of `asked_between`."""
        ignored = self.ignored.by_key()
        signs, loud = signs_between(start, end, self.engine.dialect.name), loud_askers(start, end)
        texts: dict[Ignoring, dict[str, str]] = {}  # in one spelling, by key
        for (text,) in self._all(_loudest(signs, loud, SPELLINGS * most + len(ignored))) if ignored else ():
            if one := ignored.get(key := text_key(text)):
                texts.setdefault(one, {}).setdefault(key, text)
        last = sorted(texts, key=lambda one: one.at, reverse=True)
        return [IgnoredGap(texts[one], one) for one in last]

    def _all(self, found: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with reading(self.engine) as connection:
            return connection.execute(found).all()


def _loudest(signs: sa.Subquery, loud: sa.Subquery, most: int) -> sa.Select[Any]:
    """The texts that most voices ask, then the newest; an asker has one voice, however often a text is asked."""
    last = sa.func.max(signs.c.at).label("last")
    voices = sa.select(signs.c.text, signs.c.asker, last).group_by(signs.c.text, signs.c.asker).subquery()
    return (
        sa.select(voices.c.text)
        .select_from(voices.outerjoin(loud, loud.c.asker == voices.c.asker))
        .group_by(voices.c.text)
        .order_by(sa.func.sum(_voice(loud)).desc(), sa.func.max(voices.c.last).desc(), voices.c.text)
        .limit(most)
    )


def _counted(signs: sa.Subquery, loud: sa.Subquery, texts: Collection[str]) -> sa.Select[Any]:
    """The questions with these texts, equal ones of one asker in one row."""
    asked = (
        sa.select(*signs.c, _voice(loud).label("voice"))
        .select_from(signs.outerjoin(loud, loud.c.asker == signs.c.asker))
        .where(signs.c.text.in_(texts))
        .subquery()
    )
    same = [column for column in asked.c if column is not asked.c.at]
    last = sa.func.max(asked.c.at).label("last")
    return sa.select(*same, last, sa.func.count().label("number")).group_by(*same).order_by(last.desc(), asked.c.text)


def _voice(loud: sa.Subquery) -> sa.ColumnElement[float]:
    return sa.func.coalesce(loud.c.voice, 1.0)


def _gap_question(row: sa.Row[Any]) -> GapQuestion:
    return GapQuestion(
        text=row.text,
        at=row.last,
        asker=row.asker,
        kinds=frozenset(kind for kind in GapKind if row._mapping[kind.value]),  # noqa: SLF001  # SQLAlchemy's own name
        entry_id=row.shown,
        revision=row.revision,
        reason=UnhelpfulReason(row.reason) if row.reason else None,
        count=row.number,
        voice=row.voice,
    )
