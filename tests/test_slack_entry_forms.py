"""The forms with which editors change entries in Slack.

1. 新規, 編集 (long answers too), 言い方を追加 and 取り下げ lead to a live revision, which is what prospects then get.
2. Faults stand at their fields or above the form; nothing typed is lost.
3. An edit is measured once; a form that was not changed says so.
"""

from dataclasses import replace

import pytest
from editing_work import counted
from slack_editors import NEW, OTHER_EDITOR, PRICE, edit_form, entry_modal, home, result, send, typed
from slack_tester import EDITOR, SlackTester, opened, shown

from bot.app import App
from knowledge.database.tables import revisions
from knowledge.entry import Status
from knowledge.revisions.store import Change


def test_a_new_entry_is_previewed_measured_published_and_answered(editors: SlackTester, edited: App) -> None:
    assert edited.faq.preview(NEW["question"]).kind != "answer"
    form = opened(editors.press(home(editors), "新しい項目", user=EDITOR))
    preview = send(editors, form, NEW)
    for part in (
        "質問した人にはこう表示されます",
        "ホワイトボードはお貸ししていません",
        "影響",
        "件の質問を確かめました",
    ):
        assert part in shown(preview)
    assert edited.faq.entry("whiteboard") is None, "nothing is live before 公開"
    published = send(editors, preview, {"reason": "問い合わせが多いため"})
    assert f"「{NEW['question']}」にはこの回答が返ります" in shown(published)
    assert "筆記具" in shown(published)
    answer = editors.mention("ホワイトボードを使いたい")
    assert answer
    assert "ホワイトボードはお貸ししていません" in shown(answer)
    revision = edited.publishing.history.revisions(1)[0]
    assert (revision.editor, revision.reason) == (EDITOR, "問い合わせが多いため")


def test_a_new_entry_without_an_id_gets_one(editors: SlackTester, edited: App) -> None:
    form = opened(editors.press(home(editors), "新しい項目", user=EDITOR))
    send(editors, send(editors, form, NEW | {"id": None}), {"reason": "追加"})
    (added,) = [entry for entry in edited.faq.entries() if entry.question == NEW["question"]]
    assert added.id.startswith("faq-")


def test_a_new_category_is_written_beside_the_menu(editors: SlackTester, edited: App) -> None:
    form = opened(editors.press(home(editors), "新しい項目", user=EDITOR))
    send(editors, send(editors, form, NEW | {"category": None, "new_category": "支払い"}), {"reason": "追加"})
    assert "支払い" in edited.faq.categories()


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
def test_a_fault_stands_at_its_field(editors: SlackTester, field: str, value: str, told: str) -> None:
    form = opened(editors.press(home(editors), "新しい項目", user=EDITOR))
    answer = editors.submit(form, NEW | {field: value}, user=EDITOR)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field]
    assert told in answer["errors"][field]


def test_a_fault_between_entries_stands_above_the_form_and_nothing_typed_is_lost(editors: SlackTester) -> None:
    form = opened(editors.press(home(editors), "新しい項目", user=EDITOR))
    again = send(editors, form, NEW | {"related": ["no-such-entry"]})
    assert again["callback_id"] == "entry_submitted"
    assert "no-such-entry" in shown(again)
    for field in ("question", "variants_0", "answer_0", "url", "id"):
        assert typed(again, field) == NEW[field]
    preview = send(editors, again, {"related": []})
    assert preview["callback_id"] == "publish_submitted"


def test_without_the_database_the_form_comes_again_with_everything_typed(editors: SlackTester, edited: App) -> None:
    form = opened(editors.press(home(editors), "新しい項目", user=EDITOR))
    variants = opened(editors.press(entry_modal(editors, PRICE), "言い方を追加", user=EDITOR))
    revisions.drop(edited.store.engine)
    again = send(editors, form, NEW)
    assert (again["callback_id"], "データベース" in shown(again)) == ("entry_submitted", True)
    for field in ("question", "variants_0", "answer_0", "url", "id"):
        assert typed(again, field) == NEW[field]
    told = editors.submit(variants, {"variants": "ほにゃらら費"}, user=EDITOR)
    assert "データベース" in told["errors"]["variants"], "the form stays as it is"


def test_an_edit_changes_what_prospects_get(editors: SlackTester, edited: App) -> None:
    form = edit_form(editors, PRICE)
    entry = edited.faq.entry(PRICE)
    assert entry
    assert typed(form, "question") == entry.question
    assert typed(form, "answer_0") == entry.answer
    preview = send(editors, form, {"answer_0": entry.answer + "\n\n2027年の料金です。", "note": "確認済み"})
    assert "2027年の料金です。" in shown(preview)
    assert "社内メモ" in shown(preview)
    send(editors, preview, {"reason": "料金改定"})
    changed = edited.faq.entry(PRICE)
    assert changed == replace(entry, answer=entry.answer + "\n\n2027年の料金です。", note="確認済み")


