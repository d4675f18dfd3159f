"""Follow-ups: a question that leaves open of what, read with the question and the entry before it.

Each entry that is near, by the question alone, together with the question before or together with the entry shown
for it, gets the probability of being right from a logistic model learned from conversations.
"""

import json
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.asking.turns import Conversation, last_question, last_shown
from index.decision.decision import Abstain, Answer, Decision, Reason, Suggest, contradicted, says_little
from index.decision.logistic import Logistic
from index.parameters import MAX_SUGGESTIONS
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LAST, Ranking
from index.snapshot import Outcome, Snapshot
from knowledge.entry import Entry

MODEL_FILE = Path(__file__).parent / "follow_up.json"
SHORT = 12  # characters; a shorter question mostly goes on with what was shown
INFORMED = 20.0  # the information (sum of idf) from which a question says itself what it is about
LEANS = re.compile(  # on what was said before
    r"^(?:(?:あ|え|えっと|えー|では|でも)[、,\s]*)?"
    r"(?:で[、\s]|じゃ|それ|その|そっち|そこ|そしたら|そう|ちなみに|なんで|なぜ|どうして|いつ|いくら|前者|後者|こっち|あっち"
    r"|これ|この|こう|だから|なら|ほか|他に|もし|逆に|場合|必ず|本当|ほんと|両方|いや|いえ|[*＊]|違|ちが"
    r"|and |what about|how about|那)"
    r"|(?:は|も|でも|だと|なら|では|ほう|場合は?|とか(?:も|は)?|たら)\s*[?？。]*$"
)
# Asks something though no word of it is a term.
WHY = re.compile("なんで|なぜ|どうして|どう(?:すれ|したら|すん|なり|なる)|why", re.IGNORECASE)
FEATURES = (
    *("alone", "together", "with_entry"),  # log odds of the confidence in the entry
    *("first_alone", "first_together", "first_with_entry"),
    *("shown", "shown_leaning", "shown_short"),
    *("alone_informed", "related", "says_words", "shown_says_words"),
)
LEAST = 1e-3  # confidence that counts as the smallest


@dataclass(frozen=True, slots=True)
class FollowUpModel:
    """The learned model, and the probabilities from which a follow-up is answered, and suggested."""

    model: Logistic
    answer: float
    suggest: float


@lru_cache(maxsize=1)
def read_model() -> FollowUpModel:
    """The model of `follow_up.json`."""
    values = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
    return FollowUpModel(Logistic.from_json(values["model"]), values["answer"], values["suggest"])


@dataclass(frozen=True, eq=False)
class Reading:
    """The three outcomes of a question within a conversation: alone, with the question before, with the entry shown."""

    alone: Outcome
    together: Outcome
    with_entry: Outcome | None
    shown: Entry | None
    informed: float  # of INFORMED, 0 to 1
    index: EntryIndex

    @property
    def leans(self) -> bool:
        """True when the question points to something said before."""
        return LEANS.search(self.alone.ranking.query.text) is not None

    @cached_property
    def candidates(self) -> list[Entry]:
        """The best entries of each reading and the one shown before."""
        outcomes = (self.alone, self.together, self.with_entry)
        near = [hit.entry for outcome in outcomes if outcome for hit in outcome.ranking.hits[:MAX_SUGGESTIONS]]
        return list({entry.id: entry for entry in [*near, *([self.shown] if self.shown else [])]}.values())

    @cached_property
    def features(self) -> NDArray[np.float64]:
        """The FEATURES of each candidate, one row each."""
        readings = (self.alone, self.together, self.with_entry)
        known = [{hit.entry.id: c for hit, c in one.confidences()} if one else {} for one in readings]
        first = [one.ranking.hits[0].entry.id if one and one.ranking.hits else "" for one in readings]
        short = len(self.alone.ranking.query.text) <= SHORT
        rows = []
        for entry in self.candidates:
            odds = [_log_odds(confidences.get(entry.id, 0.0)) for confidences in known]
            shown = float(entry == self.shown)
            of_shown = [shown, shown * self.leans, shown * short]
            firsts = [float(entry.id == best) for best in first]
            words = self._words_said(entry)
            related = float(self._is_related(entry))
            rows.append([*odds, *firsts, *of_shown, odds[0] * self.informed, related, words, shown * words])
        return np.array(rows)

    def _is_related(self, entry: Entry) -> bool:
        shown = self.shown
        return shown is not None and (entry.id in shown.related or shown.id in entry.related)

    def _words_said(self, entry: Entry) -> float:
        """The share of the question's distinct words that the entry's own question has."""
        asked = set(self.alone.ranking.query.analysis.terms)
        own = self.index.analyzed(self.alone.ranking.entries.index(entry)).asked[0].terms
        return len(asked.intersection(own)) / len(asked) if asked else 0.0


