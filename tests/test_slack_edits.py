"""A question is edited or deleted: our reply follows, also when there is none yet.

1. Editing a question updates our reply; deleting it deletes our reply.
2. While the question, or an earlier edit of it, still waits, an edit or a deletion waits too, however long.
3. An edited follow-up follows what stood above it; an edit counts as a question.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import BOT_USER, TEAM, Failure
from slack_tester import CHANNEL, DIRECT, USER, SlackTester, only, shown

from bot.app import App
from bot.reply import Asker
from bot.slack.delivery import intake
from bot.wording import sentences
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.database.tables import queries, replies
from knowledge.slack_state.backlog import read_backlog
from knowledge.slack_state.conversations import Conversations, PostedReply
from knowledge.slack_state.inbox import Inbox, State

QUESTION = "無料お試しは何日間ですか"
DIFFERENCE = "転送利用と表記利用の違いは何ですか"
ASKER = Asker("slack", USER)
OVER = timedelta(seconds=-1)


def stored(app: App, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with app.store.engine.connect() as connection:
        return list(connection.execute(table.select()).all())


def asked(ts: str, **event: Any) -> dict[str, Any]:
    """The event of a question, as another process got it."""
    said = {"type": "app_mention", "text": f"<@{BOT_USER}> {QUESTION}", "channel": CHANNEL, "user": USER, "ts": ts}
    return {"type": "event_callback", "team_id": TEAM, "event_id": "EvOther", "event": said | event}


def ask_in_vain(slack: SlackTester, ts: str) -> None:
    """Ask while Slack takes no answer."""
    slack.fake.fail("chat.postMessage", *[Failure(500)] * 4)  # as often as one attempt tries
    slack.event({"type": "app_mention", "text": f"<@{BOT_USER}> {QUESTION}", "channel": CHANNEL, "ts": ts})


def poll(slack: SlackTester, times: int = 3, seconds: float = 0.0) -> list[dict[str, Any]]:
    """Let the bot poll; returns the calls that changed something in Slack."""
    before = len(slack.fake.calls)
    for _ in range(times):
        time.sleep(seconds)
        slack.poll()
    return [{"method": c.method, **c.params} for c in slack.fake.calls[before:] if c.method.startswith("chat.")]


def test_editing_a_question_updates_our_reply(slack: SlackTester) -> None:
    message = slack.mention(QUESTION, ts="1700000120.000100")
    assert message
    (update,) = slack.edit("1700000120.000100", QUESTION, "途中でやめたら違約金を取られますか")
    assert (update["method"], update["ts"], update["channel"]) == ("chat.update", message["ts"], CHANNEL)
    assert "違約金も追加料金もいただきません" in shown(update)


def test_editing_a_direct_message_updates_our_reply(slack: SlackTester) -> None:
    message = slack.direct(QUESTION, ts="1700000121.000100")
    assert message
    calls = slack.edit("1700000121.000100", QUESTION, "支払い方法", channel=DIRECT, channel_type="im")
    assert only(calls, "chat.update")["ts"] == message["ts"]


def test_an_edit_delivered_twice_updates_once(slack: SlackTester) -> None:
    slack.mention(QUESTION, ts="1700000122.000100")
    edited = {"edited": {"user": USER, "ts": "1700000123.000100"}}
    assert len(slack.edit("1700000122.000100", QUESTION, "支払い方法", message=edited)) == 1
    assert slack.edit("1700000122.000100", QUESTION, "支払い方法", message=edited) == []


def test_two_edits_in_a_row_update_twice(slack: SlackTester) -> None:
    slack.mention(QUESTION, ts="1700000124.000100")
    assert len(slack.edit("1700000124.000100", QUESTION, "支払い方法")) == 1
    (second,) = slack.edit("1700000124.000100", "支払い方法", "営業電話は断ってもらえますか")
    assert "お断りします" in shown(second)


def test_an_unfurled_link_is_no_edit(slack: SlackTester) -> None:
    slack.mention(QUESTION, ts="1700000125.000100")
    message = {"user": USER, "ts": "1700000125.000100", "text": QUESTION, "attachments": [{"title": "x"}]}
    changed = {"message": message, "previous_message": {"user": USER, "ts": "1700000125.000100", "text": QUESTION}}
    assert slack.calls_of({"type": "message", "subtype": "message_changed", "channel": CHANNEL} | changed) == []


def test_our_own_updates_are_no_edits(slack: SlackTester) -> None:
    ours = {"user": BOT_USER, "bot_id": "B0BOT"}
    slack.mention(QUESTION, ts="1700000126.000100")
    assert slack.edit("1700000126.000100", "a", "b", message=ours) == []


def test_editing_a_message_we_never_answered_changes_nothing(slack: SlackTester) -> None:
    assert slack.edit("1700000127.000100", "おはよう", QUESTION) == []


def test_deleting_a_question_deletes_our_reply(slack: SlackTester, app: App) -> None:
    message = slack.mention(QUESTION, ts="1700000130.000100")
    assert message
    (call,) = slack.delete("1700000130.000100")
    assert (call["method"], call["ts"]) == ("chat.delete", message["ts"])
    assert stored(app, replies) == []


def test_deleting_another_message_deletes_nothing(slack: SlackTester) -> None:
    slack.mention(QUESTION)
    assert slack.delete("1700000131.000100") == []


@pytest.mark.parametrize("error", ["message_not_found", "channel_not_found"])
def test_a_reply_that_is_gone_already_is_no_trouble(slack: SlackTester, error: str) -> None:
    slack.mention(QUESTION, ts="1700000132.000100")
    slack.fake.fail("chat.delete", Failure(200, error))
    assert [call["method"] for call in slack.delete("1700000132.000100")] == ["chat.delete"]
    slack.mention(QUESTION, ts="1700000133.000100")
    slack.fake.fail("chat.update", Failure(200, error))
    assert [call["method"] for call in slack.edit("1700000133.000100", QUESTION, "料金")] == ["chat.update"]
    assert slack.edit("1700000133.000100", "料金", "支払い方法") == []


def test_an_edit_into_something_unreadable_says_so(slack: SlackTester) -> None:
    slack.mention(QUESTION, ts="1700000134.000100")
    (update,) = slack.edit("1700000134.000100", QUESTION, "🙏")
    assert "読み取れませんでした" in shown(update)


# -- before there is a reply ----------------------------------------------------------------------


def test_an_edit_of_a_question_that_waits_for_slack_waits_too(slack: SlackTester) -> None:
    ask_in_vain(slack, "1700000140.000100")
    assert slack.edit("1700000140.000100", QUESTION, "途中でやめたら違約金を取られますか") == []
    posted, updated = poll(slack, seconds=0.6)
    assert (posted["method"], updated["method"]) == ("chat.postMessage", "chat.update")
    assert posted["ts"] == updated["ts"]
    assert "違約金も追加料金もいただきません" in shown(updated)
    assert poll(slack) == []


def test_of_several_edits_the_last_one_is_done_last(slack: SlackTester) -> None:
    ask_in_vain(slack, "1700000141.000100")
    slack.fake.fail("chat.update", Failure(429, "ratelimited", {"Retry-After": "0"}, seconds=0.5))
    for before, after in ((QUESTION, "支払い方法"), ("支払い方法", "営業電話は断ってもらえますか")):
        assert slack.edit("1700000141.000100", before, after) == []
    calls = poll(slack, times=5, seconds=0.4)
    assert [call["method"] for call in calls] == ["chat.postMessage"] + ["chat.update"] * 3
    assert "お断りします" in shown(calls[-1])
    assert "お断りします" not in shown(calls[-2])


def test_a_question_deleted_before_its_answer_leaves_no_answer(slack: SlackTester, app: App) -> None:
    ask_in_vain(slack, "1700000142.000100")
    assert slack.delete("1700000142.000100") == []
    posted, deleted = poll(slack, seconds=0.6)
    assert (deleted["method"], deleted["ts"]) == ("chat.delete", posted["ts"])
    assert stored(app, replies) == []


@pytest.mark.parametrize("is_follow_up", [False, True], ids=["mention", "follow-up"])
def test_a_question_that_waits_for_another_process_is_waited_for(
    slack: SlackTester,
    app: App,
    is_follow_up: bool,  # noqa: FBT001
) -> None:
    thread, ts = "1700000143.000100", "1700000144.000100"
    slack.mention(QUESTION, ts=thread)
    spoken = {"type": "message", "channel_type": "channel", "text": "番号は専用ですか"} if is_follow_up else {}
    Inbox(app.store.engine, "dead", OVER).keep("EvOther", "", asked(ts, thread_ts=thread, **spoken))
    assert slack.delete(ts) == []
    posted, deleted = poll(slack)
    assert (posted["method"], deleted["method"], deleted["ts"]) == ("chat.postMessage", "chat.delete", posted["ts"])


def test_an_edit_waits_however_long_and_is_still_tried_again_after_a_failure(
    slack: SlackTester, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_TRIES", 2)
    ts, other = "1700000145.000100", Inbox(app.store.engine, "other")
    key = f"{TEAM}:{CHANNEL}:{ts}"
    other.keep("EvOther", key, asked(ts))
    slack.edit(ts, QUESTION, "支払い方法")
    assert poll(slack, times=5) == []
    said = PostedReply(key=key, reference="r", asker="a", channel=CHANNEL, thread=ts, message="1700000999.000100")
    Conversations(app.store.engine).keep_reply(said)
    other.finish("EvOther", State.DONE, "r", said.message)
    slack.fake.fail("chat.update", Failure(200, "internal_error"))
    assert [call["ts"] for call in poll(slack, times=2, seconds=1.1)] == [said.message] * 2


def test_a_question_that_was_given_up_is_not_waited_for(slack: SlackTester, app: App) -> None:
    ts, other = "1700000146.000100", Inbox(app.store.engine, "other")
    other.keep("EvOther", "", asked(ts))
    slack.edit(ts, QUESTION, "支払い方法")
    other.finish("EvOther", State.FAILED)
    assert poll(slack) == []
    assert read_backlog(app.store.engine).events == 0


# -- follow-ups and too many ----------------------------------------------------------------------


def test_an_edited_follow_up_in_a_direct_message_keeps_its_subject(slack: SlackTester) -> None:
    slack.direct(DIFFERENCE)
    slack.direct("支払い方法", ts="1700000150.000100")
    slack.direct(QUESTION)
    where = {"channel": DIRECT, "channel_type": "im", "message": {"thread_ts": "1700000150.000100"}}
    (update,) = slack.edit("1700000150.000100", "支払い方法", "料金は？", **where)
    assert "続くご質問として読みました" in shown(update)
    assert "料金は同じ" in shown(update)


def test_an_edited_follow_up_in_a_thread_keeps_its_subject(slack: SlackTester) -> None:
    slack.mention(DIFFERENCE, ts="1700000151.000100")
    slack.mention(QUESTION)
    slack.in_thread("番号は専用ですか", "1700000151.000100", ts="1700000152.000100")
    thread = {"thread_ts": "1700000151.000100"}
    (update,) = slack.edit("1700000152.000100", "番号は専用ですか", "料金は？", message=thread)
    assert "料金は同じ" in shown(update)


def test_an_edited_question_follows_neither_itself_nor_what_came_later(slack: SlackTester) -> None:
    slack.direct(DIFFERENCE, ts="1700000153.000100")
    slack.direct(DIFFERENCE)
    where = {"channel": DIRECT, "channel_type": "im", "message": {"thread_ts": "1700000153.000100"}}
    (update,) = slack.edit("1700000153.000100", DIFFERENCE, "料金は？", **where)
    assert "続くご質問" not in shown(update)


def test_half_an_hour_below_a_question_an_edit_is_no_follow_up(slack: SlackTester, app: App) -> None:
    slack.direct(DIFFERENCE)
    with app.store.engine.begin() as connection:  # our messages stand at 1,700,000,000 s and some
        connection.execute(sa.update(replies).values(at=datetime.fromtimestamp(1_700_000_000 - 1_860, UTC)))
    slack.direct("支払い方法", ts="1700000154.000100")
    (update,) = slack.edit("1700000154.000100", "支払い方法", "料金は？", channel=DIRECT, channel_type="im")
    assert "続くご質問" not in shown(update)


def test_the_reply_above_is_the_nearest_one_of_the_same_place(empty_database: str) -> None:
    engine = connect(empty_database)
    migrate(engine)
    conversations = Conversations(engine)
    for number, (channel, thread) in enumerate([("C1", "1.1"), ("C1", "1.1"), ("C1", "1.2"), ("C2", "1.1")]):
        said = PostedReply(
            key=str(number),
            reference="r",
            asker="a",
            channel=channel,
            thread=thread,
            message=f"170000000{number}.000100",
        )
        conversations.keep_reply(said)
    last = PostedReply(key="9", reference="r", asker="a", channel="C1", thread="1.1", message="1700000009.000100")
    since = datetime.now(UTC) - timedelta(minutes=30)
    above = [conversations.reply_before(last, thread, since) for thread in ("1.1", "")]
    assert [reply and reply.key for reply in above] == ["1", "2"]
    assert conversations.reply_before(last, "", datetime.now(UTC)) is None
    engine.dispose()


def test_an_edit_beyond_the_limit_gets_the_polite_notice_until_the_next_edit(slack: SlackTester, app: App) -> None:
    slack.mention(QUESTION, ts="1700000155.000100")
    for _ in range(app.settings.rate_limit - 1):
        app.faq.ask("料金", ASKER)
    (update,) = slack.edit("1700000155.000100", QUESTION, "支払い方法")
    assert sentences.TOO_MANY in shown(update)
    assert len(stored(app, queries)) == app.settings.rate_limit
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(queries).values(at=datetime.now(UTC) - timedelta(seconds=61)))
    (update,) = slack.edit("1700000155.000100", "支払い方法", "営業電話は断ってもらえますか")
    assert "お断りします" in shown(update)
