"""Follow-ups: a question that leaves open of what, read with the question and the entry before it.

Each entry that is near, by the question alone, together with the question before or together with the entry shown
for it, gets the probability of being right from a logistic model learned from conversations.
"""

import json
import math
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.asking.turns import Conversation, last_asked, last_shown
from index.decision.asked_for import asked_kinds
from index.decision.decision import Abstain, Answer, Decision, Reason, Suggest, contradicted, says_little
from index.decision.doubts import doubts
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
    # Log odds of the confidence in the entry: by the question alone (times the question's length, in ln of its
    # characters), how far that is above the other candidates', with the question before, and with the entry shown.
    *("alone_by_length", "alone_ahead", "together", "with_entry"),
    # Of the entry shown: the question is short; its information; it asks for a kind of thing that this says, or not.
    *("shown_short", "shown_informed", "shown_says_kind", "shown_lacks_kind"),
    *("related", "same_category"),  # to the entry shown
    *("unanswered", "declines"),  # nothing was shown for the question before; the entry has no public answer
)
SIGNS = (1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)  # +1 for a feature of which more can only help
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
    unanswered: bool  # nothing was shown for the question before
    informed: float  # of INFORMED, 0 to 1

    @cached_property
    def candidates(self) -> list[Entry]:
        """The best entries of each reading and the one shown before."""
        outcomes = (self.alone, self.together, self.with_entry)
        near = [hit.entry for outcome in outcomes if outcome for hit in outcome.ranking.hits[:MAX_SUGGESTIONS]]
        return list({entry.id: entry for entry in [*near, *([self.shown] if self.shown else [])]}.values())

    @cached_property
    def features(self) -> NDArray[np.float64]:
        """The FEATURES of each candidate, one row each."""
        alone, together, with_entry = (self._odds(one) for one in (self.alone, self.together, self.with_entry))
        length = math.log1p(len(self.alone.ranking.query.text))
        rows = []
        for place, entry in enumerate(self.candidates):
            ahead = alone[place] - max((*alone[:place], *alone[place + 1 :]), default=_log_odds(0.0))
            odds = [alone[place] * length, ahead, together[place], with_entry[place]]
            of_entry = [*self._of_shown(entry), *self._to_shown(entry), float(self.unanswered), float(entry.declines)]
            rows.append([*odds, *of_entry])
        return np.array(rows)

    def _odds(self, outcome: Outcome | None) -> list[float]:
        known = {hit.entry.id: confidence for hit, confidence in outcome.confidences()} if outcome else {}
        return [_log_odds(known.get(entry.id, 0.0)) for entry in self.candidates]

    def _of_shown(self, entry: Entry) -> list[float]:
        if entry != self.shown:
            return [0.0] * 4
        text = self.alone.ranking.query.text
        lacks = bool(doubts(text, entry).kinds)
        return [float(len(text) <= SHORT), self.informed, float(bool(asked_kinds(text)) and not lacks), float(lacks)]

    def _to_shown(self, entry: Entry) -> list[float]:
        shown = self.shown
        if shown is None:
            return [0.0] * 2
        return [float(entry.id in shown.related or shown.id in entry.related), float(entry.category == shown.category)]


def read_follow_up(snapshot: Snapshot, alone: Outcome, conversation: Conversation) -> Reading | None:
    """The question of `alone` read with what was said before, or None where nothing was."""
    before, unanswered = last_asked(conversation)
    shown = snapshot.by_id.get(last_shown(conversation))
    query, index = alone.ranking.query, snapshot.index
    if not (before or shown) or not (query.analysis.terms or WHY.search(query.text)):
        return None
    together = _first_stage(snapshot, f"{before} {query.text}") if before else alone
    with_entry = _first_stage(snapshot, f"{shown.question} {query.text}") if shown else None
    information = index.arrays.words.bm25.information(dict.fromkeys(query.analysis.terms))
    return Reading(alone, together, with_entry, shown, unanswered, min(information, INFORMED) / INFORMED)


def follow_up(snapshot: Snapshot, alone: Outcome, conversation: Conversation) -> Outcome | None:
    """The outcome of the question of `alone` as a follow-up, or None when it is none."""
    if is_understood(snapshot, alone):
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


def is_understood(snapshot: Snapshot, alone: Outcome) -> bool:
    """True when a question is understood alone, and does not point to what was said before."""
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
