"""Impact: what an edit changes for askers, worst first, and what may not be published.

1. An edit that changes nothing for anybody has no impact; what no question is compared with is not even asked for.
   The own texts of an entry are listed when they change.
2. A judged query that loses its entry, and a must-abstain query that is answered, refuse the publish.
3. Of very many texts, asking only those in reach finds every change of first place that asking all finds.
4. Of too many texts an even part is asked, and how many were left out is told.
5. The live calibration stays after an edit as long as it keeps its promise.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.changes import impact_summary
from index.cache import NullCache
from index.decision import cases
from index.decision.evidence import MAX_WRONG
from index.ranking.entry_index import EntryIndex
from index.review import impact, reach
from index.review.impact import Impact, Loss, Source, measure_impact
from index.review.sampling import evenly
from index.review.verdicts import AskedSnapshot
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder, judged_for
from knowledge.entry import Entry, Status
from knowledge.judged import JudgedQuery, with_successors
from knowledge.revisions.store import KnowledgeBase

NOW = datetime(2026, 12, 1, tzinfo=UTC)
Edit = Callable[[Entry], Entry | None]
Fields = dict[str, Any]


@dataclass(frozen=True)
class Base:
    """A live knowledge base, its builder and the verdicts it has given so far."""

    builder: SnapshotBuilder
    asked: AskedSnapshot

    @classmethod
    def of(cls, whole: Snapshot, entries: Sequence[Entry], judged: Iterable[JudgedQuery]) -> Self:
        """Of a whole knowledge base these entries and judged queries, with its calibration."""
        lines = "".join(f"{query.line}\t{'|'.join(query.entries) or '-'}\n" for query in judged)
        base = KnowledgeBase(1, tuple(entries), replace(whole.base.lists, judged=lines))
        builder = SnapshotBuilder(whole.index.analyzer.tokenizer, None, NullCache())
        same = base.entries == whole.index.entries
        builder.newest = whole.index if same else EntryIndex(base.entries, whole.index.analyzer)
        return cls(builder, AskedSnapshot(replace(whole, base=base, index=builder.newest)))

    @property
    def live(self) -> Snapshot:
        return self.asked.snapshot

    @property
    def judged(self) -> Sequence[JudgedQuery]:
        return self.live.base.lists.judged_queries

    @property
    def questions(self) -> int:
        """The number of judged queries and of the entries' own texts."""
        return len(self.judged) + len(self.live.index.texts)

    def edited(self, edit: Edit, *added: Entry) -> KnowledgeBase:
        """The knowledge base after an edit of every entry, and with entries that are added."""
        kept = [after for entry in self.live.index.entries if (after := edit(entry))]
        return KnowledgeBase(2, tuple(sorted([*kept, *added], key=lambda entry: entry.id)), self.live.base.lists)

    def impact(self, edit: Edit, *added: Entry, real: tuple[str, ...] = ()) -> Impact:
        base = self.edited(edit, *added)
        after = AskedSnapshot(self.builder.build(base, NOW, self.live, calibrated=False))
        return measure_impact(self.asked, after, judged_for(base), real, self.builder.query)


@pytest.fixture(scope="module")
def shipped(lexical_snapshot: Snapshot) -> Base:
    """Every shipped entry and every fourth judged query, of which there are still enough to calibrate by them alone."""
    return Base.of(lexical_snapshot, lexical_snapshot.base.entries, lexical_snapshot.base.lists.judged_queries[::4])


@pytest.fixture(scope="module")
def small(lexical_snapshot: Snapshot) -> Base:
    """Two categories with a few variants and their judged queries, where an impact is measured in a moment."""
    whole = lexical_snapshot.base
    kept = [
        replace(entry, variants=entry.variants[:10])
        for entry in whole.entries
        if entry.category in ("料金", "無料お試し")
    ]
    ids = {entry.id for entry in kept}
    about = [query for query in whole.lists.judged_queries if ids.intersection(query.entries)]
    refused = [query for query in whole.lists.judged_queries if not query.entries]
    return Base.of(lexical_snapshot, kept, [*about, *refused[::4]])


def unchanged(entry: Entry) -> Entry:
    return entry


def on(entry_id: str, edit: Edit) -> Edit:
    return lambda entry: edit(entry) if entry.id == entry_id else entry


def test_the_same_knowledge_base_has_no_impact(shipped: Base) -> None:
    found = shipped.impact(unchanged)
    assert found.lines == ()
    assert found.considered == shipped.questions


