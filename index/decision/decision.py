"""The decision: answer, suggest or abstain, from a ranking and its calibrated confidence."""

import re
from dataclasses import dataclass
from enum import StrEnum

from index.decision.calibration import Calibration
from index.decision.elsewhere import is_about_another, names_another
from index.decision.equality import MOST, NEARLY_ALL, is_equal, says_enough
from index.decision.features import features
from index.decision.other_things import bounded, other_things
from index.parameters import (
    MAX_BARE_GRAMS,
    MAX_BARE_INFORMATION,
    MAX_SUGGESTIONS,
    MIN_FOREIGN_LIKENESS,
    MIN_ONE_WORD_LIKENESS,
)
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import Hit, Query, Ranking

KANA = re.compile("[ぁ-ゖァ-ヺ]")


class Reason(StrEnum):
    """Why we abstain."""

    EMPTY = "empty"  # nothing in the question can be read
    DECLINED = "declined"  # we know the question and have no public answer
    UNKNOWN = "unknown"  # nothing we know is close enough
    NOT_ASKED = "not_asked"  # the message asks nothing: thanks, an acknowledgement, talk
    PERSON = "person"  # it calls for a person


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry answers the question."""

    hit: Hit


@dataclass(frozen=True, slots=True)
class Suggest:
    """One of these entries may be meant; the asker chooses."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Abstain:
    """No answer; `hit` is the declining entry that says so, where one was recognised."""

    reason: Reason
    hit: Hit | None = None


Decision = Answer | Suggest | Abstain


def decide(index: EntryIndex, ranking: Ranking, calibration: Calibration) -> tuple[Decision, float]:
    """The decision for a ranking, and the confidence (0 to 1) in its best hit."""
    analysis = ranking.query.analysis
    if not analysis.grams or not ranking.order:
        return Abstain(Reason.EMPTY), 0.0
    found = features(index, ranking)
    other_thing = bool(other_things(index, ranking.query.text, ranking.order[0]))
    confidence = bounded(calibration.confidence(ranking, found), other_thing=other_thing)
    best, cuts = ranking.hits[0], calibration.thresholds
    if best.entry.declines and confidence >= cuts.decline and not contradicted(index, ranking):
        return Abstain(Reason.DECLINED, best), confidence
    said = NEARLY_ALL if calibration.answers_more else MOST
    earned = confidence >= cuts.answer or is_equal(ranking) or says_enough(index, ranking, found, confidence, said)
    if earned and not best.entry.declines and not _is_doubtful(index, ranking):
        return Answer(best), confidence
    if confidence >= cuts.suggest or _is_like_in_another_language(ranking):
        return Suggest(tuple(ranking.hits[:MAX_SUGGESTIONS])), confidence
    return Abstain(Reason.UNKNOWN), confidence


def _is_like_in_another_language(ranking: Ranking) -> bool:
    """True when a question without kana means much the same as a text: its words tell little, so likeness suggests."""
    if "closest_meaning" not in ranking.names or KANA.search(ranking.query.analysis.text):
        return False
    likeness = ranking.signals[ranking.names.index("closest_meaning"), ranking.order[0]]
    return bool(likeness >= MIN_FOREIGN_LIKENESS)


def _is_doubtful(index: EntryIndex, ranking: Ranking) -> bool:
    return (
        says_little(index, ranking.query)
        or rests_on_one_word(index, ranking)
        or asks_elsewhere(ranking)
        or bool(contradicted(index, ranking))
    )


def says_little(index: EntryIndex, query: Query) -> bool:
    """True for a question too bare to be answered without what was said before (いくら？ 手続きは？)."""
    terms = dict.fromkeys(query.analysis.terms)
    information = index.arrays.words.bm25.information(terms)
    return len(set(query.analysis.grams)) <= MAX_BARE_GRAMS and information < MAX_BARE_INFORMATION


def rests_on_one_word(index: EntryIndex, ranking: Ranking) -> bool:
    """True when a question is one word, and no text of the best entry is like it."""
    closest = [n for n, name in enumerate(ranking.names) if name.startswith("closest_")]
    likeness = float(ranking.signals[closest, ranking.order[0]].max())
    return likeness < MIN_ONE_WORD_LIKENESS and len(set(index.analyzer.plain_terms(ranking.query.text))) <= 1


def asks_elsewhere(ranking: Ranking) -> bool:
    """True when a question is about another organisation, and none that the best entry answers speaks of one."""
    entry = ranking.entries[ranking.order[0]]
    return is_about_another(ranking.query.text) and not any(map(names_another, (entry.question, *entry.variants)))


def contradicted(index: EntryIndex, ranking: Ranking) -> tuple[str, ...]:
    """The lemmas of what the question does not want and the best entry asks about, while none of its texts denies it.

    お金をかけたくない does not contradict an entry that asks nothing of かける.
    """
    unwanted = ranking.query.analysis.unwanted
    if not unwanted:
        return ()
    asked = index.analyzed(ranking.order[0]).asked
    subject = set(asked[0].terms)
    said = {lemma for analysis in asked for lemma in analysis.unwanted}
    return tuple(
        lemma
        for lemma in dict.fromkeys(unwanted)
        if lemma not in said and not subject.isdisjoint(index.analyzer.analyze(lemma).terms)
    )
