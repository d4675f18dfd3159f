"""The stricter bound under which a message is answered that nobody addressed to us."""

from collections.abc import Iterable
from functools import lru_cache

from index.decision.calibration import Calibration
from index.decision.decision import Answer
from index.decision.equality import NEARLY_ALL, is_equal, says_enough
from index.decision.features import features
from index.decision.risk import NEVER, MeasuredRisk, clopper_pearson
from index.message.kinds import Kind, kind_of
from index.message.message import MessageKind, read_message
from index.message.sentences import sentences
from index.snapshot import Outcome, Snapshot

MAX_WRONG_UNASKED = 0.01  # of the answers given: upper bound with risk.CERTAINTY


def is_sure_unasked(snapshot: Snapshot, written: str, outcomes: Iterable[Outcome]) -> bool:
    """True when a message that nobody addressed to us may be answered; `outcomes` are those of its questions.

    It asks in so many words, talks to nobody, and each of its questions is answered within the stricter bound.
    """
    return _asks(written) and all(_is_sure(snapshot, outcome) for outcome in outcomes)


@lru_cache(maxsize=8)
def stricter_cut(risk: MeasuredRisk) -> float:
    """The lowest cut of a measured curve from which on the stricter bound holds; NEVER where none keeps it."""
    for cut, answered, wrong in risk.curve:
        cases = round(answered * risk.asked)
        if cases and clopper_pearson(round(wrong * cases), cases) <= MAX_WRONG_UNASKED:
            return cut
    return NEVER


def _asks(written: str) -> bool:
    message = read_message(written)
    kinds = {kind_of(sentence) for sentence in sentences(message.text)}
    return message.kind is MessageKind.QUESTION and Kind.QUESTION in kinds and Kind.TALK not in kinds


def _is_sure(snapshot: Snapshot, outcome: Outcome) -> bool:
    if not isinstance(outcome.decision, Answer):
        return False
    cut = stricter_cut(snapshot.calibration.risk)
    return outcome.confidence >= cut if cut < NEVER else _is_said(snapshot, outcome)


def _is_said(snapshot: Snapshot, outcome: Outcome) -> bool:
    """True when the entry says the question nearly word for word, and is sure enough beside that."""
    ranking = outcome.ranking
    if is_equal(ranking):
        return True
    nearly = says_enough(snapshot.index, ranking, features(snapshot.index, ranking), outcome.confidence, NEARLY_ALL)
    return nearly and outcome.confidence >= _least(snapshot.calibration)


def _least(calibration: Calibration) -> float:
    return calibration.thresholds.answer if calibration.answers_more else 0.0
