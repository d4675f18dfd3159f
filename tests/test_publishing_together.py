"""Several editors and processes at the gate.

1. Nothing is overwritten silently: whatever the order in which two editors work, no change is lost.
2. With review a proposal waits for a second person, and nobody skips the wait.
3. A crash at any statement of a publish leaves the old or the new revision, whole; a lost race says so.
"""

import multiprocessing
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from gate import BASE, HOURS, KAEDE, LOSING, PRICE, SAKURA, TRIAL, cheaper, gate, put
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import publish_first

from bot.gate.proposal import PublishRefused, ReviewRequired
from bot.gate.publishing import Publishing
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.entry import Entry
from knowledge.errors import EditConflict, FaqError, RevisionConflict
from knowledge.revisions.history import History
from knowledge.revisions.proposals import ProposalState
from knowledge.revisions.store import Change, Store


def test_the_second_editor_of_an_entry_sees_who_was_faster_and_what_differs(desk: Publishing) -> None:
    first, second = (
        desk.propose(put(cheaper()), SAKURA),
        desk.propose(put(replace(PRICE, url="https://a.example/")), KAEDE),
    )
    desk.publish(first, SAKURA)
    with pytest.raises(EditConflict) as caught:
        desk.publish(second, KAEDE)
    for part in (PRICE.question, SAKURA, "第2版", "回答", "URL"):
        assert part in str(caught.value)
    assert desk.store.load().by_id["price"] == cheaper()


def test_editors_of_different_entries_do_not_disturb_each_other(desk: Publishing) -> None:
    first, second = (
        desk.propose(put(cheaper()), SAKURA),
        desk.propose(put(replace(TRIAL, answer="14日間です。")), KAEDE),
    )
    assert desk.publish(second, KAEDE) == 2
    assert desk.publish(first, SAKURA) == 3
    live = desk.store.load().by_id
    assert (live["price"].answer, live["trial"].answer) == ("1,000円です。", "14日間です。")


def test_a_form_opened_before_somebody_elses_publish_is_a_conflict_at_once(desk: Publishing) -> None:
    desk.publish(desk.propose(put(cheaper()), SAKURA), SAKURA)
    with pytest.raises(EditConflict, match=SAKURA):
        desk.propose(put(cheaper("5,000円です。")), KAEDE, base=1)


def test_the_same_edit_by_both_is_no_conflict(desk: Publishing) -> None:
    desk.publish(desk.propose(put(cheaper()), SAKURA), SAKURA)
    with pytest.raises(FaqError, match="変更がありません"):
        desk.propose(put(cheaper()), KAEDE, base=1)


