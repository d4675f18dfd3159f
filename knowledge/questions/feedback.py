"""Feedback of askers on a reply."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from knowledge.database.tables import feedback, queries


class FeedbackKind(StrEnum):
    """Kinds of feedback, each from a button under a reply."""

    CHOSEN = "chosen"  # pressed one of the suggested questions
    NONE_OF_THESE = "none_of_these"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"
    ESCALATED = "escalated"  # asked for a person
    UNWANTED = "unwanted"  # took back a reply to what nobody had asked us


class UnhelpfulReason(StrEnum):
    """Reasons for which a reply did not help."""

    OUTDATED = "outdated"
    OTHER_QUESTION = "other_question"
    UNCLEAR = "unclear"


VOTES = (FeedbackKind.HELPFUL, FeedbackKind.UNHELPFUL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One asker's feedback on the reply `reference`; only the keyed hash of `asker` is stored."""

    reference: str
    kind: FeedbackKind
    asker: str = ""
    entry_id: str | None = None
    reason: UnhelpfulReason | None = None


def storing(values: dict[str, Any]) -> sa.Insert:
    """The statement that stores a row of feedback, unless there is the same one or nobody asked that question.

    Anybody can send a form: what was pressed is stored only where it was suggested. Of a vote on an entry that was
    read without a question an asker has one.
    """
    asked = queries.c.reference == values["reference"]
    if values["kind"] == FeedbackKind.CHOSEN:
        asked &= queries.c.suggested.contains(f" {values['entry_id']} ", autoescape=True)
    allowed: sa.ColumnElement[bool] = sa.exists().where(asked)
    if values["kind"] in VOTES:
        voted = (feedback.c.asker == values["asker"]) & (feedback.c.entry_id == values["entry_id"])
        allowed |= ~sa.exists().where(voted, feedback.c.kind.in_([kind.value for kind in VOTES]))
    same = (feedback.c[name].is_not_distinct_from(values[name]) for name in ("reference", "kind", "asker", "entry_id"))
    row = sa.select(*(sa.literal(value, feedback.c[name].type) for name, value in values.items()))
    return sa.insert(feedback).from_select([*values], row.where(allowed, ~sa.exists().where(*same)))
