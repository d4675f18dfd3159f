"""Conversations in Slack that go on: half sentences, and questions asked again after a reply of no help.

1. Half a sentence gets silence in a direct conversation and in a thread of ours; the same person's next message is
   read with it within ten minutes. It is kept redacted, and goes with its message.
2. Where a mention begins a thread, half a sentence is greeted.
3. A question asked again after 役に立たなかった or どれでもない gets other questions and a person, not the same reply.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import FakeSlack
from slack_tester import DIRECT, SlackTester, choices, labels, next_ts, shown, slack_on

from bot.app import App
from knowledge.database.tables import feedback, queries, replies

QUESTION = "契約の前に一度体験してみたいのですが、無償でどのくらいの期間使わせていただけるのでしょうか。"
IN_OTHER_WORDS = "無料お試しはどのような内容ですか？"
ENTRY = "free-trial-10days"


@pytest.fixture
def slack(small: App, fake_slack: FakeSlack) -> Iterator[SlackTester]:
    with slack_on(small, fake_slack) as slack:
        yield slack


def rows(small: App, table: sa.Table) -> list[Any]:
    with small.store.engine.connect() as connection:
        return list(connection.execute(table.select().order_by(table.c.at)))


# -- half sentences ---------------------------------------------------------------------------------


@pytest.mark.parametrize("half", ["すみません、もう一点", "あとお試しなんですけど", "お試しの件なんですが"])
def test_half_a_sentence_gets_silence_in_a_direct_conversation(slack: SlackTester, small: App, half: str) -> None:
    assert slack.direct("プランの料金を教えてください")
    assert slack.direct(half) is None
    assert [row.said for row in rows(small, replies)] == ["", half]
    assert len(rows(small, queries)) == 1


def offered(small: App, message: dict[str, Any] | None) -> bool:
    """True when a message offers the entry about the trial."""
    entry = small.faq.entry(ENTRY)
    return bool(message and entry and entry.question in choices(message))


def test_the_next_message_is_read_with_it_for_ten_minutes(slack: SlackTester, small: App) -> None:
    assert slack.direct("無料お試しの件なんですが") is None
    with small.store.engine.begin() as connection:
        connection.execute(sa.update(replies).values(at=datetime.now(UTC) - timedelta(minutes=11)))
    assert not offered(small, slack.direct("何回まで？"))
    assert slack.direct("無料お試しの件なんですが") is None
    assert offered(small, slack.direct("何回まで？"))


def test_in_a_thread_it_gets_silence_too_and_is_read_with_the_next_message(slack: SlackTester, small: App) -> None:
    first, second = next_ts(), next_ts()
    for ts in (first, second):
        slack.mention("プランの料金を教えてください", ts=ts)
    assert slack.in_thread("無料お試しの件なんですが", second) is None
    assert not offered(small, slack.in_thread("何回まで？", first))
    assert offered(small, slack.in_thread("何回まで？", second))


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("すみません、もう一点", "はい、どうぞ。"),
        ("ちょっと質問してもいいですか？", "はい、どうぞ。"),
        ("ありがとうございました", "こちらこそありがとうございます。"),
        ("なるほど、承知しました", "ほかにもご質問があれば、どうぞ。"),
    ],
)
def test_a_mention_that_asks_nothing_gets_the_line_that_fits_it(slack: SlackTester, said: str, line: str) -> None:
    message = slack.mention(said)
    assert message and shown(message).startswith(line)


def test_it_is_kept_redacted_and_goes_with_its_message(slack: SlackTester, small: App) -> None:
    ts = next_ts()
    assert slack.direct("090-1234-5678 の件なんですが", ts=ts) is None
    assert [row.said for row in rows(small, replies)] == ["[電話番号] の件なんですが"]
    assert slack.delete(ts, channel=DIRECT, channel_type="im") == []
    assert rows(small, replies) == []


def test_it_is_heard_anew_when_it_is_edited_into_a_question(slack: SlackTester, small: App) -> None:
    ts = next_ts()
    assert slack.direct("お試しの件なんですが", ts=ts) is None
    calls = slack.edit(ts, "お試しの件なんですが", QUESTION, channel=DIRECT, channel_type="im")
    assert [call["method"] for call in calls] == ["chat.postMessage"]
    assert [(row.said, row.entry_id) for row in rows(small, replies)] == [("", ENTRY)]


# -- asked again ------------------------------------------------------------------------------------


def test_after_a_reply_of_no_help_the_same_reply_is_not_given_again(slack: SlackTester, small: App) -> None:
    first = slack.direct(QUESTION)
    assert first and "10日間無料" in shown(first)
    slack.press(first, "役に立たなかった")
    again = slack.direct(IN_OTHER_WORDS)
    assert again and "お役に立てなかった" in shown(again)
    entry = small.faq.entry(ENTRY)
    assert entry and choices(again) and entry.question not in choices(again)
    assert "担当者に聞く" in labels(again)
    assert [row.decision for row in rows(small, queries)] == ["answer", "suggest"]


def test_another_question_is_answered_as_ever_after_a_reply_of_no_help(slack: SlackTester) -> None:
    first = slack.direct(QUESTION)
    assert first
    slack.press(first, "役に立たなかった")
    other = slack.direct("料金プランと月額はいくらですか")
    assert other and "お役に立てなかった" not in shown(other)


def test_a_button_under_an_older_reply_still_votes(slack: SlackTester, small: App) -> None:
    first = slack.direct(QUESTION)
    assert first
    reference = rows(small, queries)[0].reference
    for kind in ("helpful", "unhelpful"):
        slack.act(first, {"type": "button", "action_id": kind, "value": f"{reference}:{ENTRY}"})
        assert [(row.kind, row.entry_id) for row in rows(small, feedback)] == [(kind, ENTRY)]


def test_without_a_vote_the_same_question_is_answered_again(slack: SlackTester) -> None:
    slack.direct(QUESTION)
    again = slack.direct(QUESTION)
    assert again and "10日間無料" in shown(again)


def test_after_none_of_these_further_suggestions_offer_a_person(slack: SlackTester) -> None:
    first = slack.direct("料金について教えて")
    assert first and "担当者に聞く" not in labels(first)
    slack.press(first, "どれでもない")
    again = slack.direct("値段が知りたいです")
    assert again and "担当者に聞く" in labels(again)
