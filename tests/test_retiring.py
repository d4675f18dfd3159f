"""An entry that is taken back, or removed, is taken out of what other entries name as related, by the same revision.

1. At every door: the preview says which entries lose the relation, and the undo of the revision brings all back.
2. Who changes such an entry meanwhile loses nothing and is in nobody's way; what the change itself writes stays.
"""

from dataclasses import replace

import pytest
from making import make_entry
from slack_editors import entry_modal, result, send
from slack_tester import EDITOR, SlackTester, shown
from team_tester import TeamTester, page_of
from team_tester import send as send_form

from bot.app import App
from bot.gate.publishing import Publishing
from knowledge.entry import Status
from knowledge.revisions.store import Change

OLD = make_entry("old", "旧プランの登録料はいくらですか？", "登録料は9,870円です。")
BESIDE = make_entry("beside", "登録料の請求書はいつ届きますか？", "月末に届きます。", related=("old", "plan-prices"))
FAR = make_entry("far", "登録料の領収書は出ますか？", "お出しします。", related=("plan-prices",))
GONE = replace(OLD, status=Status.RETIRED)


@pytest.fixture
def desk(edited: App) -> Publishing:
    edited.store.publish(Change(put=(OLD, BESIDE, FAR)), "test", "", 1)
    edited.searcher.refresh()
    return edited.publishing


def related(desk: Publishing, entry_id: str = "beside") -> tuple[str, ...]:
    return desk.store.load().by_id[entry_id].related


def publish(desk: Publishing, change: Change) -> None:
    desk.publish(desk.propose(change, EDITOR), EDITOR, override="試験")


@pytest.mark.parametrize("change", [Change(put=(GONE,)), Change(remove=("old",))], ids=["retired", "removed"])
def test_others_lose_the_relation_in_the_same_revision_and_get_it_back_with_it(
    desk: Publishing, change: Change
) -> None:
    proposal = desk.propose(change, EDITOR)
    assert [one.id for one in proposal.differences] == ["old", "beside"]
    assert not proposal.problems
    publish(desk, change)
    assert (related(desk), related(desk, "far"), desk.live().revision) == (("plan-prices",), ("plan-prices",), 3)
    publish(desk, desk.history.way_back(2, desk.live()))
    assert related(desk) == ("old", "plan-prices")


def test_who_changes_the_other_entry_meanwhile_is_in_nobodys_way(desk: Publishing) -> None:
    proposal = desk.propose(Change(put=(GONE,)), EDITOR)
    publish(desk, Change(put=(replace(BESIDE, note="先"),)))
    desk.publish(desk.examine(proposal.id), EDITOR, override="試験")
    entry = desk.live().by_id["beside"]
    assert (entry.note, entry.related) == ("先", ("plan-prices",))


def test_what_the_change_itself_writes_stays_and_is_warned_of(desk: Publishing) -> None:
    written = replace(BESIDE, note="後")
    proposal = desk.propose(Change(put=(GONE, written)), EDITOR)
    assert any("related の old" in problem.message for problem in proposal.problems)
    desk.publish(proposal, EDITOR, override="試験")
    assert related(desk) == ("old", "plan-prices")


def test_an_entry_that_is_taken_back_already_changes_no_other(desk: Publishing) -> None:
    desk.store.publish(Change(put=(GONE,)), "test", "", 2)
    proposal = desk.propose(Change(put=(replace(GONE, note="後"),)), EDITOR)
    assert [one.id for one in proposal.differences] == ["old"]


def test_on_the_pages_the_preview_is_about_the_one_entry_and_says_what_goes_with_it(
    desk: Publishing, edited: App
) -> None:
    tester = TeamTester(edited)
    shown_page = send_form(tester.signed_in(), "/team/entries/old/retire")
    text = page_of(shown_page)
    assert f"減る関連: 「{OLD.question}」" in text
    assert "ほかの1件の「関連」から一緒に外れます" in text
    assert shown_page.text.count('class="question"') == 1
    assert f"「{BESIDE.question}」を書き直す" not in text


def test_in_slack_the_preview_says_what_goes_with_it(desk: Publishing, editors: SlackTester) -> None:
    editors.press(entry_modal(editors, "old"), "取り下げ", user=EDITOR)
    preview = result(editors)
    assert f"減る関連: 「{OLD.question}」" in shown(preview) and BESIDE.answer not in shown(preview)
    values = {"reason": "終了"} | ({"override": "試験"} if '"override"' in str(preview).replace("'", '"') else {})
    send(editors, preview, values)
    assert related(desk) == ("plan-prices",)
