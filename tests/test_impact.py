"""Impact: what an edit changes for askers, worst first, and what may not be published.

1. An edit that changes nothing for anybody has no impact; its own question is listed when it changes.
2. A judged query that loses its entry, and a must-abstain query that is answered, refuse the publish.
3. Of very many texts, asking only those in reach finds every change of first place that asking all finds.
4. Of too many texts an even part is asked, and how many were left out is told.
5. The live calibration stays after an edit as long as it keeps its promise.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.changes import impact_summary
from index.cache import NullCache
from index.decision.evidence import MAX_WRONG
from index.review import impact, reach
from index.review.impact import Impact, Loss, Source, measure_impact
from index.review.sampling import evenly
from index.review.verdicts import AskedSnapshot
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder
from index.text.analyzer import Analyzer
from knowledge.entry import Entry, Status
from knowledge.folder import SHIPPED
from knowledge.judged import JudgedQuery, with_successors
from knowledge.revisions.store import KnowledgeBase

NOW = datetime(2026, 12, 1, tzinfo=UTC)
Edit = Callable[[Entry], Entry | None]


@pytest.fixture(scope="module")
def builder(analyzer: Analyzer) -> SnapshotBuilder:
    return SnapshotBuilder(analyzer, None, SHIPPED.read_judged(), NullCache())


@pytest.fixture(scope="module")
def live(builder: SnapshotBuilder, entries: list[Entry]) -> Snapshot:
    return builder.build(KnowledgeBase(1, tuple(sorted(entries, key=lambda entry: entry.id))), NOW)


def edited(live: Snapshot, edit: Edit, *added: Entry) -> KnowledgeBase:
    kept = [after for entry in live.index.entries if (after := edit(entry))]
    return KnowledgeBase(2, tuple(sorted([*kept, *added], key=lambda entry: entry.id)))


def impact_of(builder: SnapshotBuilder, live: Snapshot, base: KnowledgeBase, real: tuple[str, ...] = ()) -> Impact:
    before, after = AskedSnapshot(live), AskedSnapshot(builder.build(base, NOW, live, calibrated=False))
    return measure_impact(before, after, builder.judged_for(base), real, builder.query)


def on(entry_id: str, edit: Edit) -> Edit:
    return lambda entry: edit(entry) if entry.id == entry_id else entry


def test_the_same_knowledge_base_has_no_impact(builder: SnapshotBuilder, live: Snapshot) -> None:
    found = impact_of(builder, live, edited(live, lambda entry: entry))
    assert found.lines == ()
    assert found.considered == len(builder.judged) + len(live.index.texts)


def test_a_note_changes_nothing_for_anybody(builder: SnapshotBuilder, live: Snapshot) -> None:
    noted = on("plan-prices", lambda entry: replace(entry, note="確認ずみ", owner="料金担当"))
    assert impact_of(builder, live, edited(live, noted)).lines == ()


def test_of_too_many_texts_an_even_part_is_asked_and_the_rest_is_told(
    builder: SnapshotBuilder, live: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (impact, reach):
        monkeypatch.setattr(module, "MAX_TEXTS_ALL_ASKED", 1_000)
    monkeypatch.setattr(reach, "MAX_CHANGED_IN_REACH", 3)
    monkeypatch.setattr(impact, "MAX_TEXTS_SAMPLED", 300)
    found = impact_of(builder, live, edited(live, lambda entry: replace(entry, note="一括")))
    assert found.left_out == len(live.index.texts) - 300
    assert found.considered == len(builder.judged) + 300
    assert f"言い方{found.left_out}件は確かめていません" in impact_summary(found)


@given(st.lists(st.integers(), unique=True, max_size=200), st.integers(1, 50))
def test_an_even_part_keeps_the_order_and_begins_with_the_first(items: list[int], most: int) -> None:
    part = evenly(items, most)
    assert len(part) == min(most, len(items))
    assert part == [item for item in items if item in set(part)]
    assert part[:1] == items[:1]


def test_an_entry_that_asks_something_else_loses_its_judged_queries(builder: SnapshotBuilder, live: Snapshot) -> None:
    other = on("plan-prices", lambda entry: replace(entry, question="駐車場の数は？", variants=(), answer="3台です。"))
    found = impact_of(builder, live, edited(live, other))
    lost = found.of(Loss.LOST)
    assert lost
    assert all("plan-prices" in line.expected for line in lost)
    assert all(line.before.entry_id == "plan-prices" for line in lost)
    assert [line.loss for line in found.lines] == sorted(line.loss for line in found.lines), "worst first"


def test_taking_back_an_entry_is_refused_only_for_questions_that_are_then_answered_wrongly(
    builder: SnapshotBuilder, live: Snapshot
) -> None:
    retired = on("plan-prices", lambda entry: replace(entry, status=Status.RETIRED))
    found = impact_of(builder, live, edited(live, retired))
    assert {line.source for line in found.of(Loss.TAKEN_BACK)} == {Source.JUDGED, Source.VARIANT}
    assert all(line.after.decision != "answer" for line in found.of(Loss.TAKEN_BACK))
    assert not found.of(Loss.LOST, Loss.MISLED)
    assert all(line.after.decision == "answer" for line in found.refused)


@pytest.mark.parametrize("kept", [1, 5])
def test_never_more_questions_change_than_were_asked(builder: SnapshotBuilder, live: Snapshot, kept: int) -> None:
    ids = {entry.id for entry in live.index.entries[:kept]}
    found = impact_of(builder, live, edited(live, lambda entry: entry if entry.id in ids else None))
    assert len(live.index.texts) / 2 < len(found.lines) <= found.considered
    assert found.considered == len(builder.judged) + len(live.index.texts)


def test_an_entry_that_answers_what_must_not_be_answered_is_refused(builder: SnapshotBuilder, live: Snapshot) -> None:
    forbidden = [query.text for query in builder.judged if not query.entries][:60]
    greedy = Entry(id="greedy", category="料金", question="なんでも", answer="はい。", variants=tuple(forbidden))
    found = impact_of(builder, live, edited(live, lambda entry: entry, greedy))
    answered = [line for line in found.refused if line.loss is Loss.ANSWERED]
    assert answered
    assert {line.after.entry_id for line in answered} == {"greedy"}
    assert all(line.expected == () and line.after.decision == "answer" for line in answered)


def test_a_new_entry_shows_for_the_real_question_that_had_none(builder: SnapshotBuilder, live: Snapshot) -> None:
    question = "社員食堂の献立を教えてください"
    new = Entry(id="canteen", category="その他", question=question, answer="はい。", variants=("食堂 メニュー",))
    found = impact_of(builder, live, edited(live, lambda entry: entry, new), (question, question))
    (line,) = [line for line in found.lines if line.source is Source.REAL]
    assert (line.query, line.after.entry_id) == (question, "canteen")
    assert line.before.decision != "answer"
    assert not found.refused


def test_the_text_of_a_variant_taken_out_is_asked_too(builder: SnapshotBuilder, live: Snapshot) -> None:
    bare = on("plan-prices", lambda entry: replace(entry, variants=()))
    found = impact_of(builder, live, edited(live, bare))
    own = live.by_id["plan-prices"].variants
    assert any(line.source is Source.VARIANT and line.query in own for line in found.lines)


@pytest.mark.parametrize("entry_id", ["plan-prices", "free-trial-10days", "fax-details"])
def test_asking_only_what_is_in_reach_finds_the_same(
    builder: SnapshotBuilder, live: Snapshot, entry_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorter = on(entry_id, lambda entry: replace(entry, variants=entry.variants[::2], answer="改めました。"))
    base = edited(live, shorter)
    everything = impact_of(builder, live, base)
    monkeypatch.setattr(reach, "MAX_TEXTS_ALL_ASKED", 0)
    in_reach = impact_of(builder, live, base)
    assert set(in_reach.lines) <= set(everything.lines)
    missed = set(everything.lines) - set(in_reach.lines)
    assert not [line for line in missed if line.before.entry_id != line.after.entry_id and line.loss < Loss.OTHER]


# -- calibration ----------------------------------------------------------------------------------


def test_a_small_edit_keeps_the_calibration_and_measures_its_promise(builder: SnapshotBuilder, live: Snapshot) -> None:
    shorter = on("fax-details", lambda entry: replace(entry, variants=entry.variants[1:]))
    candidate = builder.build(edited(live, shorter), NOW, live)
    assert candidate.calibration.decides_like(live.calibration)
    assert candidate.calibration.digest != live.calibration.digest
    assert candidate.calibration.risk
    assert candidate.calibration.risk.asked == len(builder.judged)


def test_an_edit_that_breaks_the_promise_is_calibrated_anew(builder: SnapshotBuilder, live: Snapshot) -> None:
    forbidden = [query.text for query in builder.judged if not query.entries][:60]
    greedy = Entry(id="greedy", category="料金", question="なんでも", answer="はい。", variants=tuple(forbidden))
    candidate = builder.build(edited(live, lambda entry: entry, greedy), NOW, live)
    assert not candidate.calibration.decides_like(live.calibration)
    assert candidate.calibration.risk
    assert candidate.calibration.risk.bound <= MAX_WRONG


def test_queries_about_an_entry_that_is_gone_do_not_move_the_cuts(builder: SnapshotBuilder, live: Snapshot) -> None:
    without = edited(live, lambda entry: None if entry.id == "business-hours" else entry)
    assert builder.build(without, NOW, live).calibration.thresholds == live.calibration.thresholds


def test_an_entry_with_the_same_question_is_as_right_as_its_predecessor(live: Snapshot) -> None:
    old = replace(live.by_id["plan-prices"], valid_to=date(2027, 3, 31))
    new = replace(old, id="plan-prices-2027", valid_from=date(2027, 4, 1), valid_to=None)
    (query,) = with_successors([JudgedQuery("月額", ("plan-prices",))], [old, new])
    assert query.entries == ("plan-prices", "plan-prices-2027")
