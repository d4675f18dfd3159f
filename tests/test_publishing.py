"""The editors' gate: propose, impact, publish, history, review, two editors at once, crashes.

1. A change is checked and measured before it is live; what would lose a judged query or answer what must
   not be answered is refused, unless overridden with a reason that is kept.
2. Nothing is overwritten silently: whatever the order in which two editors work, no change is lost.
3. A crash at any statement of a publish leaves the old or the new revision, whole.
4. Every revision stays readable and can be brought back; validity is obeyed to the minute.
5. An edit is measured once and builds one candidate while the live revision stands and no validity changes.
"""

import multiprocessing
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from editing_work import counted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import connect_migrated, publish_first

from bot import kept_proposals
from bot.faq import Faq
from bot.proposal import PublishRefused, ReviewRequired
from bot.publishing import Publishing
from bot.reply import Asker
from bot.wording.changes import impact_summary
from index.cache import NullCache
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LeftOut, Query
from index.review.impact import Loss, Source
from index.searcher import Searcher
from index.snapshot_builder import SnapshotBuilder
from index.text.analyzer import Analyzer
from knowledge.changes import ChangeKind
from knowledge.database.connection import connect
from knowledge.entry import TOKYO, Entry, Status
from knowledge.errors import EditConflict, FaqError, KnowledgeError, RevisionConflict, Severity
from knowledge.folder import SHIPPED
from knowledge.list_name import ListName
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.history import History
from knowledge.revisions.proposals import State
from knowledge.revisions.revision_list import revision_contents
from knowledge.revisions.store import Change, Store

PRICE = Entry(
    id="price", category="料金", question="月額料金はいくらですか", answer="2,960円です。", variants=("値段",)
)
TRIAL = Entry(
    id="trial", category="お試し", question="無料お試しは何日間ですか", answer="10日間です。", variants=("試用期間",)
)
CANCEL = Entry(id="cancel", category="解約", question="解約の違約金はありますか", answer="ありません。")
HOURS = Entry(id="hours", category="電話", question="営業時間は何時までですか", answer="18時までです。")
BASE = (CANCEL, HOURS, PRICE, TRIAL)
LOSING = replace(TRIAL, question="保証金はかかりますか", variants=(), answer="かかりません。")  # asked for no more
JUDGED = "料金を教えて\tprice\nお試しの日数\ttrial\n社員食堂はありますか\t-\n"
LISTS = {
    ListName.JUDGED: JUDGED,
    ListName.SYNONYMS: SHIPPED.read_lists().synonyms,
    ListName.STYLE: SHIPPED.read_lists().style,
}
SAKURA, KAEDE = "sakura", "kaede"


def put(*entries: Entry) -> Change:
    return Change(put=entries)


def gate(url: str, analyzer: Analyzer, *, review: bool = False) -> Publishing:
    engine = connect_migrated(url)
    store = Store(engine)
    if store.revision() == 0:
        store.publish(Change(put=BASE, lists=LISTS), "shipped files", "", 0)
    builder = SnapshotBuilder(analyzer.tokenizer, None, NullCache(), shipped={})
    searcher = Searcher(
        store.revision, lambda before: builder.build(store.load(), datetime.now(UTC), before), builder.complete
    )
    return Publishing(store, builder, searcher, QueryLog(engine, b"key"), review)


@pytest.fixture
def desk(tmp_path: Path, analyzer: Analyzer) -> Iterator[Publishing]:
    made = gate(f"sqlite:///{tmp_path}/faqbot.db", analyzer)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def reviewed(tmp_path: Path, analyzer: Analyzer) -> Iterator[Publishing]:
    made = gate(f"sqlite:///{tmp_path}/faqbot.db", analyzer, review=True)
    yield made
    made.store.engine.dispose()


def cheaper(price: str = "1,000円です。") -> Entry:
    return replace(PRICE, answer=price)


# -- propose and publish --------------------------------------------------------------------------


