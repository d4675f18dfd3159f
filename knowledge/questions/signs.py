"""The signs in the query log that a question was not answered, or not well; and the askers who ask very much."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from knowledge.database.tables import feedback, queries
from knowledge.questions.feedback import FeedbackKind

TIME_TO_CHOOSE = timedelta(hours=1)  # from suggestions to a press, or to an answer of the next question
WEEK = timedelta(days=7)
LOUD = 200  # questions in the time that is looked at: who asks more shares one voice among them
GIVEN = (FeedbackKind.NONE_OF_THESE, FeedbackKind.UNHELPFUL, FeedbackKind.ESCALATED)  # signs by themselves
TELLING = [kind.value for kind in (FeedbackKind.CHOSEN, *GIVEN)]


def signs_between(start: datetime, end: datetime, dialect: str) -> sa.Subquery:
    """The questions asked after `start` and not after `end` that have a sign; a column each, named like its GapKind.

    `shown` is the entry shown last, `reason` the one given last, and `week` 0 for the last week before `end`, 1 for
    the one before it and 2 for all others.
    """
    signs = {
        "unanswered": (queries.c.decision == "abstain") & queries.c.entry_id.is_(None),
        **{kind.value: _given(feedback.c.kind == kind.value) for kind in GIVEN},
        "unpressed": _unpressed(end, dialect),
    }
    ages = (queries.c.at > end - WEEK, 0), (queries.c.at > end - 2 * WEEK, 1)
    return (
        sa.select(
            *(queries.c[name] for name in ("text", "asker", "at", "revision")),
            sa.func.coalesce(_last(feedback.c.entry_id), queries.c.entry_id).label("shown"),
            _last(feedback.c.reason).label("reason"),
            sa.case(*ages, else_=2).label("week"),
            *(sign.label(name) for name, sign in signs.items()),
        )
        .where(_between(start, end), queries.c.text != "", sa.or_(*signs.values()))
        .subquery()
    )


def loud_askers(start: datetime, end: datetime) -> sa.Subquery:
    """The askers of more than LOUD questions in that time, each with a voice of less than 1."""
    asked = sa.func.count()
    found = sa.select(queries.c.asker, (sa.literal(float(LOUD)) / asked).label("voice")).where(_between(start, end))
    return found.group_by(queries.c.asker).having(asked > LOUD).subquery()


def _unpressed(end: datetime, dialect: str) -> sa.ColumnElement[bool]:
    """Suggestions without a reaction, while no other question of the asker got an answer within TIME_TO_CHOOSE.

    Those who have no name cannot be told apart: an answer to any of them counts.
    """
    later = queries.alias("later")
    pressed = sa.exists().where(feedback.c.reference == later.c.reference, feedback.c.kind == FeedbackKind.CHOSEN.value)
    answered = sa.exists().where(
        later.c.asker == queries.c.asker,
        later.c.at > queries.c.at,
        later.c.at <= _plus_time_to_choose(queries.c.at, dialect),
        later.c.entry_id.is_not(None) | pressed,
    )
    suggested = (queries.c.decision == "suggest") & (queries.c.at <= end - TIME_TO_CHOOSE)
    return suggested & ~_given(sa.true()) & ~answered.correlate(queries)


def _plus_time_to_choose(moment: sa.Column[datetime], dialect: str) -> sa.ColumnElement[Any]:
    """An hour later; SQLite keeps moments as text, to be compared as such."""
    if dialect == "sqlite":
        return sa.func.strftime("%Y-%m-%d %H:%M:%f", moment, f"+{int(TIME_TO_CHOOSE.total_seconds())} seconds")
    return sa.type_coerce(moment, sa.DateTime) + sa.literal(TIME_TO_CHOOSE, sa.Interval)


def _between(start: datetime, end: datetime) -> sa.ColumnElement[bool]:
    return (queries.c.at > start) & (queries.c.at <= end)


def _given(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """True for a question with such feedback."""
    return sa.exists().where(feedback.c.reference == queries.c.reference, which).correlate(queries)


def _last(column: sa.Column[Any]) -> sa.ScalarSelect[Any]:
    """The last value of a column of a question's feedback that tells something."""
    mine = feedback.c.reference == queries.c.reference
    found = sa.select(column).where(mine, column.is_not(None), feedback.c.kind.in_(TELLING))
    return found.order_by(feedback.c.id.desc()).limit(1).correlate(queries).scalar_subquery()
