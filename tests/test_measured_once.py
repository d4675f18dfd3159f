"""An edit is measured once, from its form to live.

1. It builds one candidate while the live revision stands and no validity changes; else it is measured again.
2. The live snapshot is asked nothing again; only the newest proposals are kept.
"""

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from editing_work import counted
from gate import HOURS, KAEDE, SAKURA, TRIAL, cheaper, gate, put

from bot.gate import kept_proposals
from bot.gate.measuring_ahead import MeasuringAhead
from bot.gate.publishing import Publishing
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LeftOut, Query
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.entry import TOKYO
from knowledge.revisions.store import Store


@pytest.fixture
def either(migrated_database: str, analyzer: Analyzer) -> Iterator[Publishing]:
    """The gate on SQLite and on PostgreSQL."""
    made = gate(migrated_database, analyzer)
    yield made
    made.store.engine.dispose()


def test_an_edit_is_measured_once_from_its_form_to_live(either: Publishing, monkeypatch: pytest.MonkeyPatch) -> None:
    work = counted(monkeypatch)
    seen = either.live().revision  # a form opens
    proposal = either.propose(put(cheaper()), SAKURA, base=seen)
    candidate = either.examine(proposal.id).effect.candidate.snapshot  # what the form's button does
    assert either.publish(either.examine(proposal.id), SAKURA) == 2
    assert work == {"measure_impact": 1, "build": 1}
    live = either.searcher.snapshot
    assert live.index is candidate.index
    assert live.base == either.store.load()
    assert live.calibration.digest == either.builder.digest(live.index.entries, live.base.lists)


def test_while_an_editor_reads_the_live_half_is_measured_ahead(
    desk: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead, asked = MeasuringAhead(desk), list[str]()
    thread = ahead.begin()
    assert thread and ahead.begin() is None, "once for a snapshot"
    thread.join()
    rank_all, live = EntryIndex.rank_all, desk.searcher.snapshot.index

    def counting(self: EntryIndex, queries: Sequence[Query], left_out: Sequence[LeftOut] | None = None) -> object:
        asked.extend(query.text for query in queries if self is live)
        return rank_all(self, queries, left_out)

    monkeypatch.setattr(EntryIndex, "rank_all", counting)
    proposal = desk.propose(put(cheaper()), SAKURA)
    judged = {one.text for one in desk.live().lists.judged_queries}
    assert judged and judged.isdisjoint(asked)
    desk.publish(proposal, SAKURA)
    assert ahead.begin(), "another one is live"


def test_after_a_publish_the_next_edit_asks_only_its_candidate(
    desk: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    rank_all = EntryIndex.rank_all

    def counting(self: EntryIndex, queries: Sequence[Query], left_out: Sequence[LeftOut] | None = None) -> object:
        asked.append(len(queries))
        return rank_all(self, queries, left_out)

    desk.publish(desk.propose(put(cheaper()), SAKURA), SAKURA)
    monkeypatch.setattr(EntryIndex, "rank_all", counting)
    desk.propose(put(cheaper("9円です。")), SAKURA)
    assert 0 in asked, "the live snapshot is asked nothing again"


def _publish_elsewhere(url: str) -> None:
    """In a process of its own, as another server of the same database does."""
    store = Store(connect(url))
    store.publish(put(replace(TRIAL, answer="14日間です。")), KAEDE, "", store.revision())
    store.engine.dispose()


def test_what_another_process_publishes_in_between_makes_it_measured_again(
    either: Publishing, migrated_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = counted(monkeypatch)
    proposal = either.propose(put(cheaper()), SAKURA)
    process = multiprocessing.get_context("spawn").Process(target=_publish_elsewhere, args=(migrated_database,))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert either.examine(proposal.id).impact.revision == 2
    assert either.publish(proposal, SAKURA) == 3
    assert work["measure_impact"] == 3, "by the preview, and by the publish of what was measured before"
    live = either.searcher.snapshot.by_id
    assert (live["price"].answer, live["trial"].answer) == ("1,000円です。", "14日間です。")
    assert either.searcher.snapshot.base == either.store.load()


def test_a_validity_that_changes_in_between_makes_it_measured_again(
    desk: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.publish(desk.propose(put(replace(HOURS, valid_to=date(2099, 3, 31))), SAKURA), SAKURA, override="年度末まで")
    work = counted(monkeypatch)
    proposal = desk.propose(put(cheaper()), SAKURA)
    effect, border = proposal.effect, datetime(2099, 4, 1, tzinfo=TOKYO)
    assert effect.holds(2, border - timedelta(seconds=1))
    assert not effect.holds(2, border)
    passed = replace(proposal, effect=replace(effect, changes_at=datetime.now(UTC)))
    assert desk.publish(passed, SAKURA) == 3
    assert work["measure_impact"] == 2


def test_only_the_newest_proposals_are_kept(desk: Publishing, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured_again(*numbers: int) -> list[int]:
        work.clear()
        return [number for number in numbers if desk.examine(proposals[number].id) and work.pop("measure_impact", 0)]

    work = counted(monkeypatch)
    monkeypatch.setattr(kept_proposals, "MAX_KEPT", 2)
    proposals = [desk.propose(put(cheaper(f"{number}円です。")), SAKURA) for number in range(1, 4)]
    assert measured_again(2, 1, 0) == [0]
    monkeypatch.setattr(kept_proposals, "MAX_KEPT_TEXTS", 1)
    assert measured_again(1, 1, 0, 0) == [1, 0], "one is kept, however large"
