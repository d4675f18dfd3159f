"""Staff send an entry to a customer: to the channel, or in the thread of the customer's message.

1. It is sent once, as the bot, with the sender's name and without the note.
2. Nobody is told of a failure after it was sent, or would press again; nothing is sent unseen.
"""

import json

import pytest
from fake_slack import Failure
from slack_tester import CHANNEL, STAFF, SlackTester, only, opened, shown

from bot.app import App
from knowledge.revisions.store import Change

QUESTION = "スモールプランの月額"
NOTE = "旧ログ（qalog190）"


def test_an_entry_is_sent_to_the_channel_with_the_senders_name(slack: SlackTester) -> None:
    message = slack.command(QUESTION, STAFF)
    calls = slack.press(message, "チャンネルに送る", user=STAFF, ephemeral=True)
    sent = only(calls, "chat.postMessage")
    assert sent["channel"] == CHANNEL
    assert "2,960円" in shown(sent)
    assert NOTE not in shown(sent)
    assert {"type": "user", "user_id": STAFF} in sent["blocks"][-1]["elements"][0]["elements"]
    assert "送りました" in shown(only(calls, "response_url"))


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found"])
def test_a_channel_without_the_bot_says_how_to_invite_it(slack: SlackTester, error: str) -> None:
    message = slack.command(QUESTION, STAFF)
    slack.fake.fail("chat.postMessage", Failure(200, error))
    calls = slack.press(message, "チャンネルに送る", user=STAFF, ephemeral=True)
    assert "/invite" in shown(only(calls, "response_url"))


def test_an_entry_that_was_retired_meanwhile_is_not_sent(slack: SlackTester, app: App) -> None:
    message = slack.command(QUESTION, STAFF)
    app.store.publish(Change(remove=("plan-prices",)), "test", "", app.store.revision())
    app.faq.searcher.refresh()
    calls = slack.press(message, "チャンネルに送る", user=STAFF, ephemeral=True)
    assert [call["method"] for call in calls] == ["response_url"]
    assert "今は公開されていません" in shown(only(calls, "response_url"))


def test_a_result_is_posted_in_the_customers_thread(slack: SlackTester) -> None:
    view = opened(slack.shortcut("search_message", "お試しは何日間できますか", user=STAFF))
    calls = slack.press(view, "スレッドに返信", user=STAFF)
    sent = only(calls, "chat.postMessage")
    assert (sent["channel"], sent["thread_ts"]) == (CHANNEL, "1700000500.000100")
    assert "10日間" in shown(sent)
    assert "送りました" in shown(opened(calls))


def test_the_modal_is_there_before_anything_is_sent(slack: SlackTester) -> None:
    view = opened(slack.shortcut("search_message", "お試しは何日間できますか", user=STAFF))
    calls = slack.press(view, "スレッドに返信", user=STAFF)
    assert [call["method"] for call in calls if call["method"] != "chat.getPermalink"] == [
        "views.push",
        "chat.postMessage",
        "views.update",
    ]
    assert "送っています" in shown(opened(calls[:1]))
    assert calls[-1]["view_id"] == "V2"


def test_nothing_is_sent_where_no_modal_can_be_opened(slack: SlackTester) -> None:
    view = opened(slack.shortcut("search_message", "お試しは何日間できますか", user=STAFF))
    slack.fake.fail("views.push", Failure(200, "expired_trigger_id"))
    calls = slack.press(view, "スレッドに返信", user=STAFF)
    assert [call["method"] for call in calls] == ["views.push", "views.update"]
    assert "もう一度ボタンを押してください" in shown(opened(calls))


def test_a_reply_that_slack_refuses_is_told_in_the_modal_on_top(slack: SlackTester) -> None:
    view = opened(slack.shortcut("search_message", "お試しは何日間できますか", user=STAFF))
    slack.fake.fail("chat.postMessage", Failure(200, "fatal_error"))
    told = only(slack.press(view, "スレッドに返信", user=STAFF), "views.update")
    assert told["view_id"] == "V2"
    assert "受付番号" in shown(opened([told]))


@pytest.mark.parametrize("failure", [Failure(200, "message_not_found"), Failure(0)], ids=["refused", "dropped"])
def test_without_a_link_what_was_sent_is_said_to_be_sent(slack: SlackTester, failure: Failure) -> None:
    view = opened(slack.shortcut("search_message", "お試しは何日間できますか", user=STAFF))
    slack.fake.fail("chat.getPermalink", *[failure] * 2)
    assert "送りました" in shown(opened(slack.press(view, "スレッドに返信", user=STAFF)))
    message = slack.command(QUESTION, STAFF)
    slack.fake.fail("chat.getPermalink", *[failure] * 2)
    told = only(slack.press(message, "チャンネルに送る", user=STAFF, ephemeral=True), "response_url")
    assert "送りました" in shown(told)


def test_what_was_sent_is_never_said_to_have_failed(slack: SlackTester) -> None:
    view = opened(slack.shortcut("search_message", "お試しは何日間できますか", user=STAFF))
    slack.fake.fail("views.update", Failure(200, "internal_error"))
    calls = slack.press(view, "スレッドに返信", user=STAFF)
    assert len([call for call in calls if call["method"] == "chat.postMessage"]) == 1
    assert "受付番号" not in json.dumps(calls, ensure_ascii=False)
