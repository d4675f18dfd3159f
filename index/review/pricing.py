"""The price of a change: questions whose right entry is known that it wins, and what it loses."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.review.impact import ImpactLine, Loss, Source
from index.review.verdicts import Verdict
from knowledge.match_key import match_key

Right = Mapping[str, frozenset[str]]  # the right entries of a question by its match key, none where it has no answer
ALWAYS = (Loss.LOST, Loss.ANSWERED, Loss.TAKEN_BACK, Loss.MISLED)
WITHOUT_TRUTH = (Loss.REDIRECTED, Loss.SILENCED)


@dataclass(frozen=True, slots=True)
class Price:
    """The changed questions: real ones that get their right reply, lost ones, and those answered newly, right or not.

    Of the last nobody said which entry is right.
    """

    wins: tuple[ImpactLine, ...]
    losses: tuple[ImpactLine, ...]
    unproven: tuple[ImpactLine, ...]


def price(changed: Iterable[ImpactLine], right: Right) -> Price:
    """Price changed questions by what is known to be right for real questions; judged ones and own texts carry it."""
    wins, losses, unproven = [], [], []
    for line in changed:
        known = right.get(match_key(line.query)) if line.source is Source.REAL else frozenset(line.expected)
        if _is_loss(line, known):
            losses.append(line)
        elif known and line.source is Source.REAL and _is_right(line.after, known):
            wins.append(line)
        elif known is None and line.after.decision == "answer":
            unproven.append(line)
    return Price(tuple(wins), tuple(losses), tuple(unproven))


def asked_times(found: Price, asked: Mapping[str, int]) -> dict[str, int]:
    """How often each text that is won was asked, by what `asked` counts, however it was typed; at least once."""
    times = Counter[str]()
    for text, count in asked.items():
        times[match_key(text)] += count
    return {line.query: max(1, times[match_key(line.query)]) for line in found.wins}


def _is_loss(line: ImpactLine, known: frozenset[str] | None) -> bool:
    """True for what was right and is not, is wrong where it was not, or changed though nobody said what is right."""
    if line.loss in ALWAYS:
        return True
    if known is None:
        return line.loss in WITHOUT_TRUTH
    newly_wrong = _is_wrong(line.after, known) and not _is_wrong(line.before, known)
    return (_is_right(line.before, known) and not _is_right(line.after, known)) or newly_wrong


def _is_wrong(one: Verdict, known: frozenset[str]) -> bool:
    return one.decision == "answer" and one.entry_id not in known


def _is_right(one: Verdict, known: frozenset[str]) -> bool:
    """True for the right answer, and for the right entry that declines."""
    return one.decision != "suggest" and one.entry_id in known
