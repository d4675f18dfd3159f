"""The direction of a change: better or worse for a question of which it is known what is right."""

from collections.abc import Sequence
from enum import StrEnum

from index.review.impact import ImpactLine, Loss, Source
from index.review.verdicts import Verdict

WORSE_ALWAYS = (Loss.LOST, Loss.ANSWERED, Loss.MISLED)


class Direction(StrEnum):
    """Better, worse, or not known to be either."""

    WORSE = "worse"
    BETTER = "better"
    OPEN = "open"


def direction(line: ImpactLine) -> Direction:
    """The direction of a change; an entry is taken back on purpose, and of a real question it is seldom known.

    The right entry that declines is as right as an answer.
    """
    if (line.source is Source.REAL and not line.expected) or line.loss is Loss.TAKEN_BACK:
        return Direction.OPEN
    before, after = (_worth(one, line.expected) for one in (line.before, line.after))
    if line.loss in WORSE_ALWAYS or after < before:
        return Direction.WORSE
    return Direction.BETTER if after > before else Direction.OPEN


def _worth(one: Verdict, right: Sequence[str]) -> int:
    """3 for the right reply, 2 for its suggestion, 0 for a wrong answer."""
    if one.entry_id in right:
        return 2 if one.decision == "suggest" else 3
    return 0 if one.decision == "answer" else 1
