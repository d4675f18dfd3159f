"""Editors who change entries in Slack: the modals they open, and what a form shows once it is done."""

from typing import Any

from slack_tester import EDITOR, SlackTester, opened, shown

OTHER_EDITOR = "U0EDITOR2"
EDITORS = "C0EDITORS"
NEW = {
    "question": "応接室のホワイトボードを借りられますか？",
    "variants_0": "白板 貸出\nホワイトボードを使いたい\n応接室に書くものはある？",
    "answer_0": "いいえ、ホワイトボードはお貸ししていません。\n\n- 付せん\n- 筆記具",
    "category": "料金",
    "url": "https://example.com/board",
    "id": "whiteboard",
}
PRICE = "plan-prices"


def home(slack: SlackTester, user: str = EDITOR) -> dict[str, Any]:
    """The Home tab of an editor."""
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
    """The modal that shows an entry."""
    action = {"type": "button", "action_id": "show_entry:0", "value": entry_id, "block_id": "b"}
    return opened(slack.act(home(slack, user), action, user=user))


def edit_form(slack: SlackTester, entry_id: str, user: str = EDITOR) -> dict[str, Any]:
    """The form that 編集 opens for an entry."""
    return opened(slack.press(entry_modal(slack, entry_id, user), "編集", user=user))


def typed(view: dict[str, Any], block_id: str) -> str:
    """What a field holds when its form opens."""
    block = next(block for block in view["blocks"] if block.get("block_id") == block_id)
    return str(block["element"].get("initial_value", ""))