STEPS = st.lists(
    st.tuples(st.sampled_from([SAKURA, KAEDE]), st.sampled_from(["price", "trial", "hours"]), st.integers(0, 2)),
    min_size=2,
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_interleaving_of_two_editors_loses_a_change(
    tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer, steps: list[tuple[str, str, int]]
) -> None:
    """Each step opens a form or publishes the one its editor opened; every publish that succeeds must last."""
    desk = gate(f"sqlite:///{tmp_path_factory.mktemp('editors')}/faqbot.db", analyzer)
    opened = dict[str, tuple[Entry, int]]()
    expected = {entry.id: entry for entry in BASE}
    for number, (editor, entry_id, _) in enumerate(steps):
        if editor not in opened:
            base = desk.store.load()
            seen = base.by_id[entry_id]
            opened[editor] = (replace(seen, note=f"{seen.note}[{number}{editor}]"), base.revision)
            continue
        entry, revision = opened.pop(editor)
        try:
            desk.publish(desk.propose(put(entry), editor, base=revision), editor)
        except EditConflict:
            assert expected[entry.id].note not in entry.note or not expected[entry.id].note
        else:
            assert entry.note.startswith(expected[entry.id].note), "somebody's change was lost"
            expected[entry.id] = entry
    assert desk.store.load().by_id == expected
    desk.store.engine.dispose()


def test_with_review_a_proposal_waits_for_another_editor(reviewed: Publishing) -> None:
    proposal = reviewed.propose(put(cheaper()), SAKURA, "値下げ")
    assert reviewed.publish(proposal, SAKURA) is None
    assert [one.id for one in reviewed.proposals.waiting()] == [proposal.id]
    assert reviewed.store.revision() == 1
    with pytest.raises(ReviewRequired, match="本人は承認できません"):
        reviewed.publish(reviewed.examine(proposal.id), SAKURA)
    assert reviewed.publish(reviewed.examine(proposal.id), KAEDE) == 2
    newest = reviewed.history.find(2)
    assert (newest.editor, newest.approved_by, newest.reason) == (SAKURA, KAEDE, "値下げ")
    assert reviewed.proposals.waiting() == []
    assert reviewed.proposals.find(proposal.id).state is ProposalState.PUBLISHED


def test_with_review_nobody_can_skip_the_wait(reviewed: Publishing) -> None:
    proposal = reviewed.propose(put(cheaper()), SAKURA)
    assert reviewed.publish(proposal, KAEDE) is None, "the first to press 公開 only hands it in"
    assert reviewed.store.revision() == 1


def test_a_refused_proposal_does_not_even_wait_without_its_override(reviewed: Publishing) -> None:
    proposal = reviewed.propose(put(LOSING), SAKURA)
    with pytest.raises(PublishRefused):
        reviewed.publish(proposal, SAKURA)
    assert reviewed.publish(proposal, SAKURA, override="終了") is None
    assert reviewed.publish(reviewed.examine(proposal.id), KAEDE) == 2
    assert reviewed.history.find(2).override == "終了"


def test_an_edit_in_between_makes_a_waiting_proposal_a_conflict(reviewed: Publishing) -> None:
    proposal = reviewed.propose(put(cheaper()), SAKURA)
    reviewed.publish(proposal, SAKURA)
    reviewed.store.publish(put(cheaper("9円です。")), KAEDE, "", 1)
    with pytest.raises(EditConflict, match=KAEDE):
        reviewed.publish(proposal, KAEDE)


def _publish_and_die(database: Path, statement: int) -> None:
    """In a process of its own: the process is gone before the statement of this number is sent."""
    engine = connect(f"sqlite:///{database}")
    seen = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def count(*_: object) -> None:
        seen.append(1)
        if len(seen) == statement:
            os._exit(9)

    Store(engine).publish(Change((cheaper(), replace(HOURS, id="new")), ("cancel",)), SAKURA, "", 1)
    os._exit(0)


@pytest.mark.filterwarnings(
    "ignore:.*fork:DeprecationWarning"
)  # of Python 3.12: the child takes no lock of another thread
def test_a_crash_at_any_statement_leaves_the_old_or_the_new_revision_whole(tmp_path: Path) -> None:
    old = BASE
    new = (HOURS, replace(HOURS, id="new"), cheaper(), TRIAL)
    forking, ended = multiprocessing.get_context("fork"), []  # a new interpreter takes a second for each
    publish_first(f"sqlite:///{tmp_path / 'first.db'}", *old)
    for statement in range(1, 30):
        database = tmp_path / f"{statement}.db"
        shutil.copy(tmp_path / "first.db", database)
        process = forking.Process(target=_publish_and_die, args=(database, statement))
        process.start()
        process.join()
        ended.append(process.exitcode)
        store = Store(connect(f"sqlite:///{database}"))
        live, history = store.load(), History(store.engine).base(store.revision())
        assert (live.revision, live.entries) in ((1, old), (2, new))
        assert history.entries == live.entries
        store.engine.dispose()
        if process.exitcode == 0:
            break
    assert ended[-1] == 0, "at last it was published"
    assert ended.count(9) >= 8


def test_a_publish_that_loses_every_race_says_so(desk: Publishing, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = desk.propose(put(cheaper()), SAKURA)
    publish = Store.publish

    def raced(self: Store, *args: object) -> int:
        publish(self, put(replace(HOURS, note=str(self.revision()))), KAEDE, "", self.revision())
        return publish(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "publish", raced)
    with pytest.raises(RevisionConflict):
        desk.publish(proposal, SAKURA)
    monkeypatch.undo()
    assert desk.publish(proposal, SAKURA)
