"""Doubts about a best entry: what a question asks for or says, and the entry does not."""

from dataclasses import dataclass

from index.decision.asked_for import missing_figures, missing_kinds
from index.decision.own_case import is_own_case
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Doubts:
    """Why a best entry may not be the answer.

    `kinds` of things are asked for that it does not say; it does not have the `figures` of the question, each a number
    and its unit; the question is about the asker's `own_case`, and the entry is not.
    """

    kinds: frozenset[str]
    figures: frozenset[tuple[float, str]]
    own_case: bool


def doubts(question: str, entry: Entry) -> Doubts:
    """The doubts whether `entry` answers `question`."""
    said = f"{entry.question}\n{entry.answer}"
    return Doubts(
        missing_kinds(question, said),
        missing_figures(question, (said, *entry.variants)),
        is_own_case(question) and not is_own_case(entry.question),
    )
