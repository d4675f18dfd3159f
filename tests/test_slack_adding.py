"""Questions become entries and variants in Slack: FAQに追加 at messages and resolved questions, and the gaps.

1. A question goes to the nearest entry, to any other one, or becomes an entry that answers or declines.
2. A gap shows how often and by how many it was asked; once it is answered or ignored it does not come back.
3. What was ignored lately stands below the gaps, for every editor, and 戻す lists it again.
"""

import json
from typing import Any

import pytest
from slack_editors import OTHER_EDITOR, PRICE, home, send, typed
from slack_tester import EDITOR, STAFF, SUPPORT, SlackTester, buttons, labels, only, opened, shown

from bot.app import App
from knowledge.database.tables import revisions


def test_a_message_becomes_a_variant_of_the_nearest_entry(editors: SlackTester, edited: App) -> None:
    view = opened(editors.shortcut("add_message", "<@U1> 料金プランはひと月おいくら万円？", user=EDITOR))
    assert typed(view, "question") == "料金プランはひと月おいくら万円？"
    form = editors.submit(view, {}, user=EDITOR)["view"]
    assert typed(form, "variants") == "料金プランはひと月おいくら万円？"
    send(editors, send(editors, form, {}), {"reason": "実際の質問"})
    entry = edited.faq.entry(PRICE)
    assert entry
    assert "料金プランはひと月おいくら万円？" in entry.variants


@pytest.mark.parametrize(("target", "declines"), [("new", False), ("decline", True)])
def test_a_message_becomes_a_new_entry(editors: SlackTester, target: str, declines: bool) -> None:  # noqa: FBT001
    view = opened(editors.shortcut("add_message", "縄文土器の文様を電話で答えてくれますか", user=EDITOR))
    form = editors.submit(view, {"target": target}, user=EDITOR)["view"]
    assert typed(form, "question") == "縄文土器の文様を電話で答えてくれますか"
    block = next(block for block in form["blocks"] if block.get("block_id") == "declines")
    assert bool(block["element"].get("initial_options")) is declines


def test_without_the_database_what_was_written_stays(editors: SlackTester, edited: App) -> None:
    view = opened(editors.shortcut("add_message", "縄文土器", user=EDITOR))
    revisions.drop(edited.store.engine)
    assert "データベース" in editors.submit(view, {"other": PRICE}, user=EDITOR)["errors"]["question"]


def test_a_message_is_added_to_any_entry(editors: SlackTester) -> None:
    view = opened(editors.shortcut("add_message", "縄文土器", user=EDITOR))
    form = editors.submit(view, {"other": PRICE}, user=EDITOR)["view"]
    assert json.loads(form["private_metadata"])["id"] == PRICE


def test_a_resolved_question_is_added_to_the_knowledge_base(editors: SlackTester) -> None:
    editors.press(editors.unanswered("縄文土器の文様はどう説明しますか"), "担当者に聞く")
    asked = next(call for call in editors.fake.of("chat.postMessage") if call["channel"] == SUPPORT)
    calls = editors.press(asked, "解決", user=STAFF, channel=SUPPORT)
    done = only(calls, "chat.update")
    view = opened(editors.press(done, "FAQに追加", user=EDITOR, channel=SUPPORT))
    assert typed(view, "question") == "縄文土器の文様はどう説明しますか"
    refused = opened(editors.press(done, "FAQに追加", user=STAFF, channel=SUPPORT))
    assert "質問" not in shown(refused)


UNKNOWN = "屋上でバーベキューはできますか"


@pytest.fixture
def gap(editors: SlackTester) -> dict[str, Any]:
    """The Home tab after two people asked what nobody can answer."""
    editors.mention(UNKNOWN)
    editors.mention(UNKNOWN + "？", user="U0OTHER")
    return home(editors)


def test_a_gap_shows_how_often_and_by_how_many_it_was_asked(gap: dict[str, Any]) -> None:
    assert UNKNOWN in shown(gap)
    assert "2回・2人" in shown(gap)
    assert "近い項目" in shown(gap)


def test_a_gap_becomes_a_variant_in_one_press_and_is_gone(
    editors: SlackTester, edited: App, gap: dict[str, Any]
) -> None:
    form = opened(editors.press(gap, "言い方に追加", user=EDITOR))
    assert typed(form, "variants").startswith(UNKNOWN)
    entry_id = json.loads(form["private_metadata"])["id"]
    send(editors, send(editors, form, {}), {"reason": "実際の質問"})
    entry = edited.faq.entry(entry_id)
    assert entry
    assert UNKNOWN in entry.variants
    assert UNKNOWN not in shown(home(editors))


@pytest.mark.parametrize(("label", "declines"), [("新しい項目", False), ("回答しない", True)])
def test_a_gap_becomes_a_new_entry(
    editors: SlackTester,
    edited: App,
    gap: dict[str, Any],
    label: str,
    declines: bool,  # noqa: FBT001
) -> None:
    button = next(one for one in buttons(gap) if one["text"]["text"] == label and one["value"])
    form = opened(editors.act(gap, button | {"block_id": "b"}, user=EDITOR))
    assert typed(form, "question") == UNKNOWN
    values = {"answer_0": "公開している方針には書かれていません。", "category": "料金", "id": "plants"}
    send(editors, send(editors, form, values), {"reason": "実際の質問"})
    reply = edited.faq.preview(UNKNOWN)
    assert reply.entry
    assert (reply.entry.id, reply.entry.declines) == ("plants", declines)
    assert reply.kind == ("abstain" if declines else "answer")


def test_a_gap_goes_to_another_entry(editors: SlackTester, gap: dict[str, Any]) -> None:
    view = opened(editors.press(gap, "別の項目に追加", user=EDITOR))
    form = editors.submit(view, {"other": PRICE}, user=EDITOR)["view"]
    assert json.loads(form["private_metadata"])["id"] == PRICE
    assert typed(form, "variants").startswith(UNKNOWN)


def test_an_ignored_gap_does_not_come_back(editors: SlackTester, gap: dict[str, Any]) -> None:
    refused = opened(editors.press(gap, "無視", user=STAFF))
    assert "新しい項目" not in labels(refused)
    assert UNKNOWN in shown(home(editors))
    assert "無視" not in labels(opened(editors.press(gap, "無視", user=EDITOR)))
    editors.mention(UNKNOWN, user="U0THIRD")
    assert "無視" not in labels(home(editors))


def test_an_ignored_gap_is_restored_where_it_was_ignored(editors: SlackTester, gap: dict[str, Any]) -> None:
    after = opened(editors.press(gap, "無視", user=EDITOR))
    assert f"「{UNKNOWN}" in shown(after)
    refused = opened(editors.press(after, "戻す", user=STAFF))
    assert "戻す" not in labels(refused)
    later = home(editors, OTHER_EDITOR)
    restored = opened(editors.press(later, "戻す", user=OTHER_EDITOR))
    assert "無視" in labels(restored)
    assert UNKNOWN in shown(restored)
    assert "戻す" not in labels(restored)