@pytest.mark.parametrize(
    "fields",
    [
        {"note": "確認ずみ", "owner": "料金担当", "review_by": date(2030, 1, 1)},
        {"url": "https://example.com/new", "as_of": date(2026, 11, 1), "related": ()},
    ],
)
def test_what_no_question_is_compared_with_changes_nothing_and_is_not_asked(small: Base, fields: Fields) -> None:
    edit = on("plan-prices", lambda entry: replace(entry, **fields))
    after = small.builder.build(small.edited(edit), NOW, small.live, calibrated=False)
    queries = [small.builder.query(query.text, small.live.index.analyzer) for query in small.judged]
    assert small.asked.agrees_with(after)
    assert small.asked.verdicts(queries) == AskedSnapshot(after).verdicts(queries), "as one that is asked says too"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Snapshot, "decided", None)
        assert small.impact(edit).lines == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "改めました。"},
        {"variants": ("駐車場",)},
        {"question": "駐車場の数は？"},
        {"category": "その他"},
        {"declines": True},
        {"id": "plan-prices-2"},
        {"status": Status.DRAFT},
    ],
)
def test_what_questions_are_compared_with_is_asked(small: Base, fields: Fields) -> None:
    base = small.edited(on("plan-prices", lambda entry: replace(entry, **fields)))
    assert not small.asked.agrees_with(small.builder.build(base, NOW, small.live, calibrated=False))


