"""Outcomes of questions: how each was replied to and how it ended, counted in the database."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import reading
from knowledge.database.moments import DayLater, FiveSecondsEarlier, TokyoDay
from knowledge.database.tables import feedback, queries
from knowledge.entry import TOKYO
from knowledge.questions.feedback import FeedbackKind

TIME_TO_ASK_AGAIN = timedelta(hours=24)
CHOSE, HELPED, REJECTED, HANDED = 1, 2, 3, 4  # how much a reaction says: the highest one tells the ending
STRENGTH = {
    FeedbackKind.CHOSEN: CHOSE,
    FeedbackKind.HELPFUL: HELPED,
    FeedbackKind.UNHELPFUL: REJECTED,
    FeedbackKind.NONE_OF_THESE: REJECTED,
    FeedbackKind.UNWANTED: REJECTED,
    FeedbackKind.ESCALATED: HANDED,
}
NUMBER = sa.func.count().label("number")


class ReplyKind(StrEnum):
    """Kinds of reply to a question."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    DECLINE = "decline"  # a known question without a public answer
    ABSTAIN = "abstain"
    PERSON = "person"  # a call for a person, not a question


class Ending(StrEnum):
    """Ways in which a question ended; the first that fits is the question's."""

    OPEN = "open"  # 24 hours are not over yet
    HANDED_OVER = "handed_over"
    REJECTED = "rejected"  # of no help, none of the suggestions, or not wanted at all
    CONFIRMED = "confirmed"  # a vote, or a pressed suggestion and no further question
    ASKED_AGAIN = "asked_again"  # its asker asked on within 24 hours, in another message: after five seconds
    UNANSWERED = "unanswered"  # nothing was found, and nobody reacted
    SILENT = "silent"  # something was shown, and nobody reacted


@dataclass(frozen=True, slots=True)
class Replied:
    """The number of questions of one day in Japan at one door that got the same kind of reply."""

    day: date
    door: str
    reply: ReplyKind
    count: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The number of questions at one door that ended in the same way."""

    door: str
    ending: Ending
    count: int


@dataclass(frozen=True, slots=True)
class Worded:
    """The number of questions with one text that got the same kind of reply."""

    text: str
    reply: ReplyKind
    count: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The whole milliseconds that deciding on a reply took: for half of the questions, and for 95 of 100, at most."""

    median: int
    slow: int


class Outcomes:
    """Counts over the query log from the beginning of a day in Japan on; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def replied(self, first: date) -> list[Replied]:
        """The questions since the day `first` by day, door and kind of reply, oldest day first."""
        keys = [TokyoDay(queries.c.at).label("day"), queries.c.door, _reply()]
        rows = self._counted(sa.select(*keys, NUMBER), first, keys)
        return [Replied(date.fromisoformat(str(day)), door, ReplyKind(kind), count) for day, door, kind, count in rows]

    def ended(self, first: date, now: datetime) -> list[Ended]:
        """The questions since the day `first` by door and by how they have ended until `now`."""
        given = _reactions(first)
        keys = [queries.c.door, _ending(given, now).label("ending")]
        asked = sa.select(*keys, NUMBER).select_from(queries.outerjoin(given, given.c.reference == queries.c.reference))
        return [Ended(door, Ending(ending), count) for door, ending, count in self._counted(asked, first, keys)]

    def worded(self, first: date) -> list[Worded]:
        """The questions since the day `first` by their texts and kind of reply."""
        keys = [queries.c.text, _reply()]
        return [
            Worded(text, ReplyKind(kind), count)
            for text, kind, count in self._counted(sa.select(*keys, NUMBER), first, keys)
        ]

    def waiting(self, first: date) -> Waiting | None:
        """How long the replies since the day `first` took; None when nobody asked."""
        key = sa.func.round(queries.c.milliseconds).label("milliseconds")
        rows = self._counted(sa.select(key, NUMBER), first, [key])
        if not rows:
            return None
        times, numbers = zip(*rows, strict=True)
        until = list(accumulate(numbers))
        return Waiting(*(round(times[bisect_left(until, share * until[-1])]) for share in (0.5, 0.95)))

    def _counted(
        self, found: sa.Select[Any], first: date, keys: Sequence[sa.ColumnElement[Any]]
    ) -> list[tuple[Any, ...]]:
        """The rows of one count for each value of `keys`, in their order."""
        counted = found.where(queries.c.at >= day_begins(first)).group_by(*keys).order_by(*keys)
        with reading(self.engine) as connection:
            return [tuple(row) for row in connection.execute(counted)]


def day_begins(day: date) -> datetime:
    """The first moment of a day in Japan."""
    return datetime.combine(day, time(), TOKYO)


def _reply() -> sa.ColumnElement[Any]:
    declined = (queries.c.decision == ReplyKind.ABSTAIN.value) & queries.c.entry_id.is_not(None)
    return sa.case((declined, ReplyKind.DECLINE.value), else_=queries.c.decision).label("reply")


def _reactions(first: date) -> sa.Subquery:
    """The reaction to each question that anybody reacted to: the highest of those given."""
    strength = sa.case(*((feedback.c.kind == kind.value, rank) for kind, rank in STRENGTH.items()), else_=0)
    given = sa.select(feedback.c.reference, sa.func.max(strength).label("strength"))
    return given.where(feedback.c.at >= day_begins(first)).group_by(feedback.c.reference).subquery()


def _ending(given: sa.Subquery, now: datetime) -> sa.ColumnElement[Any]:
    later = queries.alias("later")
    soon = (later.c.at > queries.c.at) & (later.c.at <= DayLater(queries.c.at)) & (later.c.at <= now)
    by_the_same = (later.c.asker == queries.c.asker) & soon & (FiveSecondsEarlier(later.c.at) > queries.c.at)
    missed = (queries.c.decision == ReplyKind.ABSTAIN.value) & queries.c.entry_id.is_(None)
    return sa.case(
        (queries.c.at > now - TIME_TO_ASK_AGAIN, Ending.OPEN.value),  # first, or only who reacts at once would count
        (given.c.strength == HANDED, Ending.HANDED_OVER.value),
        (given.c.strength == REJECTED, Ending.REJECTED.value),
        (given.c.strength == HELPED, Ending.CONFIRMED.value),
        ((queries.c.asker != "") & sa.exists().where(by_the_same), Ending.ASKED_AGAIN.value),
        (given.c.strength == CHOSE, Ending.CONFIRMED.value),
        (missed, Ending.UNANSWERED.value),
        else_=Ending.SILENT.value,
    )
