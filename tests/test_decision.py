"""Confidence and cuts: what we promise about wrong answers, and how it is computed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cache import NullCache
from index.decision.calibration import Calibration, code_digest
from index.decision.decision import Abstain, Answer, Reason, Suggest
from index.decision.evidence import MAX_WRONG
from index.decision.risk import Thresholds, clopper_pearson, lowest_cut
from index.encoder.encoder import Encoder
from index.ranking.entry_index import EntryIndex
from index.snapshot import Snapshot
from index.snapshot_builder import SHIPPED_CALIBRATIONS, SnapshotBuilder, shipped_calibrations
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.entry import Entry
from knowledge.folder import SHIPPED
from knowledge.revisions.caches import DatabaseCache
from knowledge.revisions.store import KnowledgeBase


@pytest.mark.parametrize(
    ("wrong", "cases", "bound"),
    [(0, 59, 0.05), (0, 149, 0.02), (0, 299, 0.01), (1, 93, 0.05), (5, 100, 0.1023), (10, 10, 1.0), (0, 1, 0.95)],
)
def test_the_clopper_pearson_bound_is_the_published_one(wrong: int, cases: int, bound: float) -> None:
    assert clopper_pearson(wrong, cases) == pytest.approx(bound, abs=6e-4)


@given(st.integers(1, 300).flatmap(lambda cases: st.tuples(st.integers(0, cases - 1), st.just(cases))))
def test_under_the_bound_so_few_wrong_ones_would_be_seen_one_time_in_twenty(pair: tuple[int, int]) -> None:
    wrong, cases = pair
    bound = clopper_pearson(wrong, cases)
    chance = sum(comb(cases, k) * bound**k * (1 - bound) ** (cases - k) for k in range(wrong + 1))
    assert chance == pytest.approx(0.05, abs=1e-3)


def test_the_lowest_cut_keeps_the_bound() -> None:
    confidences = np.linspace(0, 1, 400)
    right = confidences > 0.3
    cut = lowest_cut(confidences, right, 0.05)
    assert cut is not None
    given_ = confidences >= cut
    assert clopper_pearson(int((given_ & ~right).sum()), int(given_.sum())) <= 0.05
    assert lowest_cut(confidences, np.zeros(400, bool), 0.05) is None
    assert lowest_cut(np.ones(300), np.arange(300) < 270, 0.05) is None, "equal confidences stand or fall together"
    assert lowest_cut(np.zeros(0), np.zeros(0, bool), 0.05) is None


# -- decisions ------------------------------------------------------------------------------------


def with_cuts(snapshot: Snapshot, answer: float, decline: float, suggest: float) -> Snapshot:
    return replace(snapshot, calibration=replace(snapshot.calibration, thresholds=Thresholds(answer, decline, suggest)))


def test_confidence_decides_between_answer_suggestion_and_abstention(lexical_snapshot: Snapshot) -> None:
    question = "御社の無料お試しは実際どれくらい続けさせてもらえるもんなん"
    assert isinstance(with_cuts(lexical_snapshot, 0, 0, 0).ask(question).decision, Answer)
    suggestion = with_cuts(lexical_snapshot, 1.1, 1.1, 0).ask(question).decision
    assert isinstance(suggestion, Suggest)
    assert len(suggestion.hits) == 3
    assert with_cuts(lexical_snapshot, 1.1, 1.1, 1.1).ask(question).decision == Abstain(Reason.UNKNOWN)


def test_a_declining_entry_refuses_only_with_confidence(lexical_snapshot: Snapshot) -> None:
    question = "月の途中で解約したら日割りになりますか"
    refusal = with_cuts(lexical_snapshot, 0, 0, 0).ask(question).decision
    assert isinstance(refusal, Abstain)
    assert refusal.hit and refusal.hit.entry.id == "cancel-proration"
    assert isinstance(with_cuts(lexical_snapshot, 0, 1.1, 0).ask(question).decision, Suggest)


def test_the_same_question_always_gets_the_same_outcome(lexical_snapshot: Snapshot) -> None:
    first, second = lexical_snapshot.ask("料金プラン"), lexical_snapshot.ask("料金プラン")
    assert first.confidence == second.confidence
    assert first.ranking.order == second.ranking.order


# -- calibration ----------------------------------------------------------------------------------


def test_the_calibration_promises_few_wrong_answers_on_queries_it_had_not_seen(lexical_snapshot: Snapshot) -> None:
    promise = lexical_snapshot.calibration.risk
    assert promise.asked >= 300
    assert promise.answered >= 200
    assert promise.bound <= MAX_WRONG
    assert promise.bound == clopper_pearson(promise.wrong, promise.answered)
    answered = [share for _, share, _ in promise.curve]
    assert answered == sorted(answered, reverse=True)


def test_the_shipped_calibrations_belong_to_the_shipped_files_and_code(
    entries: list[Entry], analyzer: Analyzer, encoder: Encoder
) -> None:
    base = sorted(entries, key=lambda entry: entry.id)
    for used in (None, encoder):
        digest = SnapshotBuilder(analyzer.tokenizer, used, NullCache()).digest(base, SHIPPED.read_lists())
        assert digest in shipped_calibrations(), f"run `make calibration`: {SHIPPED_CALIBRATIONS.name} is out of date"


def some(entries: list[Entry]) -> list[Entry]:
    """Twelve entries with few variants, for which a calibration is a moment's work."""
    first = sorted(entries, key=lambda entry: entry.id)[:12]
    return [replace(entry, variants=entry.variants[:6]) for entry in first]


