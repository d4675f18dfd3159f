"""Feedback of askers on a reply."""

from dataclasses import dataclass
from enum import StrEnum


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
