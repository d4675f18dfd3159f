"""Prospects in conversation: follow-ups, threads of ours, votes, too many questions.

1. A follow-up is understood in a direct message, and in a thread of ours without a mention.
2. In a thread of ours only the asker is answered, and only with something we know.
3. What we keep silent about leaves no trace.
4. A vote is stored once an asker; 役に立たなかった asks why.
5. More than the limit of questions a minute gets a polite notice.
"""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fake_slack import BOT_USER
from slack_tester import CHANNEL, USER, SlackTester, choices, labels, next_ts, only, opened, shown

from bot.app import App
from bot.reply import Asker
from bot.wording import sentences
from knowledge.database.tables import feedback, queries, replies

QUESTION = "無料お試しは何日間ですか"
DIFFERENCE = "転送利用と表記利用の違いは何ですか"


def stored(app: App, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with app.store.engine.connect() as connection:
        return list(connection.execute(table.select()).all())


# -- follow-ups -----------------------------------------------------------------------------------


def test_a_follow_up_in_a_direct_message_is_understood(slack: SlackTester) -> None:
    slack.direct(DIFFERENCE)
    message = slack.direct("料金は？")
    assert message
    assert "料金は転送利用でも表記利用でも同じ" in shown(message)


def test_a_follow_up_that_is_answered_says_how_it_was_read(slack: SlackTester) -> None:
    slack.direct("東京の番号はもらえますか")
    message = slack.direct("じゃあ050は？")
    assert message
    assert "続くご質問として読みました" in shown(message)


def test_a_follow_up_in_the_thread_of_a_direct_message_is_understood(slack: SlackTester) -> None:
    slack.direct(DIFFERENCE, ts="1700000100.000100")
    message = slack.direct("料金は？", thread_ts="1700000100.000100")
    assert message
    assert message["thread_ts"] == "1700000100.000100"
    assert "料金は転送利用でも表記利用でも同じ" in shown(message)


def test_a_follow_up_in_a_channel_thread_needs_no_mention(slack: SlackTester) -> None:
    slack.mention(DIFFERENCE, ts="1700000101.000100")
    message = slack.in_thread("料金は？", "1700000101.000100")
    assert message
    assert message["thread_ts"] == "1700000101.000100"
    assert "料金は転送利用でも表記利用でも同じ" in shown(message)


def test_a_follow_up_after_a_pressed_suggestion_knows_what_was_shown(slack: SlackTester) -> None:
    message = slack.mention("解約の相談", ts="1600000102.000100")
    assert message
    wanted = next(question for question in choices(message) if "違約金" in question)
    slack.press(message, wanted)
    again = slack.in_thread("1か月でも？", "1600000102.000100")
    assert again
    assert "違約金" in shown(again)


def test_a_question_in_another_thread_is_no_follow_up(slack: SlackTester) -> None:
    slack.mention(DIFFERENCE)
    message = slack.mention("料金は？")
    assert message
    assert "続くご質問" not in shown(message)


def test_after_half_an_hour_a_question_begins_anew(slack: SlackTester, app: App) -> None:
    slack.direct(DIFFERENCE)
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(replies).values(at=datetime.now(UTC) - timedelta(minutes=31)))
    message = slack.direct("料金は？")
    assert message
    assert "続くご質問" not in shown(message)


def test_a_new_question_typed_instead_of_pressing_a_suggestion_is_a_new_question(slack: SlackTester) -> None:
    slack.direct("解約の相談")
    message = slack.direct(QUESTION)
    assert message
    assert "10日間" in shown(message)


# -- threads of ours ------------------------------------------------------------------------------


def test_nobody_but_the_asker_is_answered_in_a_thread_without_a_mention(slack: SlackTester) -> None:
    slack.mention(QUESTION, ts="1700000110.000100")
    assert slack.in_thread("番号は専用ですか", "1700000110.000100", user="U0OTHER") is None


def test_what_we_do_not_know_gets_silence_in_a_thread_without_a_mention(slack: SlackTester) -> None:
    slack.mention(QUESTION, ts="1700000111.000100")
    assert slack.in_thread("縄文土器の文様", "1700000111.000100") is None
    assert slack.in_thread("🙏", "1700000111.000100") is None


def test_what_we_keep_silent_about_leaves_no_trace(slack: SlackTester, app: App) -> None:
    slack.mention(QUESTION, ts="1700000118.000100")
    assert slack.in_thread("縄文土器の文様", "1700000118.000100") is None
    assert [query.text for query in stored(app, queries)] == [QUESTION]
    assert app.overview.gaps() == []
    assert 'faqbot_questions_total{decision="abstain",door="slack"}' not in app.metrics.page().decode()


def test_what_we_answer_without_a_mention_is_logged(slack: SlackTester, app: App) -> None:
    slack.mention(QUESTION, ts="1700000119.000100")
    assert slack.in_thread("番号は専用ですか", "1700000119.000100")
    assert [query.text for query in stored(app, queries)] == [QUESTION, "番号は専用ですか"]


def test_a_thread_that_is_not_ours_is_left_alone(slack: SlackTester) -> None:
    assert slack.in_thread(QUESTION, "1700000112.000100") is None


def test_a_message_outside_of_threads_is_left_alone(slack: SlackTester) -> None:
    event = {"type": "message", "channel_type": "channel", "text": QUESTION, "channel": CHANNEL}
    assert slack.calls_of(event) == []


