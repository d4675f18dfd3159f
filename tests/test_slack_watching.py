"""Watched channels: what nobody addressed to the bot.

1. A question that an entry surely answers is answered in its thread, and the reply says that nobody had asked.
2. Everything else gets silence, and leaves no trace: unsure and unknown questions, courtesy, talk to somebody,
   threads, bots, edits, what is old, other channels, and who asks too much.
3. Anybody may take the reply away, once, and that counts.
4. The reply goes when its question is edited into another or deleted.
5. Nobody is answered below such a reply until they mention the bot.
6. The stricter cut is the lowest one of the curve that keeps the bound, and none where no cut does.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import BOT_USER, FakeSlack
from making import StartSmall
from slack_tester import (
    CHANNEL,
    STAFF,
    TOKEN,
    USER,
    SlackTester,
    WaitingExecutor,
    labels,
    next_ts,
    only,
    shown,
    slack_on,
)

from bot.app import App
from bot.settings import read_settings
from bot.slack.app import create_slack
from index.asking.watching import MAX_WRONG_UNASKED, stricter_cut
from index.decision.risk import NEVER, MeasuredRisk
from knowledge.database.tables import feedback, queries, replies

SURE = "契約の前に一度体験してみたいのですが、無償でどのくらいの期間使わせていただけるのでしょうか。"
UNWANTED = "この返信は不要"


@pytest.fixture
def app(start_small: StartSmall) -> App:
    return start_small(RATE_LIMIT="3")


@pytest.fixture
def slack(app: App, fake_slack: FakeSlack) -> Iterator[SlackTester]:
    """People in a channel that is watched."""
    with slack_on(app, fake_slack, WATCH_CHANNELS=f"C0FIRST, {CHANNEL}", STAFF_USERS=STAFF) as slack:
        yield slack


def rows(app: App, table: sa.Table) -> list[Any]:
    with app.store.engine.connect() as connection:
        return list(connection.execute(table.select()))


def answered(slack: SlackTester, **event: Any) -> dict[str, Any]:
    """The reply to a question that nobody addressed to the bot, as Slack shows it."""
    ts = event.setdefault("ts", next_ts())
    message = slack.in_channel(SURE, **event)
    assert message and message["thread_ts"] == ts
    return message


# -- answers ----------------------------------------------------------------------------------------


def test_what_an_entry_says_is_answered_in_the_thread_of_its_question(slack: SlackTester, app: App) -> None:
    message = answered(slack)
    assert "10日間無料" in shown(message)
    assert "呼ばれていないご質問" in shown(message)
    assert UNWANTED in labels(message)
    (query,) = rows(app, queries)
    assert (query.door, query.decision, query.entry_id) == ("watch", "answer", "free-trial-10days")
    assert 'faqbot_questions_total{decision="answer",door="watch"} 1.0' in app.metrics.page().decode()


def test_a_greeting_before_the_question_changes_nothing(slack: SlackTester) -> None:
    message = slack.in_channel(f"おはようございます。\n{SURE}")
    assert message and "10日間無料" in shown(message)


def test_a_mention_in_a_watched_channel_is_answered_once_and_as_ever(slack: SlackTester) -> None:
    ts = next_ts()
    assert slack.in_channel(f"<@{BOT_USER}> {SURE}", ts=ts) is None
    message = slack.mention(SURE, ts=ts)
    assert message and UNWANTED not in labels(message)


# -- silence ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("解約したいのですが、どうすればいいですか", {}),  # not in this knowledge base
        ("お試しってどうなの？", {}),  # of this subject, and not sure
        ("ありがとうございます！", {}),
        ("無料お試し期間", {}),  # no question
        (f"<@U0OTHER> {SURE}", {}),
        (f"{SURE} <!subteam^S0TEAM>", {}),
        (f"佐藤さん、昨日の件です。{SURE}", {}),
        (SURE, {"thread_ts": "1800000000.000100"}),
        (SURE, {"bot_id": "B0OTHER"}),
        (SURE, {"subtype": "bot_message"}),
        (SURE, {"channel": "C0OTHER"}),
        (SURE, {"ts": f"{(datetime.now(UTC) - timedelta(minutes=3)).timestamp():.6f}"}),
    ],
)
def test_everything_else_gets_silence_and_leaves_no_trace(
    slack: SlackTester, app: App, text: str, event: dict[str, Any]
) -> None:
    said = {"type": "message", "channel_type": "channel", "channel": CHANNEL, "text": text}
    assert slack.calls_of(said | event) == []
    assert rows(app, queries) == rows(app, replies) == []
    assert app.overview.gaps() == []


def test_an_old_message_that_is_edited_into_a_question_gets_silence(slack: SlackTester, app: App) -> None:
    assert slack.edit("1700000000.000100", "おはようございます", SURE) == []
    assert rows(app, queries) == []


def test_who_asks_too_much_gets_silence_and_no_notice(slack: SlackTester) -> None:
    for _ in range(3):
        assert answered(slack)
    assert slack.in_channel(SURE) is None
    assert slack.in_channel(SURE, user="U0OTHER")


def test_without_the_setting_no_channel_is_watched(app: App, fake_slack: FakeSlack) -> None:
    settings = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": fake_slack.url}
    intake = create_slack(read_settings(settings), app.parts, app.metrics, WaitingExecutor()).intake
    event = {"type": "message", "channel_type": "channel", "channel": CHANNEL, "text": SURE, "user": USER, "ts": "1.0"}
    assert not intake.takes({"type": "event_callback", "event": event})
    assert intake.takes({"type": "event_callback", "event": event | {"thread_ts": "0.1"}})


# -- taken away -------------------------------------------------------------------------------------


def test_anybody_takes_the_reply_away_once_and_that_counts(slack: SlackTester, app: App) -> None:
    message = answered(slack)
    call = only(slack.press(message, UNWANTED, user="U0OTHER"), "chat.delete")
    assert (call["channel"], call["ts"]) == (CHANNEL, message["ts"])
    assert slack.press(message, UNWANTED, user="U0THIRD") == []
    assert [row.kind for row in rows(app, feedback)] == ["unwanted"]
    assert rows(app, replies) == []
    assert f"{UNWANTED} 1" in shown(slack.command("stats", user=STAFF))
    assert 'faqbot_feedback_total{kind="unwanted"} 1.0' in app.metrics.page().decode()


def test_the_reply_stays_while_an_edit_asks_the_same_and_goes_when_it_does_not(slack: SlackTester, app: App) -> None:
    ts = next_ts()
    message = answered(slack, ts=ts)
    again = f"こんにちは。{SURE}"
    assert slack.edit(ts, SURE, again) == []
    assert only(slack.edit(ts, again, "やっぱり何でもないです"), "chat.delete")["ts"] == message["ts"]
    assert rows(app, replies) == []


def test_the_reply_goes_with_its_question(slack: SlackTester) -> None:
    ts = next_ts()
    message = answered(slack, ts=ts)
    assert only(slack.delete(ts), "chat.delete")["ts"] == message["ts"]


def test_below_such_a_reply_a_mention_is_needed(slack: SlackTester) -> None:
    ts = next_ts()
    answered(slack, ts=ts)
    assert slack.in_thread(SURE, ts) is None
    assert slack.mention(SURE, thread_ts=ts)
    assert slack.in_thread("プランの料金を教えてください", ts)


# -- the cut ----------------------------------------------------------------------------------------


def test_the_lowest_cut_that_keeps_the_bound_is_taken() -> None:
    curve = ((0.8, 0.5, 0.02), (0.9, 0.4, 0.0025), (0.95, 0.3, 0.0))  # of 1,000: 10 of 500, 1 of 400, 0 of 300
    risk = MeasuredRisk(1_000, 500, 10, 0.034, curve)
    assert MAX_WRONG_UNASKED == 0.01
    assert stricter_cut(risk) == 0.95
    assert stricter_cut(replace(risk, curve=((0.8, 0.5, 0.002), *curve[1:]))) == 0.8  # 1 of 500 is 0.95 %
    assert stricter_cut(replace(risk, asked=900)) == NEVER  # 0 of 270 is 1.1 %
