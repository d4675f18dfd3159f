"""A question is edited or deleted: our reply follows, also when there is none yet.

1. Editing a question updates our reply; deleting it deletes our reply.
2. While the question, or an earlier edit of it, still waits, an edit or a deletion waits too, however long.
   A question that is deleted before it is answered is not answered, whichever comes first.
3. An edited follow-up follows what stood above it; an edit counts as a question.
4. What was not answered is heard anew after an edit: a silence, a new mention, a question that was too many.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import BOT_USER, TEAM, Failure
from slack_tester import CHANNEL, DIRECT, USER, SlackTester, only, shown

from bot.app import App
from bot.reply import Asker
from bot.slack.delivery import intake
from bot.slack.delivery.outage_inbox import OutageInbox
from bot.wording import sentences
from knowledge.database.tables import inbox, queries, replies
from knowledge.slack_state.backlog import read_backlog
from knowledge.slack_state.conversations import Conversations, PostedReply
from knowledge.slack_state.inbox import EventState, Inbox

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
    """Let the bot poll, each time `seconds` later; returns the calls that changed something in Slack."""
    before = len(slack.fake.calls)
    for _ in range(times):
        slack.poll(seconds)
    return [{"method": c.method, **c.params} for c in slack.fake.calls[before:] if c.method.startswith("chat.")]


def test_editing_a_question_updates_our_reply(slack: SlackTester) -> None:
    message = slack.mention(QUESTION, ts="1700000120.000100")
    assert message
    (update,) = slack.edit("1700000120.000100", QUESTION, "途中でやめたら違約金を取られますか")
    assert (update["method"], update["ts"], update["channel"]) == ("chat.update", message["ts"], CHANNEL)
    assert "違約金はいただいていません" in shown(update)


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


# -- a deletion of a message with replies under it, and one that comes first ------------------------


@pytest.mark.parametrize("where", [{}, {"channel_type": "group"}, {"channel": DIRECT, "channel_type": "im"}])
def test_a_stone_in_the_place_of_a_question_takes_our_reply_away(
    slack: SlackTester, app: App, where: dict[str, str]
) -> None:
    ts = "1700000135.000100"
    message = slack.direct(QUESTION, ts=ts) if where.get("channel_type") == "im" else slack.mention(QUESTION, ts=ts)
    assert message
    (call,) = slack.bury(ts, **where)
    assert (call["method"], call["channel"], call["ts"]) == ("chat.delete", message["channel"], message["ts"])
    assert stored(app, replies) == []
    assert slack.bury(ts, **where) == []


@pytest.mark.parametrize("kind", ["mention", "direct", "follow-up"])
@pytest.mark.parametrize("is_stone", [False, True], ids=["deleted", "stone"])
def test_a_question_that_comes_only_after_its_deletion_is_not_answered(
    slack: SlackTester,
    kind: str,
    is_stone: bool,  # noqa: FBT001
) -> None:
    thread, ts = "1700000136.000100", "1700000137.000100"
    slack.mention(QUESTION, ts=thread)
    where = {"channel": DIRECT, "channel_type": "im"} if kind == "direct" else {}
    assert (slack.bury if is_stone else slack.delete)(ts, **where) == []
    if kind == "mention":
        assert slack.mention(QUESTION, ts=ts) is None
    elif kind == "direct":
        assert slack.direct(QUESTION, ts=ts) is None
    else:
        assert slack.in_thread("番号は専用ですか", thread, ts=ts) is None


# -- before there is a reply ----------------------------------------------------------------------


def test_an_edit_of_a_question_that_waits_for_slack_waits_too(slack: SlackTester) -> None:
    ask_in_vain(slack, "1700000140.000100")
    assert slack.edit("1700000140.000100", QUESTION, "途中でやめたら違約金を取られますか") == []
    posted, updated = poll(slack, seconds=0.6)
    assert (posted["method"], updated["method"]) == ("chat.postMessage", "chat.update")
    assert posted["ts"] == updated["ts"]
    assert "違約金はいただいていません" in shown(updated)
    assert poll(slack) == []


def test_of_several_edits_the_last_one_is_done_last(slack: SlackTester) -> None:
    ask_in_vain(slack, "1700000141.000100")
    slack.fake.fail("chat.update", Failure(429, "ratelimited", {"Retry-After": "0"}, seconds=0.2))
    for before, after in ((QUESTION, "支払い方法"), ("支払い方法", "営業電話は断ってもらえますか")):
        assert slack.edit("1700000141.000100", before, after) == []
    calls = poll(slack, times=5, seconds=0.4)
    assert [call["method"] for call in calls] == ["chat.postMessage"] + ["chat.update"] * 3
    assert "お断りします" in shown(calls[-1])
    assert "お断りします" not in shown(calls[-2])


def test_a_question_deleted_before_its_answer_leaves_no_answer(slack: SlackTester, app: App) -> None:
    ask_in_vain(slack, "1700000142.000100")
    assert slack.delete("1700000142.000100") == []
    assert poll(slack, seconds=0.6) == []
    assert stored(app, replies) == []
    assert read_backlog(app.store.engine).events == 0


@pytest.mark.parametrize("is_follow_up", [False, True], ids=["mention", "follow-up"])
def test_a_question_deleted_while_it_waits_for_another_process_is_not_answered(
    slack: SlackTester,
    app: App,
    is_follow_up: bool,  # noqa: FBT001
) -> None:
    thread, ts = "1700000143.000100", "1700000144.000100"
    slack.mention(QUESTION, ts=thread)
    spoken = {"type": "message", "channel_type": "channel", "text": "番号は専用ですか"} if is_follow_up else {}
    dead = Inbox(app.store.engine, "dead", OVER)
    dead.keep("EvOther", "", asked(ts, thread_ts=thread, **spoken))
    gone = {"type": "message", "subtype": "message_deleted", "deleted_ts": ts, "channel": CHANNEL}
    dead.keep("EvGone", "", {"type": "event_callback", "team_id": TEAM, "event": gone | {"ts": "1700000999.000100"}})
    assert poll(slack) == []
    assert read_backlog(app.store.engine).events == 0


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
    other.finish("EvOther", EventState.DONE, "r", said.message)
    slack.fake.fail("chat.update", Failure(200, "internal_error"))
    assert [call["ts"] for call in poll(slack, times=2, seconds=1.1)] == [said.message] * 2


def test_a_question_that_was_given_up_is_not_waited_for(slack: SlackTester, app: App) -> None:
    ts, other = "1700000146.000100", Inbox(app.store.engine, "other")
    other.keep("EvOther", "", asked(ts))
    slack.edit(ts, QUESTION, "支払い方法")
    other.finish("EvOther", EventState.FAILED)
    assert poll(slack) == []
    assert read_backlog(app.store.engine).events == 0


# -- follow-ups and too many ----------------------------------------------------------------------


def test_an_edited_follow_up_in_a_direct_message_keeps_its_subject(slack: SlackTester) -> None:
    slack.direct(DIFFERENCE)
    slack.direct("支払い方法", ts="1700000150.000100")
    slack.direct(QUESTION)
    where = {"channel": DIRECT, "channel_type": "im", "message": {"thread_ts": "1700000150.000100"}}
    (update,) = slack.edit("1700000150.000100", "支払い方法", "料金は？", **where)
    assert "料金は転送利用でも表記利用でも同じ" in shown(update)


def test_an_edited_follow_up_in_a_thread_keeps_its_subject(slack: SlackTester) -> None:
    slack.mention(DIFFERENCE, ts="1700000151.000100")
    slack.mention(QUESTION)
    slack.in_thread("番号は専用ですか", "1700000151.000100", ts="1700000152.000100")
    thread = {"thread_ts": "1700000151.000100"}
    (update,) = slack.edit("1700000152.000100", "番号は専用ですか", "料金は？", message=thread)
    assert "料金は転送利用でも表記利用でも同じ" in shown(update)


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


def test_the_reply_above_is_the_nearest_one_of_the_same_place(engine: sa.Engine) -> None:
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
    above = [conversations.replies_before(last, thread, since) for thread in ("1.1", "")]
    assert [[reply.key for reply in replies] for replies in above] == [["1", "0"], ["2", "1", "0"]]
    assert conversations.replies_before(last, "", datetime.now(UTC)) == []


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


# -- what was not answered, and is edited ----------------------------------------------------------


def edited_mention(slack: SlackTester, ts: str, text: str, **event: Any) -> list[dict[str, Any]]:
    """A mention as Slack sends it again once it was edited."""
    again = {"edited": {"user": USER, "ts": event.pop("at", "1800000001.000000")}}
    said = {"type": "app_mention", "text": f"<@{BOT_USER}> {text}", "channel": CHANNEL, "ts": ts}
    return slack.calls_of(said | again | event)


def forget_events(app: App) -> None:
    """As every process does after two days."""
    with app.store.engine.begin() as connection:
        connection.execute(inbox.delete())


def test_a_mention_answered_days_ago_and_edited_gets_its_reply_updated_and_no_second_one(
    slack: SlackTester, app: App
) -> None:
    message = slack.mention(QUESTION, ts="1700000160.000100")
    assert message
    forget_events(app)
    slack.slack.intake.inbox = OutageInbox(Inbox(app.store.engine, "later"))
    (update,) = edited_mention(slack, "1700000160.000100", "途中でやめたら違約金を取られますか")
    assert (update["method"], update["ts"]) == ("chat.update", message["ts"])
    assert "違約金はいただいていません" in shown(update)
    changed = {"edited": {"user": USER, "ts": "1800000001.000000"}}  # the same edit, the way channels get it
    assert slack.edit("1700000160.000100", QUESTION, f"<@{BOT_USER}> 違約金", message=changed) == []


def test_a_mention_sent_again_with_its_edit_is_answered_when_it_never_was(slack: SlackTester) -> None:
    (posted,) = edited_mention(slack, "1700000161.000100", QUESTION)
    assert (posted["method"], posted["thread_ts"]) == ("chat.postMessage", "1700000161.000100")
    changed = {"edited": {"user": USER, "ts": "1800000001.000000"}}
    assert slack.edit("1700000161.000100", "おはよう", f"<@{BOT_USER}> {QUESTION}", message=changed) == []
    assert slack.mention(QUESTION, ts="1700000161.000100") is None


def test_a_message_that_is_given_a_mention_is_answered(slack: SlackTester) -> None:
    (posted,) = slack.edit("1700000162.000100", QUESTION, f"<@{BOT_USER}> {QUESTION}")
    assert (posted["method"], posted["thread_ts"]) == ("chat.postMessage", "1700000162.000100")
    assert "10日間" in shown(posted)
    (update,) = slack.edit("1700000162.000100", QUESTION, f"<@{BOT_USER}> 支払い方法")
    assert update["ts"] == posted["ts"]


@pytest.mark.parametrize(
    "becomes", ["番号は専用ですか", f"<@{BOT_USER}> 番号は専用ですか"], ids=["question", "mention"]
)
def test_a_follow_up_that_got_silence_and_became_a_question_is_answered(slack: SlackTester, becomes: str) -> None:
    thread, ts = "1700000163.000100", "1700000164.000100"
    slack.mention(QUESTION, ts=thread)
    assert slack.in_thread("縄文土器の文様", thread, ts=ts) is None
    (posted,) = slack.edit(ts, "縄文土器の文様", becomes, message={"thread_ts": thread})
    assert (posted["method"], posted["thread_ts"]) == ("chat.postMessage", thread)
    (deleted,) = slack.delete(ts)
    assert deleted["ts"] == posted["ts"]


@pytest.mark.parametrize(
    "becomes", ["番号は専用ですか", f"<@{BOT_USER}> 番号は専用ですか"], ids=["question", "mention"]
)
def test_a_silence_that_became_a_question_while_slack_refuses_is_asked_once(
    slack: SlackTester, app: App, becomes: str
) -> None:
    thread, ts = "1700000169.000100", "1700000170.000100"
    slack.mention(QUESTION, ts=thread)
    assert slack.in_thread("縄文土器の文様", thread, ts=ts) is None
    slack.fake.fail("chat.postMessage", *[Failure(429, "ratelimited", {"Retry-After": "0"})] * 2)
    posts = slack.edit(ts, "縄文土器の文様", becomes, message={"thread_ts": thread})
    posted = posts[-1]
    assert len(posts) == 3  # two of them refused
    assert [one["ts"] for one in posts if "ts" in one] == [posted["ts"]]
    references = [row.reference for row in stored(app, queries)]
    assert len(references) == 2
    assert (references[1], posted["ts"]) in [(row.reference, row.message) for row in stored(app, inbox)]


def test_a_follow_up_of_somebody_else_stays_unheard_after_an_edit(slack: SlackTester) -> None:
    thread, message = "1700000165.000100", {"thread_ts": "1700000165.000100", "user": "U0OTHER"}
    slack.mention(QUESTION, ts=thread)
    assert slack.edit("1700000166.000100", "おはよう", "番号は専用ですか", message=message) == []


def test_a_question_that_was_too_many_is_answered_when_it_is_edited_later(slack: SlackTester, app: App) -> None:
    for _ in range(app.settings.rate_limit):
        app.faq.ask("料金", ASKER)
    notice = slack.mention(QUESTION, ts="1700000167.000100")
    assert notice and sentences.TOO_MANY in shown(notice)
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(queries).values(at=datetime.now(UTC) - timedelta(seconds=61)))
    (update,) = slack.edit("1700000167.000100", QUESTION, "営業電話は断ってもらえますか")
    assert update["ts"] == notice["ts"]
    assert "お断りします" in shown(update)


def test_an_edit_that_comes_before_its_question_is_answered_once(slack: SlackTester) -> None:
    ts, where = "1700000168.000100", {"channel": DIRECT, "channel_type": "im"}
    (posted,) = slack.edit(ts, "料金", QUESTION, **where)
    assert "10日間" in shown(posted)
    assert slack.direct("料金", ts=ts) is None
