"""Evidence before answers: what a knowledge base may answer when it has none, some and much, with the real numbers.

1. Without variants and judged queries only what an entry holds as it is, or says for the most part, is answered.
2. With variants the record of other knowledge bases counts; the own cases veto where they are worse.
3. With many judged queries the own cases alone set the cut, at the promised bound.
4. More judged queries make neither more wrong answers nor a confidence that runs away.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from index.decision.calibration import calibrate
from index.decision.cases import Case, CaseSource
from index.decision.decision import Answer, decide
from index.decision.evidence import MAX_WRONG, MAX_WRONG_AT_START, Evidence, Level, thresholds
from index.decision.risk import NEVER, Thresholds, clopper_pearson
from index.decision.start import CUTS, Record, read_start
from index.encoder.encoder import Encoder
from index.evaluation.trials import Trial, read_trial
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import Ranking
from index.snapshot import Snapshot
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.judged import JudgedQuery

FOLDER = Path(__file__).parent / "knowledge_bases"
START = Thresholds(0.0, 0.8, 0.1)


@pytest.fixture(scope="module")
def gym() -> Trial:
    return read_trial(FOLDER / "gym")


@pytest.fixture(scope="module")
def plain() -> Analyzer:
    return Analyzer(Tokenizer(), [])


@dataclass(frozen=True)
class AskedTrial:
    """An index, the questions of one writer for judged queries, and the rankings of the others' questions."""

    index: EntryIndex
    judged: list[JudgedQuery]
    others: list[tuple[JudgedQuery, Ranking]]

    @classmethod
    def of(cls, trial: Trial, variants: int, analyzer: Analyzer, encoder: Encoder) -> Self:
        index = EntryIndex(trial.thinned(variants), analyzer, encoder)
        kept = list(zip(trial.questions, trial.writers, strict=True))
        others = [(query, index.rank(index.query(query.text))) for query, writer in kept if writer != "a"]
        return cls(index, [query for query, writer in kept if writer == "a"], others)


@pytest.fixture(scope="module")
def varied(gym: Trial, plain: Analyzer, encoder: Encoder) -> AskedTrial:
    """The gym with five variants an entry."""
    return AskedTrial.of(gym, 5, plain, encoder)


def answered(asked: AskedTrial, judged: int = 0) -> tuple[int, int, Level]:
    """Right and wrong answers to the questions of the writers who were not judged, and the level of evidence."""
    calibration = calibrate(asked.index, asked.judged[:judged], "digest")
    right = wrong = 0
    for query, ranking in asked.others:
        match decide(asked.index, ranking, calibration)[0]:
            case Answer(hit):
                right, wrong = right + (hit.entry.id in query.entries), wrong + (hit.entry.id not in query.entries)
    return right, wrong, calibration.evidence.level


def test_without_evidence_only_near_equality_is_answered(gym: Trial, plain: Analyzer, encoder: Encoder) -> None:
    asked = AskedTrial.of(gym, 0, plain, encoder)
    index = asked.index
    right, wrong, level = answered(asked)
    assert level is Level.NONE
    assert right >= 3
    assert wrong <= 0.05 * (right + wrong)
    calibration = calibrate(index, [], "digest")
    assert calibration.thresholds.answer == NEVER
    for entry in gym.entries[:10]:
        decision, _ = decide(index, index.rank(index.query(entry.question)), calibration)
        assert entry.declines or (isinstance(decision, Answer) and decision.hit.entry.id == entry.id)


def test_with_variants_more_is_answered_and_little_of_it_wrongly(varied: AskedTrial) -> None:
    right, wrong, level = answered(varied)
    assert level is Level.SOME
    assert right >= 15
    assert wrong <= 0.05 * (right + wrong)


def test_judged_queries_do_not_make_it_worse(varied: AskedTrial) -> None:
    found = [answered(varied, judged) for judged in (0, 50, 100)]
    for right, wrong, _ in found:
        assert wrong <= 0.06 * (right + wrong)
        assert right >= 0.6 * found[0][0]


def test_the_shipped_knowledge_base_rests_on_its_own_judged_queries(lexical_snapshot: Snapshot) -> None:
    calibration = lexical_snapshot.calibration
    assert calibration.evidence.level is Level.MUCH
    assert calibration.risk.from_others == 0
    assert calibration.risk.bound <= MAX_WRONG


def made(source: CaseSource, count: int, *, right: bool) -> list[Case]:
    return [Case(np.zeros(3), False, right, right, str(n), source) for n in range(count)]


def record(answers: int, wrong: int) -> Record:
    return Record(6, 1_000, (answers,) * len(CUTS), (wrong,) * len(CUTS))


@pytest.mark.parametrize(
    ("cases", "others", "answers"),
    [
        ([], record(500, 5), False),  # no evidence of its own
        (made(CaseSource.VARIANT, 60, right=True), record(500, 5), True),
        (made(CaseSource.VARIANT, 60, right=True), record(500, 50), False),  # others were wrong too often
        (
            made(CaseSource.VARIANT, 50, right=True) + made(CaseSource.VARIANT, 10, right=False),
            record(500, 5),
            False,
        ),  # its own variants veto
        (
            made(CaseSource.JUDGED, 40, right=True) + made(CaseSource.JUDGED, 4, right=False),
            record(500, 5),
            False,
        ),  # its own judged queries veto
        (
            made(CaseSource.JUDGED, 25, right=True) + made(CaseSource.JUDGED, 2, right=False),
            record(500, 5),
            True,
        ),  # two wrong of 27 may be chance, and veto nothing
        (made(CaseSource.JUDGED, 250, right=True), record(500, 50), True),  # its own alone are enough
        (made(CaseSource.JUDGED, 250, right=True) + made(CaseSource.JUDGED, 30, right=False), record(500, 0), False),
    ],
)
def test_answers_are_earned(cases: list[Case], others: Record, *, answers: bool) -> None:
    confidences = np.full(len(cases), 0.999)
    found, risk = thresholds(START, Evidence.of(cases), others, cases, confidences)
    assert (found.answer < NEVER) is answers
    if answers:
        assert risk.bound == clopper_pearson(risk.wrong, risk.answered) <= MAX_WRONG_AT_START


def test_the_records_of_the_start_are_of_left_out_knowledge_bases() -> None:
    for semantic in (False, True):
        for one in read_start(semantic=semantic).records:
            assert one.asked > 2_000
            assert list(one.answered) == sorted(one.answered, reverse=True)
            assert all(w <= a for w, a in zip(one.wrong, one.answered, strict=True))


def test_evidence_says_how_many_judged_queries_are_missing() -> None:
    assert Evidence(0, 0, 0).missing == 20
    assert Evidence(40, 30, 0).missing == 170
    assert Evidence(300, 250, 0).missing == 0