def test_a_calibration_is_never_used_for_another_knowledge_base(
    entries: list[Entry], analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, dict[str, object]] = {}

    class Cache(NullCache):
        def find_calibration(self, digest: str) -> dict[str, object] | None:  # type: ignore[override]
            return kept.get(digest)

        def keep_calibration(self, digest: str, body: object) -> None:
            kept[digest] = dict(body)  # type: ignore[call-overload]

    builder = SnapshotBuilder(analyzer.tokenizer, None, Cache(), shipped={})
    few = some(entries)
    now = datetime.now(UTC)
    first = builder.build(KnowledgeBase(1, tuple(few)), now).calibration
    again = builder.build(KnowledgeBase(2, tuple(few)), now).calibration
    assert (first, len(kept)) == (again, 1)
    changed = [replace(few[0], answer=few[0].answer + "。"), *few[1:]]
    other = builder.build(KnowledgeBase(3, tuple(changed)), now).calibration
    assert other.digest != first.digest
    assert len(kept) == 2


def test_a_kept_calibration_of_another_knowledge_base_is_measured_anew(
    entries: list[Entry], analyzer: Analyzer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'faqbot.db'}")
    migrate(engine)
    shelf = DatabaseCache(engine)
    builder = SnapshotBuilder(analyzer.tokenizer, None, shelf, shipped={})
    base = KnowledgeBase(1, tuple(some(entries)))
    now = datetime.now(UTC)
    right = builder.build(base, now).calibration
    wrong = replace(right, digest="f" * 64, thresholds=Thresholds(0.0, 0.0, 0.0))
    shelf.keep_calibration(right.digest, wrong.to_json())
    assert builder.build(base, now).calibration == right
    assert "measured anew" in caplog.text
    caplog.clear()
    assert builder.build(base, now).calibration == right
    assert caplog.text == ""
    engine.dispose()


def test_a_calibration_survives_json(lexical_snapshot: Snapshot) -> None:
    calibration = lexical_snapshot.calibration
    assert Calibration.from_json(json.loads(json.dumps(calibration.to_json())), semantic=False) == calibration


def test_the_code_digest_covers_weights_and_stop_words() -> None:
    assert len(code_digest()) == 64


def test_a_left_out_variant_is_ranked_as_if_it_did_not_exist(lexical_index: EntryIndex, analyzer: Analyzer) -> None:
    left_out = list(lexical_index.variants())[100]
    entry = lexical_index.entries[left_out.entry]
    text = lexical_index.texts[left_out.text]
    without = [
        replace(one, variants=tuple(variant for variant in one.variants if variant != text)) if one is entry else one
        for one in lexical_index.entries
    ]
    rebuilt = EntryIndex(without, analyzer)
    query = lexical_index.own_query(left_out.text)
    expected = rebuilt.rank(query).signals[:, left_out.entry]
    found = lexical_index.rank(query, left_out).signals[:, left_out.entry]
    np.testing.assert_allclose(found, expected, rtol=0.06)  # idf and mean length still count the variant