def test_a_change_is_live_only_after_its_publish(desk: Publishing) -> None:
    faq = Faq(desk.searcher)
    proposal = desk.propose(put(cheaper()), SAKURA, "値下げ")
    assert desk.searcher.snapshot.by_id["price"] == PRICE
    assert [change.kind for change in proposal.differences] == [ChangeKind.CHANGED]
    assert desk.publish(proposal, SAKURA) == 2
    assert desk.searcher.snapshot.by_id["price"].answer == "1,000円です。"
    reply = faq.ask("月額料金はいくらですか", Asker("test"))
    assert reply.entry
    assert reply.entry.answer == "1,000円です。"


def test_a_change_that_loses_a_judged_query_is_refused_and_nothing_changes(desk: Publishing) -> None:
    proposal = desk.propose(put(LOSING), SAKURA)
    assert [(line.query, line.loss) for line in proposal.impact.refused] == [("お試しの日数", Loss.LOST)]
    with pytest.raises(PublishRefused, match="お試しの日数"):
        desk.publish(proposal, SAKURA)
    assert desk.store.load().entries == BASE


@pytest.mark.parametrize("change", [Change(remove=("trial",)), put(replace(TRIAL, status=Status.RETIRED))])
def test_taking_an_entry_back_is_no_loss_of_its_own_questions(desk: Publishing, change: Change) -> None:
    proposal = desk.propose(change, SAKURA)
    assert proposal.impact.refused == ()
    taken_back = {line.query for line in proposal.impact.of(Loss.TAKEN_BACK)}
    assert taken_back == {"お試しの日数", TRIAL.question, *TRIAL.variants}
    assert "うち3件は取り下げる項目・消す項目への質問です" in impact_summary(proposal.impact)
    assert desk.publish(proposal, SAKURA) == 2


def test_an_entry_taken_back_must_not_leave_its_questions_to_a_wrong_answer(desk: Publishing) -> None:
    proposal = desk.propose(Change((replace(HOURS, variants=("お試しの日数",)),), ("trial",)), SAKURA)
    assert [(line.query, line.loss) for line in proposal.impact.refused] == [("お試しの日数", Loss.ANSWERED)]


def test_a_question_with_another_right_entry_is_lost_when_that_one_is_not_found(desk: Publishing) -> None:
    both = {ListName.JUDGED: "お試しの日数\tprice|trial\n"}
    proposal = desk.propose(Change(remove=("trial",), lists=both), SAKURA)
    assert [(line.query, line.loss) for line in proposal.impact.refused] == [("お試しの日数", Loss.LOST)]


def test_a_change_that_answers_what_must_not_be_answered_is_refused(desk: Publishing) -> None:
    canteen = replace(HOURS, variants=("社員食堂はありますか",))
    proposal = desk.propose(put(canteen), SAKURA)
    assert [line.loss for line in proposal.impact.refused] == [Loss.ANSWERED]
    with pytest.raises(PublishRefused):
        desk.publish(proposal, SAKURA)


def test_an_override_needs_a_reason_and_the_reason_is_kept(desk: Publishing) -> None:
    proposal = desk.propose(put(LOSING), SAKURA, "終了")
    with pytest.raises(PublishRefused):
        desk.publish(proposal, SAKURA, override="")
    assert desk.publish(proposal, SAKURA, override="お試しは終わりました") == 2
    newest = desk.history.find(2)
    assert (newest.editor, newest.reason, newest.override) == (SAKURA, "終了", "お試しは終わりました")


def test_the_impact_lists_recent_real_questions(desk: Publishing) -> None:
    faq = Faq(desk.searcher, desk.log)
    faq.ask("月額料金はいくらですか", Asker("test"))
    proposal = desk.propose(put(replace(PRICE, status=Status.RETIRED)), SAKURA)
    real = [line for line in proposal.impact.lines if line.source is Source.REAL]
    assert [(line.query, line.before.entry_id) for line in real] == [("月額料金はいくらですか", "price")]


