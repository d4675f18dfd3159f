"""Editors change entries in Slack: form, faults, preview, impact, publish; and nobody else can.

1. 新規, 編集 (long answers too), 言い方を追加, 取り下げ and FAQに追加 lead to a live revision.
2. Faults stand at their fields or above the form; nothing typed is lost.
3. What was published is what prospects then get; a refused change needs a reason, which is kept.
4. Of two editors the second sees who was faster; with review somebody else approves.
5. Every action and submission checks the role; a closed modal or a late Slack loses nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from editing_work import counted
from fake_slack import Failure, FakeSlack
from making import StartSmall
from slack_tester import (
    CHANNEL,
    EDITOR,
    STAFF,
    SUPPORT,
    USER,
    SlackTester,
    buttons,
    labels,
    only,
    opened,
    shown,
    slack_on,
)

from bot.app import App
from index.snapshot import Snapshot
from knowledge.entry import Status
from knowledge.revisions.store import Change

OTHER_EDITOR = "U0EDITOR2"
EDITORS = "C0EDITORS"
OUTSIDERS = [{"user": USER}, {"user": STAFF}, {"user": EDITOR, "team": "T0ELSEWHERE"}]
NEW = {
    "question": "応接室のホワイトボードを借りられますか？",
    "variants_0": "白板 貸出\nホワイトボードを使いたい\n応接室に書くものはある？",
    "answer_0": "いいえ、ホワイトボードはお貸ししていません。\n\n- 付せん\n- 筆記具",
    "category": "料金",
    "url": "https://example.com/board",
    "id": "whiteboard",
}
PRICE = "plan-prices"


@pytest.fixture
def app(start_small: StartSmall, small_snapshot: Snapshot) -> App:
    return start_small(live=small_snapshot)


@pytest.fixture
def slack(app: App, fake_slack: FakeSlack, request: pytest.FixtureRequest) -> Iterator[SlackTester]:
    """People in Slack; with the parameter "required" a publish needs a second editor."""
    review = getattr(request, "param", "optional")
    app.settings = replace(app.settings, review=review == "required")
    people = {"STAFF_USERS": STAFF, "EDITOR_USERS": f"{EDITOR},{OTHER_EDITOR}"}
    with slack_on(app, fake_slack, **people, SUPPORT_CHANNEL=SUPPORT, EDITORS_CHANNEL=EDITORS) as slack:
        yield slack


def home(slack: SlackTester, user: str = EDITOR) -> dict[str, Any]:
    return opened(slack.open_tab("home", user))


def result(slack: SlackTester) -> dict[str, Any]:
    """The view that a modal shows in the end."""
    return opened([{"method": "views.update", **params} for params in slack.fake.of("views.update")])


def send(slack: SlackTester, view: dict[str, Any], values: dict[str, Any], user: str = EDITOR) -> dict[str, Any]:
    """Submit a form that takes its time, and return what it shows afterwards."""
    answer = slack.submit(view, values, user=user)
    assert answer["response_action"] == "update", answer
    assert "お待ちください" in shown(answer["view"])
    return result(slack)


def entry_modal(slack: SlackTester, entry_id: str, user: str = EDITOR) -> dict[str, Any]:
    action = {"type": "button", "action_id": "show_entry:0", "value": entry_id, "block_id": "b"}
    return opened(slack.act(home(slack, user), action, user=user))


def edit_form(slack: SlackTester, entry_id: str, user: str = EDITOR) -> dict[str, Any]:
    return opened(slack.press(entry_modal(slack, entry_id, user), "編集", user=user))


def typed(view: dict[str, Any], block_id: str) -> str:
    block = next(block for block in view["blocks"] if block.get("block_id") == block_id)
    return str(block["element"].get("initial_value", ""))


# -- a new entry ----------------------------------------------------------------------------------


def test_a_new_entry_is_previewed_measured_published_and_answered(slack: SlackTester, app: App) -> None:
    assert app.faq.preview(NEW["question"]).kind != "answer"
    form = opened(slack.press(home(slack), "新しい項目", user=EDITOR))
    preview = send(slack, form, NEW)
    for part in (
        "質問した人にはこう表示されます",
        "ホワイトボードはお貸ししていません",
        "影響",
        "件の質問を確かめました",
    ):
        assert part in shown(preview)
    assert app.faq.entry("whiteboard") is None, "nothing is live before 公開"
    published = send(slack, preview, {"reason": "問い合わせが多いため"})
    assert f"「{NEW['question']}」にはこの回答が返ります" in shown(published)
    assert "筆記具" in shown(published)
    answer = slack.mention("ホワイトボードを使いたい")
    assert answer
    assert "ホワイトボードはお貸ししていません" in shown(answer)
    revision = app.publishing.history.revisions(1)[0]
    assert (revision.editor, revision.reason) == (EDITOR, "問い合わせが多いため")


def test_a_new_entry_without_an_id_gets_one(slack: SlackTester, app: App) -> None:
    form = opened(slack.press(home(slack), "新しい項目", user=EDITOR))
    send(slack, send(slack, form, NEW | {"id": None}), {"reason": "追加"})
    (added,) = [entry for entry in app.faq.entries() if entry.question == NEW["question"]]
    assert added.id.startswith("faq-")


def test_a_new_category_is_written_beside_the_menu(slack: SlackTester, app: App) -> None:
    form = opened(slack.press(home(slack), "新しい項目", user=EDITOR))
    send(slack, send(slack, form, NEW | {"category": None, "new_category": "支払い"}), {"reason": "追加"})
    assert "支払い" in app.faq.categories()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("question", "", "質問"),
        ("question", "あ" * 301, "300"),
        ("answer_0", "", "回答"),
        ("url", "http://example.com", "https://"),
        ("id", "大文字", "英小文字"),
        ("valid_from", "来月", "来月"),
        ("variants_0", "あ" * 1_001, "言い方"),
    ],
)
def test_a_fault_stands_at_its_field(slack: SlackTester, field: str, value: str, told: str) -> None:
    form = opened(slack.press(home(slack), "新しい項目", user=EDITOR))
    answer = slack.submit(form, NEW | {field: value}, user=EDITOR)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field]
    assert told in answer["errors"][field]


def test_a_fault_between_entries_stands_above_the_form_and_nothing_typed_is_lost(slack: SlackTester) -> None:
    form = opened(slack.press(home(slack), "新しい項目", user=EDITOR))
    again = send(slack, form, NEW | {"related": "no-such-entry"})
    assert again["callback_id"] == "entry_submitted"
    assert "no-such-entry" in shown(again)
    for field in ("question", "variants_0", "answer_0", "url", "related", "id"):
        assert typed(again, field) == (NEW | {"related": "no-such-entry"})[field]
    preview = send(slack, again, {"related": ""})
    assert preview["callback_id"] == "publish_submitted"


# -- editing --------------------------------------------------------------------------------------


def test_an_edit_changes_what_prospects_get(slack: SlackTester, app: App) -> None:
    form = edit_form(slack, PRICE)
    entry = app.faq.entry(PRICE)
    assert entry
    assert typed(form, "question") == entry.question
    assert typed(form, "answer_0") == entry.answer
    preview = send(slack, form, {"answer_0": entry.answer + "\n\n2027年の料金です。", "note": "確認済み"})
    assert "2027年の料金です。" in shown(preview)
    assert "社内メモ" in shown(preview)
    send(slack, preview, {"reason": "料金改定"})
    changed = app.faq.entry(PRICE)
    assert changed == replace(entry, answer=entry.answer + "\n\n2027年の料金です。", note="確認済み")


def test_an_edit_is_measured_once_and_reads_no_entry_again(
    slack: SlackTester, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = app.faq.entry(PRICE)
    assert entry
    work = counted(monkeypatch)
    preview = send(slack, edit_form(slack, PRICE), {"answer_0": entry.answer + "\n\n2027年の料金です。"})
    send(slack, preview, {"reason": "料金改定"})
    assert app.store.revision() == 2
    assert work == {"measure_impact": 1, "build": 1}


def test_a_form_that_was_not_changed_says_so(slack: SlackTester) -> None:
    assert "変更がありません" in shown(send(slack, edit_form(slack, PRICE), {}))


def test_every_shipped_entry_comes_through_the_form_unchanged(slack: SlackTester, app: App) -> None:
    for entry in app.store.load().entries:
        assert "変更がありません" in shown(send(slack, edit_form(slack, entry.id), {})), entry.id


def test_a_long_answer_is_edited_in_parts(slack: SlackTester, app: App) -> None:
    entry = app.faq.entry(PRICE)
    assert entry
    paragraphs = "\n\n".join(f"{number}番目の段落です。" + "長い説明です。" * 60 for number in range(25))
    app.store.publish(Change(put=(replace(entry, answer=paragraphs),)), "test", "", app.store.revision())
    app.faq.searcher.refresh()
    form = edit_form(slack, PRICE)
    parts = [block["block_id"] for block in form["blocks"] if block.get("block_id", "").startswith("answer_")]
    assert len(parts) >= 4
    assert "変更がありません" in shown(send(slack, form, {}))
    send(slack, send(slack, form, {parts[-1]: "最後の段落です。"}), {"reason": "追記"})
    changed = app.faq.entry(PRICE)
    assert changed
    assert changed.answer == paragraphs + "\n\n最後の段落です。"


def test_the_form_of_a_draft_is_reached_from_the_home_tab(slack: SlackTester, app: App) -> None:
    entry = app.faq.entry(PRICE)
    assert entry
    draft = replace(entry, id="draft-entry", question="下書きの質問ですか？", variants=(), status=Status.DRAFT)
    app.store.publish(Change(put=(draft,)), "test", "", app.store.revision())
    view = home(slack)
    assert "下書き: 下書きの質問ですか？" in shown(view)
    assert typed(opened(slack.press(view, "編集", user=EDITOR)), "question") == draft.question


def test_an_entry_that_is_gone_says_so(slack: SlackTester) -> None:
    action = {"type": "button", "action_id": "edit_entry:0", "value": "no-such", "block_id": "b"}
    assert "今は公開されていません" in shown(opened(slack.act(home(slack), action, user=EDITOR)))


def test_variants_are_added_and_found(slack: SlackTester, app: App) -> None:
    form = opened(slack.press(entry_modal(slack, PRICE), "言い方を追加", user=EDITOR))
    answer = slack.submit(form, {"variants": " \n"}, user=EDITOR)
    assert "1行に1つ" in answer["errors"]["variants"]
    preview = send(slack, form, {"variants": "ほにゃらら費\nほにゃららフィー"})
    send(slack, preview, {"reason": "別名"})
    entry = app.faq.entry(PRICE)
    assert entry
    assert entry.variants[-2:] == ("ほにゃらら費", "ほにゃららフィー")
    assert app.faq.preview("ほにゃらら費").entry == entry


def test_variants_for_an_entry_that_was_removed_meanwhile_say_so(slack: SlackTester, app: App) -> None:
    form = opened(slack.press(entry_modal(slack, PRICE), "言い方を追加", user=EDITOR))
    app.store.publish(Change(remove=(PRICE,)), OTHER_EDITOR, "廃止", app.store.revision())
    answer = slack.submit(form, {"variants": "ほにゃらら費"}, user=EDITOR)
    assert answer["response_action"] == "update"
    assert "今は公開されていません" in shown(answer["view"])


def test_a_variant_of_another_entry_is_refused_with_what_was_typed(slack: SlackTester, app: App) -> None:
    other = next(entry for entry in app.faq.entries() if entry.id != PRICE and entry.variants)
    form = opened(slack.press(entry_modal(slack, PRICE), "言い方を追加", user=EDITOR))
    again = send(slack, form, {"variants": other.variants[0]})
    assert other.id in shown(again)
    assert typed(again, "variants") == other.variants[0]


def test_an_entry_is_taken_back(slack: SlackTester, app: App) -> None:
    slack.press(entry_modal(slack, PRICE), "取り下げ", user=EDITOR)
    preview = result(slack)
    assert "表示されなくなります" in shown(preview)
    assert "取り下げる項目・消す項目への質問です" in shown(preview)
    assert app.faq.entry(PRICE), "not before 公開"
    refused = "承知で公開する理由" in shown(preview)  # where one of its questions is then answered by another entry
    send(slack, preview, {"reason": "終了"} | ({"override": "料金は新しい項目で案内する"} if refused else {}))
    assert app.faq.entry(PRICE) is None


# -- the gate -------------------------------------------------------------------------------------


def test_a_refused_change_needs_a_reason_that_is_kept(slack: SlackTester, app: App) -> None:
    other = {"question": "駐車場の数は？", "variants_0": "車を止める所", "answer_0": "3台です。"}
    preview = send(slack, edit_form(slack, PRICE), other)
    assert "公開できない変化があります" in shown(preview)
    answer = slack.submit(preview, {"reason": "変更", "override": ""}, user=EDITOR)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["override"]
    assert app.faq.preview("車を止める所").entry != app.faq.entry(PRICE)
    send(slack, preview, {"reason": "変更", "override": "社長の承認あり"})
    assert app.faq.preview("車を止める所").entry == app.faq.entry(PRICE)
    assert app.publishing.history.revisions(1)[0].override == "社長の承認あり"


def test_the_second_editor_sees_who_was_faster_and_starts_from_the_newest(slack: SlackTester, app: App) -> None:
    first, second = edit_form(slack, PRICE), edit_form(slack, PRICE, OTHER_EDITOR)
    entry = app.faq.entry(PRICE)
    assert entry
    send(slack, send(slack, first, {"note": "先に直した"}), {"reason": "1人目"})
    failed = send(slack, second, {"note": "後から直した"}, OTHER_EDITOR)
    assert f"{EDITOR}さん" in shown(failed)
    assert "社内メモ" in shown(failed)
    kept = app.faq.entry(PRICE)
    assert kept
    assert kept.note == "先に直した"
    again = opened(slack.press(failed, "最新の内容を編集", user=OTHER_EDITOR))
    assert typed(again, "note") == "先に直した"


def test_a_proposal_is_published_once(slack: SlackTester, app: App) -> None:
    preview = send(slack, edit_form(slack, PRICE), {"note": "一度だけ"})
    send(slack, preview, {"reason": "一度目"})
    revision = app.store.revision()
    assert f"すでに第{revision}版として公開されています" in shown(send(slack, preview, {"reason": "二度目"}))
    assert app.store.revision() == revision


@pytest.mark.parametrize("slack", ["required"], indirect=True)
def test_with_review_another_editor_approves(slack: SlackTester, app: App) -> None:
    preview = send(slack, edit_form(slack, PRICE), {"note": "承認が要る"})
    assert preview["submit"]["text"] == "承認を頼む"
    assert "承認を待っています" in shown(send(slack, preview, {"reason": "改定"}))
    told = next(call for call in slack.fake.of("chat.postMessage") if call["channel"] == EDITORS)
    assert "改定" in shown(told)
    entry = app.faq.entry(PRICE)
    assert entry
    assert entry.note != "承認が要る"
    slack.press(home(slack), "show_proposal:0", user=EDITOR)
    own = result(slack)
    assert "ご自身の提案は承認できません" in shown(own)
    assert "submit" not in own
    slack.press(told, "見る", user=OTHER_EDITOR, channel=EDITORS)
    other = result(slack)
    assert other["submit"]["text"] == "承認して公開"
    send(slack, other, {}, OTHER_EDITOR)
    changed = app.faq.entry(PRICE)
    assert changed
    assert changed.note == "承認が要る"
    newest = app.publishing.history.revisions(1)[0]
    assert (newest.editor, newest.approved_by) == (EDITOR, OTHER_EDITOR)


@pytest.mark.parametrize("slack", ["required"], indirect=True)
def test_a_proposal_waits_also_where_the_editors_channel_cannot_be_told(slack: SlackTester, app: App) -> None:
    slack.fake.closed.add(EDITORS)
    preview = send(slack, edit_form(slack, PRICE), {"note": "承認が要る"})
    assert "承認を待っています" in shown(send(slack, preview, {"reason": "改定"}))
    assert [one.reason for one in app.publishing.proposals.waiting()] == ["改定"]


@pytest.mark.parametrize("slack", ["required"], indirect=True)
def test_a_proposal_that_waits_can_be_given_up(slack: SlackTester, app: App) -> None:
    send(slack, send(slack, edit_form(slack, PRICE), {"note": "やめる"}), {"reason": "試し"})
    slack.press(home(slack), "show_proposal:0", user=OTHER_EDITOR)
    slack.press(result(slack), "提案を取り下げ", user=OTHER_EDITOR)
    assert "提案を取り下げました" in shown(result(slack))
    assert app.publishing.proposals.waiting() == []
    assert "承認を待っている提案" not in shown(home(slack))


@pytest.mark.parametrize("slack", ["required"], indirect=True)
def test_a_proposal_that_was_published_meanwhile_is_not_given_up(slack: SlackTester, app: App) -> None:
    send(slack, send(slack, edit_form(slack, PRICE), {"note": "承認が要る"}), {"reason": "改定"})
    slack.press(home(slack), "show_proposal:0", user=EDITOR)
    own = result(slack)
    slack.press(home(slack), "show_proposal:0", user=OTHER_EDITOR)
    send(slack, result(slack), {}, OTHER_EDITOR)
    slack.press(own, "提案を取り下げ", user=EDITOR)
    assert f"すでに第{app.store.revision()}版として公開されています" in shown(result(slack))


# -- from questions -------------------------------------------------------------------------------


def test_a_message_becomes_a_variant_of_the_nearest_entry(slack: SlackTester, app: App) -> None:
    view = opened(slack.shortcut("add_message", "<@U1> 料金プランはひと月おいくら万円？", user=EDITOR))
    assert typed(view, "question") == "料金プランはひと月おいくら万円？"
    form = slack.submit(view, {}, user=EDITOR)["view"]
    assert typed(form, "variants") == "料金プランはひと月おいくら万円？"
    send(slack, send(slack, form, {}), {"reason": "実際の質問"})
    entry = app.faq.entry(PRICE)
    assert entry
    assert "料金プランはひと月おいくら万円？" in entry.variants


@pytest.mark.parametrize(("target", "declines"), [("new", False), ("decline", True)])
def test_a_message_becomes_a_new_entry(slack: SlackTester, target: str, declines: bool) -> None:  # noqa: FBT001
    view = opened(slack.shortcut("add_message", "縄文土器の文様を電話で答えてくれますか", user=EDITOR))
    form = slack.submit(view, {"target": target}, user=EDITOR)["view"]
    assert typed(form, "question") == "縄文土器の文様を電話で答えてくれますか"
    block = next(block for block in form["blocks"] if block.get("block_id") == "declines")
    assert bool(block["element"].get("initial_options")) is declines


def test_a_message_is_added_to_any_entry_by_its_id(slack: SlackTester) -> None:
    view = opened(slack.shortcut("add_message", "縄文土器", user=EDITOR))
    wrong = slack.submit(view, {"other": "no-such"}, user=EDITOR)
    assert "no-such" in wrong["errors"]["other"]
    form = slack.submit(view, {"other": PRICE}, user=EDITOR)["view"]
    assert json.loads(form["private_metadata"])["id"] == PRICE


def test_a_resolved_question_is_added_to_the_knowledge_base(slack: SlackTester) -> None:
    slack.press(slack.unanswered("縄文土器の文様はどう説明しますか"), "担当者に聞く")
    asked = next(call for call in slack.fake.of("chat.postMessage") if call["channel"] == SUPPORT)
    calls = slack.press(asked, "解決", user=STAFF, channel=SUPPORT)
    done = only(calls, "chat.update")
    view = opened(slack.press(done, "FAQに追加", user=EDITOR, channel=SUPPORT))
    assert typed(view, "question") == "縄文土器の文様はどう説明しますか"
    refused = opened(slack.press(done, "FAQに追加", user=STAFF, channel=SUPPORT))
    assert "質問" not in shown(refused)


# -- gaps -----------------------------------------------------------------------------------------

UNKNOWN = "屋上でバーベキューはできますか"


@pytest.fixture
def gap(slack: SlackTester) -> dict[str, Any]:
    """The Home tab after two people asked what nobody can answer."""
    slack.mention(UNKNOWN)
    slack.mention(UNKNOWN + "？", user="U0OTHER")
    return home(slack)


def test_a_gap_shows_how_often_and_by_how_many_it_was_asked(gap: dict[str, Any]) -> None:
    assert UNKNOWN in shown(gap)
    assert "2回・2人" in shown(gap)
    assert "近い項目" in shown(gap)


def test_a_gap_becomes_a_variant_in_one_press_and_is_gone(slack: SlackTester, app: App, gap: dict[str, Any]) -> None:
    form = opened(slack.press(gap, "言い方に追加", user=EDITOR))
    assert typed(form, "variants").startswith(UNKNOWN)
    entry_id = json.loads(form["private_metadata"])["id"]
    send(slack, send(slack, form, {}), {"reason": "実際の質問"})
    entry = app.faq.entry(entry_id)
    assert entry
    assert UNKNOWN in entry.variants
    assert UNKNOWN not in shown(home(slack))


@pytest.mark.parametrize(("label", "declines"), [("新しい項目", False), ("回答しない", True)])
def test_a_gap_becomes_a_new_entry(
    slack: SlackTester,
    app: App,
    gap: dict[str, Any],
    label: str,
    declines: bool,  # noqa: FBT001
) -> None:
    button = next(one for one in buttons(gap) if one["text"]["text"] == label and one["value"])
    form = opened(slack.act(gap, button | {"block_id": "b"}, user=EDITOR))
    assert typed(form, "question") == UNKNOWN
    values = {"answer_0": "公開している方針には書かれていません。", "category": "料金", "id": "plants"}
    send(slack, send(slack, form, values), {"reason": "実際の質問"})
    reply = app.faq.preview(UNKNOWN)
    assert reply.entry
    assert (reply.entry.id, reply.entry.declines) == ("plants", declines)
    assert reply.kind == ("abstain" if declines else "answer")


def test_a_gap_goes_to_another_entry(slack: SlackTester, gap: dict[str, Any]) -> None:
    view = opened(slack.press(gap, "別の項目に追加", user=EDITOR))
    form = slack.submit(view, {"other": PRICE}, user=EDITOR)["view"]
    assert json.loads(form["private_metadata"])["id"] == PRICE
    assert typed(form, "variants").startswith(UNKNOWN)


def test_an_ignored_gap_does_not_come_back(slack: SlackTester, gap: dict[str, Any]) -> None:
    refused = opened(slack.press(gap, "無視", user=STAFF))
    assert "新しい項目" not in labels(refused)
    assert UNKNOWN in shown(home(slack))
    assert UNKNOWN not in shown(opened(slack.press(gap, "無視", user=EDITOR)))
    slack.mention(UNKNOWN, user="U0THIRD")
    assert UNKNOWN not in shown(home(slack))


# -- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_else_sees_an_editors_button(slack: SlackTester, who: dict[str, str]) -> None:
    if "team" not in who:
        view = home(slack, who["user"])
        assert "新しい項目" not in labels(view)
    action = {"type": "button", "action_id": "show_entry:0", "value": PRICE, "block_id": "b"}
    modal = opened(slack.act({"type": "home", "blocks": []}, action, **who))
    assert not {"編集", "言い方を追加", "取り下げ"} & set(labels(modal))


PRESSES = ("new_entry", "edit_entry", "add_variant", "retire_entry", "show_proposal", "add_gap", "decline_entry")


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_forged_press_is_refused(slack: SlackTester, app: App, who: dict[str, str]) -> None:
    revision = app.store.revision()
    for name in PRESSES:
        action_id = name if name == "new_entry" else f"{name}:0"
        action = {"type": "button", "action_id": action_id, "value": PRICE, "block_id": "b"}
        view = opened(slack.act({"blocks": [], "text": ""}, action, **who))
        assert "担当者だけ" in shown(view), name
        assert slack.fake.of("views.update") == [], name
        assert app.store.revision() == revision, name


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_forged_submission_is_refused(slack: SlackTester, app: App, who: dict[str, str]) -> None:
    revision, form = app.store.revision(), edit_form(slack, PRICE)
    for callback_id in ("entry_submitted", "variants_submitted", "publish_submitted", "add_submitted"):
        answer = slack.submit(form | {"callback_id": callback_id}, {"note": "forged"}, **who)
        assert "担当者だけ" in shown(answer["view"]), callback_id
        assert app.store.revision() == revision, callback_id


@pytest.mark.parametrize("who", OUTSIDERS)
def test_the_shortcut_is_for_editors_only(slack: SlackTester, who: dict[str, str]) -> None:
    assert "担当者だけ" in shown(opened(slack.shortcut("add_message", "お試し", **who)))


def test_staff_who_edit_find_the_button_in_the_slash_command(slack: SlackTester) -> None:
    message = slack.command("スモールプランの月額", EDITOR)
    form = opened(slack.press(message, "編集", user=EDITOR, ephemeral=True, channel=CHANNEL))
    assert form["callback_id"] == "entry_submitted"
    assert "編集" not in labels(slack.command("スモールプランの月額", STAFF))


# -- when Slack fails -----------------------------------------------------------------------------


def test_a_modal_that_was_closed_meanwhile_loses_nothing(slack: SlackTester, app: App) -> None:
    preview = send(slack, edit_form(slack, PRICE), {"note": "閉じても"})
    slack.fake.fail("views.update", Failure(200, "not_found"))
    slack.submit(preview, {"reason": "閉じた"}, user=EDITOR)
    entry = app.faq.entry(PRICE)
    assert entry
    assert entry.note == "閉じても"


def test_an_error_is_told_in_the_modal_with_a_reference(slack: SlackTester, app: App) -> None:
    form = edit_form(slack, PRICE)
    app.store.engine.dispose()
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE proposals")
    shown_last = send(slack, form, {"note": "失敗"})
    assert "影響を確かめています" not in shown(shown_last)


def test_the_form_holds_every_category_there_is(slack: SlackTester, app: App) -> None:
    form = opened(slack.press(home(slack), "新しい項目", user=EDITOR))
    block = next(block for block in form["blocks"] if block.get("block_id") == "category")
    assert {option["value"] for option in block["element"]["options"]} == set(app.faq.categories())
