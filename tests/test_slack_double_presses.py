"""A button that is pressed twice acts once, and again where the first press failed."""

from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import Failure
from slack_tester import CHANNEL, STAFF, SlackTester, choices, opened, shown

from bot.app import App
from knowledge.database.tables import claims

QUESTION = "無料お試しは何日間ですか"


def pressing(slack: SlackTester, button: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """What shows a button, its label, and who presses it."""
    if button == "スレッドに返信":
        return opened(slack.shortcut("search_message", QUESTION, user=STAFF)), button, {"user": STAFF}
    if button == "チャンネルに送る":
        return slack.command(QUESTION, STAFF), button, {"user": STAFF, "ephemeral": True}
    message = slack.mention(QUESTION)
    assert message
    return message, next(iter(choices(message))), {}


BUTTONS = ["related", "チャンネルに送る", "スレッドに返信"]


def posts(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [call for call in calls if call["method"] == "chat.postMessage" and "ts" in call]


@pytest.mark.parametrize("button", BUTTONS)
def test_two_presses_post_once(slack: SlackTester, button: str) -> None:
    message, label, who = pressing(slack, button)
    (post,) = posts(slack.press(message, label, **who))
    assert post["channel"] == CHANNEL
    again = slack.press(message, label, **who)
    assert posts(again) == []
    if button != "related":
        assert "たったいま送られた" in shown(again[-1] if button == "チャンネルに送る" else opened(again))


@pytest.mark.parametrize("button", BUTTONS)
def test_a_press_after_one_that_failed_posts(slack: SlackTester, button: str) -> None:
    message, label, who = pressing(slack, button)
    slack.fake.fail("chat.postMessage", Failure(200, "not_in_channel"))
    assert posts(slack.press(message, label, **who)) == []
    assert len(posts(slack.press(message, label, **who))) == 1


@pytest.mark.parametrize("button", BUTTONS)
def test_what_is_pressed_again_later_is_meant(slack: SlackTester, app: App, button: str) -> None:
    message, label, who = pressing(slack, button)
    assert len(posts(slack.press(message, label, **who))) == 1
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(claims).values(at=sa.func.datetime(claims.c.at, "-61 seconds")))
    assert len(posts(slack.press(message, label, **who))) == 1


@pytest.mark.parametrize("button", BUTTONS)
def test_without_the_database_a_press_still_posts(slack: SlackTester, app: App, button: str) -> None:
    message, label, who = pressing(slack, button)
    with app.store.engine.begin() as connection:
        claims.drop(connection)
    assert len(posts(slack.press(message, label, **who))) == 1
