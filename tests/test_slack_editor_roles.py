"""Who may edit in Slack: every action and submission checks the role, whatever was drawn."""

import pytest
from slack_editors import PRICE, edit_form, home
from slack_tester import CHANNEL, EDITOR, STAFF, USER, SlackTester, labels, opened, shown

from bot.app import App

OUTSIDERS = [{"user": USER}, {"user": STAFF}, {"user": EDITOR, "team": "T0ELSEWHERE"}]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_else_sees_an_editors_button(editors: SlackTester, who: dict[str, str]) -> None:
    if "team" not in who:
        view = home(editors, who["user"])
        assert "新しい項目" not in labels(view)
    action = {"type": "button", "action_id": "show_entry:0", "value": PRICE, "block_id": "b"}
    modal = opened(editors.act({"type": "home", "blocks": []}, action, **who))
    assert not {"編集", "言い方を追加", "取り下げ"} & set(labels(modal))


PRESSES = ("new_entry", "edit_entry", "add_variant", "retire_entry", "show_proposal", "add_gap", "decline_entry")


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_forged_press_is_refused(editors: SlackTester, edited: App, who: dict[str, str]) -> None:
    revision = edited.store.revision()
    for name in PRESSES:
        action_id = name if name == "new_entry" else f"{name}:0"
        action = {"type": "button", "action_id": action_id, "value": PRICE, "block_id": "b"}
        view = opened(editors.act({"blocks": [], "text": ""}, action, **who))
        assert "担当者だけ" in shown(view), name
        assert editors.fake.of("views.update") == [], name
        assert edited.store.revision() == revision, name


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_forged_submission_is_refused(editors: SlackTester, edited: App, who: dict[str, str]) -> None:
    revision, form = edited.store.revision(), edit_form(editors, PRICE)
    for callback_id in ("entry_submitted", "variants_submitted", "publish_submitted", "add_submitted"):
        answer = editors.submit(form | {"callback_id": callback_id}, {"note": "forged"}, **who)
        assert "担当者だけ" in shown(answer["view"]), callback_id
        assert edited.store.revision() == revision, callback_id


@pytest.mark.parametrize("who", OUTSIDERS)
def test_the_shortcut_is_for_editors_only(editors: SlackTester, who: dict[str, str]) -> None:
    assert "担当者だけ" in shown(opened(editors.shortcut("add_message", "お試し", **who)))


def test_staff_who_edit_find_the_button_in_the_slash_command(editors: SlackTester) -> None:
    message = editors.command("スモールプランの月額", EDITOR)
    form = opened(editors.press(message, "編集", user=EDITOR, ephemeral=True, channel=CHANNEL))
    assert form["callback_id"] == "entry_submitted"
    assert "編集" not in labels(editors.command("スモールプランの月額", STAFF))