def test_a_mention_in_a_thread_of_ours_is_answered_once(slack: SlackTester) -> None:
    slack.mention(QUESTION, ts="1700000113.000100")
    text, thread, ts = f"<@{BOT_USER}> 番号は専用ですか", "1700000113.000100", "1700000114.000100"
    assert slack.in_thread(text, thread, ts=ts) is None
    assert slack.mention("番号は専用ですか", thread_ts=thread, ts=ts) is not None


@pytest.mark.parametrize("channel_type", ["channel", "group"])
def test_threads_of_public_and_private_channels_are_both_heard(slack: SlackTester, channel_type: str) -> None:
    slack.mention(QUESTION, ts="1700000115.000100")
    assert slack.in_thread("番号は専用ですか", "1700000115.000100", channel_type=channel_type)


def test_a_week_later_a_thread_is_no_longer_listened_to(slack: SlackTester, app: App) -> None:
    slack.mention(QUESTION, ts="1700000116.000100")
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(replies).values(at=datetime.now(UTC) - timedelta(days=8)))
    assert slack.in_thread("番号は専用ですか", "1700000116.000100") is None


# -- votes ----------------------------------------------------------------------------------------


def test_a_helpful_reply_is_stored_with_thanks_only_the_asker_sees(slack: SlackTester, app: App) -> None:
    message = slack.mention(QUESTION)
    assert message
    call = only(slack.press(message, "役に立った"), "response_url")
    assert "ありがとうございます" in call["text"]
    assert (call["response_type"], call["replace_original"]) == ("ephemeral", False)
    (vote,) = stored(app, feedback)
    assert (vote.kind, vote.entry_id) == ("helpful", "free-trial-10days")
    assert USER not in str(vote)


def test_an_unhelpful_reply_is_stored_at_once_and_asks_why(slack: SlackTester, app: App) -> None:
    message = slack.mention(QUESTION)
    assert message
    view = opened(slack.press(message, "役に立たなかった"))
    assert [vote.kind for vote in stored(app, feedback)] == ["unhelpful"]
    for reason in ("内容が古い", "聞きたいこととは違う", "分かりにくい"):
        assert reason in shown(view)


@pytest.mark.parametrize("reason", ["outdated", "other_question", "unclear"])
def test_the_reason_joins_the_vote(slack: SlackTester, app: App, reason: str) -> None:
    message = slack.mention(QUESTION)
    assert message
    view = opened(slack.press(message, "役に立たなかった"))
    answer = slack.submit(view, {"reason": reason})
    assert "ありがとうございます" in shown(answer["view"])
    (vote,) = stored(app, feedback)
    assert (vote.kind, vote.reason, vote.entry_id) == ("unhelpful", reason, "free-trial-10days")


def test_an_asker_who_changes_their_mind_votes_once(slack: SlackTester, app: App) -> None:
    message = slack.mention(QUESTION)
    assert message
    for label in ("役に立った", "役に立たなかった", "役に立った"):
        slack.press(message, label)
    assert [vote.kind for vote in stored(app, feedback)] == ["helpful"]


def test_a_vote_on_a_related_answer_leaves_the_first_one(app: App) -> None:
    reply = app.faq.ask(QUESTION, Asker("slack", "U1"))
    assert reply.entry
    related = app.faq.related(reply.entry)[0]
    app.faq.vote(reply.reference, reply.entry.id, Asker("slack", "U1"), helpful=False)
    app.faq.vote(reply.reference, related.id, Asker("slack", "U1"), helpful=True)
    votes = {(vote.entry_id, vote.kind) for vote in stored(app, feedback)}
    assert votes == {(reply.entry.id, "unhelpful"), (related.id, "helpful")}


def test_two_people_vote_twice(slack: SlackTester, app: App) -> None:
    message = slack.mention(QUESTION)
    assert message
    slack.press(message, "役に立った")
    slack.press(message, "役に立たなかった", user="U0OTHER")
    assert sorted(vote.kind for vote in stored(app, feedback)) == ["helpful", "unhelpful"]


def test_a_declining_reply_asks_for_no_vote(slack: SlackTester) -> None:
    message = slack.mention("月の途中で解約したら日割りになりますか")
    assert message
    assert "役に立った" not in labels(message)
    assert "担当者に聞く" in labels(message)


# -- too many questions ---------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["mention", "direct", "command", "home"])
def test_more_questions_than_the_limit_get_a_polite_notice(slack: SlackTester, app: App, way: str) -> None:
    limit = app.settings.rate_limit
    for _ in range(limit):
        app.faq.ask("料金", slack_asker())
    if way == "home":
        view = opened(slack.open_tab("home"))
        told = opened(slack.press(view, "home_search", value=QUESTION))
    elif way == "command":
        told = slack.command(QUESTION)
    else:
        answer = getattr(slack, way)(QUESTION)
        assert answer
        told = answer
    assert sentences.TOO_MANY in shown(told)
    assert len(stored(app, queries)) == limit


def test_another_asker_is_not_limited(slack: SlackTester, app: App) -> None:
    for _ in range(app.settings.rate_limit):
        app.faq.ask("料金", slack_asker())
    message = slack.mention(QUESTION, user="U0OTHER")
    assert message
    assert "10日間" in shown(message)


def test_a_minute_later_the_asker_is_answered_again(slack: SlackTester, app: App) -> None:
    for _ in range(app.settings.rate_limit):
        app.faq.ask("料金", slack_asker())
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(queries).values(at=datetime.now(UTC) - timedelta(seconds=61)))
    message = slack.mention(QUESTION, ts=next_ts())
    assert message
    assert "10日間" in shown(message)


def slack_asker() -> Asker:
    return Asker("slack", USER)