def test_of_too_many_texts_an_even_part_is_asked_and_the_rest_is_told(
    small: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (impact, reach):
        monkeypatch.setattr(module, "MAX_TEXTS_ALL_ASKED", 60)
    monkeypatch.setattr(reach, "MAX_CHANGED_IN_REACH", 3)
    monkeypatch.setattr(impact, "MAX_TEXTS_SAMPLED", 30)
    some = [entry.id for entry in small.live.index.entries[:4]]
    found = small.impact(lambda entry: replace(entry, answer="改めました。") if entry.id in some else entry)
    assert found.left_out == len(small.live.index.texts) - 30
    assert found.considered == len(small.judged) + 30
    assert f"言い方{found.left_out}件は確かめていません" in impact_summary(found)


@given(st.lists(st.integers(), unique=True, max_size=200), st.integers(1, 50))
def test_an_even_part_keeps_the_order_and_begins_with_the_first(items: list[int], most: int) -> None:
    part = evenly(items, most)
    assert len(part) == min(most, len(items))
    assert part == [item for item in items if item in set(part)]
    assert part[:1] == items[:1]


def test_an_entry_that_asks_something_else_loses_its_judged_queries(small: Base) -> None:
    other = on("plan-prices", lambda entry: replace(entry, question="駐車場の数は？", variants=(), answer="3台です。"))
    found = small.impact(other)
    lost = found.of(Loss.LOST)
    assert lost
    own = [line for line in lost if "plan-prices" in line.expected]
    assert len(own) >= 0.9 * len(lost), "what is only suggested may move too"
    assert all(line.before.entry_id == "plan-prices" for line in own)
    assert [line.loss for line in found.lines] == sorted(line.loss for line in found.lines), "worst first"


def test_taking_back_an_entry_is_refused_only_for_questions_that_are_then_answered_wrongly(small: Base) -> None:
    retired = on("trial-to-contract", lambda entry: replace(entry, status=Status.RETIRED))
    found = small.impact(retired)
    assert {line.source for line in found.of(Loss.TAKEN_BACK)} == {Source.JUDGED, Source.VARIANT}
    assert all(line.after.decision != "answer" for line in found.of(Loss.TAKEN_BACK))
    assert not found.of(Loss.LOST, Loss.MISLED)
    assert all(line.after.decision == "answer" for line in found.refused)


@pytest.mark.parametrize("kept", [1, 5])
def test_never_more_questions_change_than_were_asked(small: Base, kept: int) -> None:
    ids = {entry.id for entry in small.live.index.entries[:kept]}
    found = small.impact(lambda entry: entry if entry.id in ids else None)
    assert len(small.live.index.texts) / 2 < len(found.lines) <= found.considered
    assert found.considered == small.questions


def greedy(base: Base) -> Entry:
    """An entry that asks what must not be answered."""
    forbidden = tuple(query.text for query in base.judged if not query.entries)[:60]
    return Entry(id="greedy", category="料金", question="なんでも", answer="はい。", variants=forbidden)


def test_an_entry_that_answers_what_must_not_be_answered_is_refused(small: Base) -> None:
    found = small.impact(unchanged, greedy(small))
    answered = [line for line in found.refused if line.loss is Loss.ANSWERED]
    assert answered
    assert {line.after.entry_id for line in answered} == {"greedy"}
    assert all(line.expected == () and line.after.decision == "answer" for line in answered)


def test_a_new_entry_shows_for_the_real_question_that_had_none(small: Base) -> None:
    question = "社員食堂の献立を教えてください"
    new = Entry(id="canteen", category="その他", question=question, answer="はい。", variants=("食堂 メニュー",))
    found = small.impact(unchanged, new, real=(question, question))
    (line,) = [line for line in found.lines if line.source is Source.REAL]
    assert (line.query, line.after.entry_id) == (question, "canteen")
    assert line.before.decision != "answer"
    assert all(line.before.decision == "suggest" for line in found.refused), "no answer is lost"


def test_the_text_of_a_variant_taken_out_is_asked_too(small: Base) -> None:
    found = small.impact(on("plan-prices", lambda entry: replace(entry, variants=())))
    own = small.live.by_id["plan-prices"].variants
    assert any(line.source is Source.VARIANT and line.query in own for line in found.lines)


def test_asking_only_what_is_in_reach_finds_the_same(
    lexical_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = lexical_snapshot.base
    kept = [replace(entry, variants=entry.variants[::3]) for entry in whole.entries[::6]]
    some = Base.of(lexical_snapshot, kept, whole.lists.judged_queries[::12])
    shorter = on("plan-prices", lambda entry: replace(entry, variants=entry.variants[::2], answer="改めました。"))
    everything = some.impact(shorter)
    monkeypatch.setattr(reach, "MAX_TEXTS_ALL_ASKED", 0)
    in_reach = some.impact(shorter)
    assert set(in_reach.lines) <= set(everything.lines)
    missed = set(everything.lines) - set(in_reach.lines)
    assert not [line for line in missed if line.before.entry_id != line.after.entry_id and line.loss < Loss.OTHER]


# -- calibration ----------------------------------------------------------------------------------


def test_a_small_edit_keeps_the_calibration_and_promises_no_less_wrong(shipped: Base) -> None:
    shorter = on("fax-details", lambda entry: replace(entry, variants=entry.variants[1:]))
    live, candidate = shipped.live, shipped.builder.build(shipped.edited(shorter), NOW, shipped.live)
    assert candidate.calibration.decides_like(live.calibration)
    assert candidate.calibration.digest != live.calibration.digest
    assert candidate.calibration.risk.bound >= live.calibration.risk.bound  # measured where nothing was learned
    assert candidate.calibration.evidence.variants == live.calibration.evidence.variants > 0  # which it rests on


def test_an_edit_that_breaks_the_promise_is_calibrated_anew(shipped: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "MAX_VARIANTS", 300)  # of 1,500, which take seconds
    entry = greedy(shipped)
    near = replace(
        entry, variants=tuple(f"{text} おねがいします" for text in entry.variants)
    )  # an own text proves nothing
    candidate = shipped.builder.build(shipped.edited(unchanged, near), NOW, shipped.live)
    assert not candidate.calibration.decides_like(shipped.live.calibration)
    assert candidate.calibration.risk
    assert candidate.calibration.risk.bound <= MAX_WRONG


def test_queries_about_an_entry_that_is_gone_do_not_move_the_cuts(shipped: Base) -> None:
    without = shipped.edited(lambda entry: None if entry.id == "business-hours" else entry)
    candidate = shipped.builder.build(without, NOW, shipped.live)
    assert candidate.calibration.thresholds == shipped.live.calibration.thresholds


def test_an_entry_with_the_same_question_is_as_right_as_its_predecessor(entries: list[Entry]) -> None:
    (entry,) = [entry for entry in entries if entry.id == "plan-prices"]
    old = replace(entry, valid_to=date(2027, 3, 31))
    new = replace(old, id="plan-prices-2027", valid_from=date(2027, 4, 1), valid_to=None)
    (query,) = with_successors([JudgedQuery("月額", ("plan-prices",))], [old, new])
    assert query.entries == ("plan-prices", "plan-prices-2027")
