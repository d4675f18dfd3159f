"""Publishing from a preview in Slack.

1. A refused change needs a reason, which is kept; a proposal is published once.
2. With review somebody else approves, and a proposal can be given up.
3. A closed modal or an error loses nothing and says so.
"""

import pytest
from fake_slack import Failure
from slack_editors import EDITORS, OTHER_EDITOR, PRICE, edit_form, home, result, send
from slack_tester import EDITOR, SlackTester, shown

from bot.app import App
from bot.wording.editing import JUDGED_WRONGLY


def test_a_refused_change_needs_a_reason_that_is_kept(editors: SlackTester, edited: App) -> None:
    other = {"question": "駐車場の数は？", "variants_0": "車を止める所", "answer_0": "3台です。"}
    preview = send(editors, edit_form(editors, PRICE), other)
    assert "公開が止まる変化があります" in shown(preview) and JUDGED_WRONGLY in shown(preview)
    answer = editors.submit(preview, {"reason": "変更", "override": ""}, user=EDITOR)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["override"]
    assert edited.faq.preview("車を止める所").entry != edited.faq.entry(PRICE)
    send(editors, preview, {"reason": "変更", "override": "社長の承認あり"})
    assert edited.faq.preview("車を止める所").entry == edited.faq.entry(PRICE)
    assert edited.publishing.history.revisions(1)[0].override == "社長の承認あり"


def test_a_proposal_is_published_once(editors: SlackTester, edited: App) -> None:
    preview = send(editors, edit_form(editors, PRICE), {"note": "一度だけ"})
    send(editors, preview, {"reason": "一度目"})
    revision = edited.store.revision()
    assert f"すでに第{revision}版として公開されています" in shown(send(editors, preview, {"reason": "二度目"}))
    assert edited.store.revision() == revision


@pytest.mark.parametrize("editors", ["required"], indirect=True)
def test_with_review_another_editor_approves(editors: SlackTester, edited: App) -> None:
    preview = send(editors, edit_form(editors, PRICE), {"note": "承認が要る"})
    assert preview["submit"]["text"] == "承認を頼む"
    assert "承認を待っています" in shown(send(editors, preview, {"reason": "改定"}))
    told = next(call for call in editors.fake.of("chat.postMessage") if call["channel"] == EDITORS)
    assert "改定" in shown(told)
    entry = edited.faq.entry(PRICE)
    assert entry
    assert entry.note != "承認が要る"
    editors.press(home(editors), "show_proposal:0", user=EDITOR)
    own = result(editors)
    assert "ご自身の提案は承認できません" in shown(own)
    assert "submit" not in own
    editors.press(told, "見る", user=OTHER_EDITOR, channel=EDITORS)
    other = result(editors)
    assert other["submit"]["text"] == "承認して公開"
    send(editors, other, {}, OTHER_EDITOR)
    changed = edited.faq.entry(PRICE)
    assert changed
    assert changed.note == "承認が要る"
    newest = edited.publishing.history.revisions(1)[0]
    assert (newest.editor, newest.approved_by) == (EDITOR, OTHER_EDITOR)


@pytest.mark.parametrize("editors", ["required"], indirect=True)
def test_a_proposal_waits_also_where_the_editors_channel_cannot_be_told(editors: SlackTester, edited: App) -> None:
    editors.fake.closed.add(EDITORS)
    preview = send(editors, edit_form(editors, PRICE), {"note": "承認が要る"})
    assert "承認を待っています" in shown(send(editors, preview, {"reason": "改定"}))
    assert [one.reason for one in edited.publishing.proposals.waiting()] == ["改定"]


@pytest.mark.parametrize("editors", ["required"], indirect=True)
def test_a_proposal_that_waits_can_be_given_up(editors: SlackTester, edited: App) -> None:
    send(editors, send(editors, edit_form(editors, PRICE), {"note": "やめる"}), {"reason": "試し"})
    editors.press(home(editors), "show_proposal:0", user=OTHER_EDITOR)
    editors.press(result(editors), "提案を取り下げ", user=OTHER_EDITOR)
    assert "提案を取り下げました" in shown(result(editors))
    assert edited.publishing.proposals.waiting() == []
    assert "承認を待っている提案" not in shown(home(editors))


@pytest.mark.parametrize("editors", ["required"], indirect=True)
def test_a_proposal_that_was_published_meanwhile_is_not_given_up(editors: SlackTester, edited: App) -> None:
    send(editors, send(editors, edit_form(editors, PRICE), {"note": "承認が要る"}), {"reason": "改定"})
    editors.press(home(editors), "show_proposal:0", user=EDITOR)
    own = result(editors)
    editors.press(home(editors), "show_proposal:0", user=OTHER_EDITOR)
    send(editors, result(editors), {}, OTHER_EDITOR)
    editors.press(own, "提案を取り下げ", user=EDITOR)
    assert f"すでに第{edited.store.revision()}版として公開されています" in shown(result(editors))


def test_a_modal_that_was_closed_meanwhile_loses_nothing(editors: SlackTester, edited: App) -> None:
    preview = send(editors, edit_form(editors, PRICE), {"note": "閉じても"})
    editors.fake.fail("views.update", Failure(200, "not_found"))
    editors.submit(preview, {"reason": "閉じた"}, user=EDITOR)
    entry = edited.faq.entry(PRICE)
    assert entry
    assert entry.note == "閉じても"


def test_an_error_is_told_in_the_modal_with_a_reference(editors: SlackTester, edited: App) -> None:
    form = edit_form(editors, PRICE)
    edited.store.engine.dispose()
    with edited.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE proposals")
    shown_last = send(editors, form, {"note": "失敗"})
    assert "影響を確かめています" not in shown(shown_last)


def test_a_warning_names_entries_by_their_questions(editors: SlackTester, edited: App) -> None:
    entries = edited.publishing.live().by_id
    cheaper = entries[PRICE].answer.replace("2,960円", "3,060円")
    preview = send(editors, edit_form(editors, PRICE), {"answer_0": cheaper})
    warned = shown({"blocks": [block for block in preview["blocks"] if "⚠" in str(block)]})
    deposit = "no-initial-fee-and-deposit"
    assert f"「{entries[deposit].question}」" in warned
    assert deposit not in warned


def test_a_fault_names_its_entry_by_its_question(editors: SlackTester, edited: App) -> None:
    form = edit_form(editors, PRICE)
    again = send(editors, form, {"related": ["no-such"]})
    assert f"⚠ 「{edited.publishing.live().by_id[PRICE].question}」: " in shown(again)
    assert f"[{PRICE}]" not in shown(again)