def test_a_faulty_entry_is_refused_with_its_field(desk: Publishing) -> None:
    with pytest.raises(KnowledgeError) as caught:
        desk.propose(put(replace(PRICE, url="http://example.com/"), replace(TRIAL, answer=" ")), SAKURA)
    assert [(problem.entry_id, problem.field) for problem in caught.value.problems] == [
        ("price", "url"),
        ("trial", "answer"),
    ]


def test_a_question_that_another_entry_has_is_refused(desk: Publishing) -> None:
    with pytest.raises(KnowledgeError, match="にもあります"):
        desk.propose(put(replace(HOURS, variants=("値段",))), SAKURA)


def test_a_warning_is_shown_and_does_not_keep_an_entry_from_being_published(desk: Publishing) -> None:
    proposal = desk.propose(put(cheaper("絶対に1,000円です。")), SAKURA)
    (problem,) = proposal.problems
    assert (problem.severity, problem.entry_id, problem.field) == (Severity.WARNING, "price", "answer")
    assert desk.publish(proposal, SAKURA) == 2


def test_an_error_refuses_the_change_and_is_told_without_the_warnings(desk: Publishing) -> None:
    with pytest.raises(KnowledgeError) as caught:
        desk.propose(put(replace(cheaper("絶対に1,000円です。"), related=("trail",))), SAKURA)
    assert [(problem.entry_id, problem.field) for problem in caught.value.problems] == [("price", "related")]


def test_an_entry_that_others_are_related_to_is_not_removed(desk: Publishing) -> None:
    desk.publish(desk.propose(put(replace(PRICE, related=("hours",))), SAKURA), SAKURA)
    with pytest.raises(KnowledgeError, match="「hours」というエントリはありません"):
        desk.propose(Change(remove=("hours",)), KAEDE)


def test_the_same_content_again_is_no_change(desk: Publishing) -> None:
    with pytest.raises(FaqError, match="変更がありません"):
        desk.propose(put(PRICE), SAKURA)


def test_a_proposal_is_published_once_however_often_the_button_is_pressed(desk: Publishing) -> None:
    proposal = desk.propose(put(cheaper()), SAKURA)
    assert desk.publish(proposal, SAKURA) == 2
    with pytest.raises(FaqError, match="すでに第2版として公開されています"):
        desk.publish(proposal, SAKURA)
    assert desk.store.revision() == 2


def test_a_withdrawn_proposal_cannot_be_published(reviewed: Publishing) -> None:
    proposal = reviewed.propose(put(cheaper()), SAKURA)
    reviewed.publish(proposal, SAKURA)
    reviewed.withdraw(proposal.id)
    with pytest.raises(FaqError, match="すでに取り下げられています"):
        reviewed.publish(proposal, KAEDE)


# -- two editors ----------------------------------------------------------------------------------


def test_the_second_editor_of_an_entry_sees_who_was_faster_and_what_differs(desk: Publishing) -> None:
    first, second = (
        desk.propose(put(cheaper()), SAKURA),
        desk.propose(put(replace(PRICE, url="https://a.example/")), KAEDE),
    )
    desk.publish(first, SAKURA)
    with pytest.raises(EditConflict) as caught:
        desk.publish(second, KAEDE)
    for part in ("price", SAKURA, "第2版", "回答", "URL"):
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
    opened: dict[str, tuple[Entry, int]] = {}
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


# -- a second person ------------------------------------------------------------------------------


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
    assert reviewed.proposals.find(proposal.id).state is State.PUBLISHED


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


# -- history --------------------------------------------------------------------------------------