def read_follow_up(snapshot: Snapshot, alone: Outcome, conversation: Conversation) -> Reading | None:
    """The question of `alone` read with what was said before, or None where nothing was."""
    before, shown = last_question(conversation), snapshot.by_id.get(last_shown(conversation))
    query, index = alone.ranking.query, snapshot.index
    if not (before or shown) or not (query.analysis.terms or WHY.search(query.text)):
        return None
    together = _first_stage(snapshot, f"{before} {query.text}") if before else alone
    with_entry = _first_stage(snapshot, f"{shown.question} {query.text}") if shown else None
    information = index.arrays.words.bm25.information(dict.fromkeys(query.analysis.terms))
    return Reading(alone, together, with_entry, shown, min(information, INFORMED) / INFORMED, index)


def follow_up(snapshot: Snapshot, alone: Outcome, conversation: Conversation) -> Outcome | None:
    """The outcome of the question of `alone` as a follow-up, or None when it is none.

    A question that is understood alone, and does not point to what was said before, is none.
    """
    if _is_understood(snapshot, alone):
        return None
    reading = read_follow_up(snapshot, alone, conversation)
    if reading is None:
        return None
    learned = read_model()
    probabilities = learned.model.probabilities(reading.features)
    ranking = _ranked(alone.ranking, reading.candidates, probabilities)
    best = float(probabilities.max())
    decision = _decision(snapshot.index, ranking, best, learned)
    return Outcome(decision, best, ranking) if decision else None


def _first_stage(snapshot: Snapshot, text: str) -> Outcome:
    """The outcome without the second stage, as the model learned it."""
    return snapshot.decided(snapshot.index.rank(snapshot.index.query(text)))


def _is_understood(snapshot: Snapshot, alone: Outcome) -> bool:
    query = alone.ranking.query
    if LEANS.search(query.text) or says_little(snapshot.index, query):
        return False
    match alone.decision:
        case Answer():
            return True
        case Abstain(reason, _):
            return reason is not Reason.UNKNOWN
        case Suggest():
            return False


def _decision(index: EntryIndex, ranking: Ranking, probability: float, learned: FollowUpModel) -> Decision | None:
    best = ranking.hits[0]
    if probability >= learned.answer and not contradicted(index, ranking):
        return Abstain(Reason.DECLINED, best) if best.entry.declines else Answer(best)
    return Suggest(tuple(ranking.hits[:MAX_SUGGESTIONS])) if probability >= learned.suggest else None


def _ranked(ranking: Ranking, candidates: list[Entry], probabilities: NDArray[np.float64]) -> Ranking:
    """The ranking in which only the candidates count, by their log odds."""
    scores = np.full(len(ranking.entries), LAST)
    numbers = {entry.id: number for number, entry in enumerate(ranking.entries)}
    for entry, probability in zip(candidates, probabilities, strict=True):
        scores[numbers[entry.id]] = _log_odds(float(probability))
    return replace(ranking, scores=scores)


def _log_odds(confidence: float) -> float:
    share = min(max(confidence, LEAST), 1 - LEAST)
    return float(np.log(share / (1 - share)))
