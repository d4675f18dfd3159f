"""The editors' gate: propose, impact, publish, history.

1. A change is checked and measured before it is live; what would lose a judged query or answer what must
   not be answered is refused, unless overridden with a reason that is kept.
2. Every revision stays readable and can be brought back; validity is obeyed to the minute.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from gate import BASE, CANCEL, HOURS, KAEDE, LOSING, PRICE, SAKURA, TRIAL, cheaper, put

from bot.faq import Faq
from bot.gate.proposal import PublishRefused
from bot.gate.publishing import Publishing
from bot.reply import Asker
from bot.wording.changes import impact_summary
from index.review.impact import Loss, Source
from knowledge.changes import ChangeKind
from knowledge.entry import TOKYO, Status
from knowledge.errors import FaqError, KnowledgeError, Severity
from knowledge.list_name import ListName
from knowledge.revisions.revision_list import revision_contents
from knowledge.revisions.store import Change


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
    assert "うち、取り下げる項目・消す項目への質問 3件です" in impact_summary(proposal.impact)
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


def test_an_override_of_what_is_not_refused_is_not_kept(desk: Publishing) -> None:
    proposal = desk.propose(put(replace(PRICE, note="覚え書き")), SAKURA, "覚え書き")
    assert not proposal.impact.refused
    assert desk.publish(proposal, SAKURA, override="念のため") == 2
    assert desk.history.find(2).override == ""


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