def test_an_edit_is_measured_once_and_reads_no_entry_again(
    editors: SlackTester, edited: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = edited.faq.entry(PRICE)
    assert entry
    work = counted(monkeypatch)
    preview = send(editors, edit_form(editors, PRICE), {"answer_0": entry.answer + "\n\n2027年の料金です。"})
    send(editors, preview, {"reason": "料金改定"})
    assert edited.store.revision() == 2
    assert work == {"measure_impact": 1, "build": 1}


def test_a_form_that_was_not_changed_says_so(editors: SlackTester) -> None:
    assert "変更がありません" in shown(send(editors, edit_form(editors, PRICE), {}))


def test_every_shipped_entry_comes_through_the_form_unchanged(editors: SlackTester, edited: App) -> None:
    for entry in edited.store.load().entries:
        assert "変更がありません" in shown(send(editors, edit_form(editors, entry.id), {})), entry.id


def test_a_long_answer_is_edited_in_parts(editors: SlackTester, edited: App) -> None:
    entry = edited.faq.entry(PRICE)
    assert entry
    paragraphs = "\n\n".join(f"{number}番目の段落です。" + "長い説明です。" * 60 for number in range(25))
    edited.store.publish(Change(put=(replace(entry, answer=paragraphs),)), "test", "", edited.store.revision())
    edited.faq.searcher.refresh()
    form = edit_form(editors, PRICE)
    parts = [block["block_id"] for block in form["blocks"] if block.get("block_id", "").startswith("answer_")]
    assert len(parts) >= 4
    assert "変更がありません" in shown(send(editors, form, {}))
    send(editors, send(editors, form, {parts[-1]: "最後の段落です。"}), {"reason": "追記"})
    changed = edited.faq.entry(PRICE)
    assert changed
    assert changed.answer == paragraphs + "\n\n最後の段落です。"


def test_the_form_of_a_draft_is_reached_from_the_home_tab(editors: SlackTester, edited: App) -> None:
    entry = edited.faq.entry(PRICE)
    assert entry
    draft = replace(entry, id="draft-entry", question="下書きの質問ですか？", variants=(), status=Status.DRAFT)
    edited.store.publish(Change(put=(draft,)), "test", "", edited.store.revision())
    view = home(editors)
    assert "下書き: 下書きの質問ですか？" in shown(view)
    assert typed(opened(editors.press(view, "編集", user=EDITOR)), "question") == draft.question


def test_an_entry_that_is_gone_says_so(editors: SlackTester) -> None:
    action = {"type": "button", "action_id": "edit_entry:0", "value": "no-such", "block_id": "b"}
    assert "今は公開されていません" in shown(opened(editors.act(home(editors), action, user=EDITOR)))


def test_variants_are_added_and_found(editors: SlackTester, edited: App) -> None:
    form = opened(editors.press(entry_modal(editors, PRICE), "言い方を追加", user=EDITOR))
    answer = editors.submit(form, {"variants": " \n"}, user=EDITOR)
    assert "1行に1つ" in answer["errors"]["variants"]
    preview = send(editors, form, {"variants": "ほにゃらら費\nほにゃららフィー"})
    send(editors, preview, {"reason": "別名"})
    entry = edited.faq.entry(PRICE)
    assert entry
    assert entry.variants[-2:] == ("ほにゃらら費", "ほにゃららフィー")
    assert edited.faq.preview("ほにゃらら費").entry == entry


def test_a_variant_that_is_there_already_is_no_fault(editors: SlackTester, edited: App) -> None:
    before = edited.publishing.live().by_id[PRICE]
    form = opened(editors.press(entry_modal(editors, PRICE), "言い方を追加", user=EDITOR))
    answer = editors.submit(form, {"variants": f"{before.question}\n{before.variants[0]}"}, user=EDITOR)
    assert "まだ" in answer["errors"]["variants"]
    known = f"{before.variants[0]}\nほにゃらら　費\nほにゃらら 費"
    send(editors, send(editors, form, {"variants": known}), {"reason": "別名"})
    assert edited.publishing.live().by_id[PRICE].variants == (*before.variants, "ほにゃらら 費")


def test_variants_for_an_entry_that_was_removed_meanwhile_say_so(editors: SlackTester, edited: App) -> None:
    form = opened(editors.press(entry_modal(editors, PRICE), "言い方を追加", user=EDITOR))
    edited.store.publish(Change(remove=(PRICE,)), OTHER_EDITOR, "廃止", edited.store.revision())
    answer = editors.submit(form, {"variants": "ほにゃらら費"}, user=EDITOR)
    assert answer["response_action"] == "update"
    assert "今は公開されていません" in shown(answer["view"])


def test_a_variant_of_another_entry_is_refused_with_what_was_typed(editors: SlackTester, edited: App) -> None:
    other = next(entry for entry in edited.faq.entries() if entry.id != PRICE and entry.variants)
    form = opened(editors.press(entry_modal(editors, PRICE), "言い方を追加", user=EDITOR))
    again = send(editors, form, {"variants": other.variants[0]})
    assert f"「{other.question}」" in shown(again)
    assert typed(again, "variants") == other.variants[0]


def test_an_entry_is_taken_back(editors: SlackTester, edited: App) -> None:
    editors.press(entry_modal(editors, PRICE), "取り下げ", user=EDITOR)
    preview = result(editors)
    assert "表示されなくなります" in shown(preview)
    assert "取り下げる項目・消す項目への質問" in shown(preview)
    assert edited.faq.entry(PRICE), "not before 公開"
    refused = "承知で公開する理由" in shown(preview)  # where one of its questions is then answered by another entry
    send(editors, preview, {"reason": "終了"} | ({"override": "料金は新しい項目で案内する"} if refused else {}))
    assert edited.faq.entry(PRICE) is None


def test_the_form_holds_every_category_there_is(editors: SlackTester, edited: App) -> None:
    form = opened(editors.press(home(editors), "新しい項目", user=EDITOR))
    block = next(block for block in form["blocks"] if block.get("block_id") == "category")
    assert {option["value"] for option in block["element"]["options"]} == set(edited.faq.categories())