def test_every_revision_stays_readable_and_can_be_brought_back(desk: Publishing) -> None:
    desk.publish(desk.propose(put(cheaper()), SAKURA, "値下げ"), SAKURA)
    desk.publish(desk.propose(Change(remove=("cancel",)), KAEDE, "整理"), KAEDE)
    desk.publish(desk.propose(put(replace(CANCEL, id="cancel-new")), KAEDE, "書き直し"), KAEDE)
    history = desk.history
    assert history.base(1).entries == BASE
    assert history.base(3).by_id.keys() == {"hours", "price", "trial"}
    assert [one.number for one in history.revisions(10)] == [4, 3, 2, 1]
    assert [(one.revision.number, one.entry) for one in history.versions("price")] == [(2, cheaper()), (1, PRICE)]
    (removed,) = revision_contents(history.engine, 3).differences
    assert (removed.id, removed.kind) == ("cancel", ChangeKind.REMOVED)
    (changed,) = revision_contents(history.engine, 2).differences
    (field,) = changed.fields()
    assert (field.label, field.before, field.after) == ("回答", "2,960円です。", "1,000円です。")
    back = desk.propose(history.way_back(1, desk.store.load()), SAKURA, "第1版に戻す")
    assert desk.publish(back, SAKURA) == 5
    assert desk.store.load().entries == BASE
    assert [one.number for one in history.revisions(10)] == [5, 4, 3, 2, 1], "nothing is erased"


def test_a_revision_that_never_was_cannot_be_brought_back(desk: Publishing) -> None:
    with pytest.raises(FaqError, match="第9版はありません"):
        desk.history.way_back(9, desk.store.load())


def test_the_revision_of_a_moment(desk: Publishing) -> None:
    before = datetime.now(UTC)
    desk.publish(desk.propose(put(cheaper()), SAKURA), SAKURA)
    assert desk.history.at(before) == 1
    assert desk.history.at(datetime.now(UTC)) == 2
    assert desk.history.at(before - timedelta(days=1)) == 0


# -- time -----------------------------------------------------------------------------------------


def test_a_price_of_the_future_is_prepared_today_and_measured_at_its_day(desk: Publishing) -> None:
    new = replace(PRICE, id="price-2099", answer="3,300円です。", valid_from=date(2099, 4, 1))
    old = replace(PRICE, valid_to=date(2099, 3, 31))
    proposal = desk.propose(put(old, new), SAKURA)
    assert proposal.impact.refused == (), "the successor asks the same question"
    assert {line.at for line in proposal.impact.lines} == {datetime(2099, 4, 1, tzinfo=TOKYO)}
    assert {line.after.entry_id for line in proposal.impact.lines} == {"price-2099"}
    desk.publish(proposal, SAKURA)
    snapshot = desk.searcher.snapshot
    assert "price-2099" not in snapshot.by_id
    then = desk.builder.build(desk.store.load(), datetime(2099, 4, 1, 0, 0, tzinfo=TOKYO), snapshot)
    assert "price" not in then.by_id
    before = desk.builder.build(desk.store.load(), datetime(2099, 3, 31, 23, 59, tzinfo=TOKYO), snapshot)
    assert "price" in before.by_id


def test_an_end_without_a_successor_is_refused_as_a_loss_of_that_day(desk: Publishing) -> None:
    proposal = desk.propose(put(replace(TRIAL, valid_to=datetime.fromisoformat("2099-01-01T09:30"))), SAKURA)
    (line,) = proposal.impact.refused
    assert (line.loss, line.at) == (Loss.LOST, datetime(2099, 1, 1, 9, 30, tzinfo=TOKYO))
    assert desk.publish(proposal, SAKURA, override="お試しは年末まで") == 2


# -- measured once --------------------------------------------------------------------------------


@pytest.fixture
def either(empty_database: str, analyzer: Analyzer) -> Iterator[Publishing]:
    """The gate on SQLite and on PostgreSQL."""
    made = gate(empty_database, analyzer)
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
    either: Publishing, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = counted(monkeypatch)
    proposal = either.propose(put(cheaper()), SAKURA)
    process = multiprocessing.get_context("spawn").Process(target=_publish_elsewhere, args=(empty_database,))
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


# -- crashes --------------------------------------------------------------------------------------


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
