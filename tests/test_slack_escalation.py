"""担当者に聞く: the question goes to people, both sides hear each other, and it ends.

1. The support channel sees question, asker, link and what the bot found.
2. What either side writes in its thread is carried to the other, once, whole, as plain text.
3. 解決 closes it; guests and people from elsewhere cannot, nor colleagues where staff are named.
4. Without a support channel the way to the company is shown.
5. Whatever fails on the way, nobody is told what is not so, and pressing again helps.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from block_kit import faults_of_message
from fake_slack import Failure, FakeSlack
from slack_tester import (
    CHANNEL,
    DIRECT,
    EDITOR,
    STAFF,
    SUPPORT,
    USER,
    SlackTester,
    buttons,
    labels,
    only,
    shown,
    slack_on,
)

from bot.app import App
from knowledge.database.tables import claims, escalations, feedback
from knowledge.slack_state.claims import Claims

UNKNOWN = "縄文土器の文様"
PRESS = "担当者に聞く"
NO_ROOM = "CREATE TRIGGER no_room BEFORE INSERT ON escalations BEGIN SELECT RAISE(ABORT, 'full'); END"


def escalated(slack: SlackTester, text: str = UNKNOWN, ts: str = "1700000200.000100") -> dict[str, object]:
    """Ask in a channel and press 担当者に聞く; returns the message in the support channel."""
    message = slack.mention(text, ts=ts)
    assert message
    return only(slack.press(message, PRESS), "chat.postMessage")


def said(messages: list[dict[str, Any]]) -> str:
    """The text that was carried in these messages."""
    blocks = [block for message in messages for block in message["blocks"]]
    return "".join(block["text"]["text"] for block in blocks if block["type"] == "section")


def test_the_support_channel_sees_who_asks_what_and_what_was_found(slack: SlackTester) -> None:
    message = escalated(slack)
    assert message["channel"] == SUPPORT
    assert UNKNOWN in shown(message)
    assert "回答なし" in shown(message)
    assert {"type": "user", "user_id": USER} in message["blocks"][1]["elements"][0]["elements"]
    links = [button["url"] for button in buttons(message) if "url" in button]
    assert links == [f"https://home.slack.com/archives/{CHANNEL}/p1700000200.000100"]
    assert "解決" in labels(message)


def test_the_bots_answer_is_told_to_the_support_channel(slack: SlackTester) -> None:
    assert "「無料お試しはどのような内容ですか" in shown(escalated(slack, "無料お試しは何日間ですか"))


def test_the_asker_is_told_where_the_answer_will_come(slack: SlackTester) -> None:
    message = slack.mention(UNKNOWN)
    assert message
    told = only(slack.press(message, PRESS), "response_url")
    assert "このスレッドに届きます" in shown(told)
    assert told["response_type"] == "ephemeral"


def test_the_wish_for_a_person_is_counted(slack: SlackTester, app: App) -> None:
    escalated(slack)
    with app.store.engine.connect() as connection:
        assert [row.kind for row in connection.execute(feedback.select())] == ["escalated"]


def test_pressing_twice_escalates_once(slack: SlackTester) -> None:
    message = slack.mention(UNKNOWN)
    assert message
    slack.press(message, PRESS)
    again = slack.press(message, PRESS)
    assert [call["method"] for call in again] == ["response_url"]
    assert "すでに" in shown(again[0])


def test_what_support_writes_reaches_the_asker(slack: SlackTester) -> None:
    message = escalated(slack)
    carried = slack.in_thread("確認してご連絡します", message["ts"], channel=SUPPORT, user=STAFF)
    assert carried
    assert (carried["channel"], carried["thread_ts"]) == (CHANNEL, "1700000200.000100")
    assert "担当者より" in shown(carried)
    assert "確認してご連絡します" in shown(carried)


def test_what_the_asker_writes_reaches_support(slack: SlackTester) -> None:
    message = escalated(slack)
    carried = slack.in_thread("急いでいます", "1700000200.000100")
    assert carried
    assert (carried["channel"], carried["thread_ts"]) == (SUPPORT, message["ts"])
    assert "質問した方より" in shown(carried)


def test_in_an_escalated_thread_the_bot_does_not_answer_itself(slack: SlackTester) -> None:
    escalated(slack)
    carried = slack.in_thread("無料お試しは何日間ですか", "1700000200.000100")
    assert carried
    assert carried["channel"] == SUPPORT
    assert "10日間" not in shown(carried)


def test_a_message_delivered_twice_is_carried_once(slack: SlackTester) -> None:
    message = escalated(slack)
    same = {"ts": "1700000210.000100", "channel": SUPPORT, "user": STAFF}
    assert slack.in_thread("はい", message["ts"], **same)
    assert slack.in_thread("はい", message["ts"], **same) is None


def test_hostile_markup_is_carried_as_text(slack: SlackTester) -> None:
    message = escalated(slack)
    carried = slack.in_thread("<!channel> <@U0X> &lt;!here&gt; *x*", "1700000200.000100")
    assert carried
    assert "<!" not in carried["text"]
    assert "<@" not in carried["text"]
    assert all(block["text"]["type"] == "plain_text" for block in carried["blocks"] if block["type"] == "section")
    assert message["ts"] == carried["thread_ts"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (
            "こちらです <https://example.com/k.pdf?a=1&amp;b=2|契約書>",
            "こちらです 契約書（https://example.com/k.pdf?a=1&b=2）",
        ),
        ("<https://example.com/a>", "https://example.com/a"),
        ("<https://example.com|example.com>", "https://example.com"),
        ("<mailto:info@example.com|info@example.com>", "info@example.com"),
        ("<mailto:info@example.com|窓口>", "窓口（info@example.com）"),
        ("担当の<@U0SATO|佐藤>に渡しました", "担当の@佐藤に渡しました"),
        ("担当の<@U0SATO>に渡しました", "担当の（メンション）に渡しました"),
        ("窓口は <!subteam^S1|@support> です", "窓口は @support です"),
        ("急ぎです <!here>", "急ぎです @here"),
        ("<#C1|料金> をご覧ください", "#料金 をご覧ください"),
        ("<#C1|> をご覧ください", "（チャンネル） をご覧ください"),
    ],
)
def test_links_and_names_are_carried_readable(slack: SlackTester, typed: str, read: str) -> None:
    message = escalated(slack)
    carried = slack.in_thread(typed, message["ts"], channel=SUPPORT, user=STAFF)
    assert carried
    assert said([carried]) == read
    assert not [mark for mark in ("<@", "<!", "<http") if mark in carried["text"]]


@pytest.mark.parametrize("length", [3_001, 9_000, 40_000])
def test_a_long_message_is_carried_whole(slack: SlackTester, length: int) -> None:
    escalated(slack)
    text = "".join(f"{number}行目です。\n" for number in range(length))[:length].strip()
    event = {"type": "message", "channel_type": "channel", "text": text, "channel": CHANNEL}
    calls = slack.calls_of(event | {"thread_ts": "1700000200.000100"})
    carried = [call for call in calls if call["method"] == "chat.postMessage"]
    assert [faults_of_message(message) for message in carried] == [[]] * len(carried)
    assert {message["channel"] for message in carried} == {SUPPORT}
    assert said(carried) == text


def test_the_rest_of_a_long_message_is_carried_at_the_next_attempt(slack: SlackTester) -> None:
    escalated(slack)
    text = "".join(f"{number}行目です。\n" for number in range(2_000)).strip()
    slack.fake.fail("chat.postMessage", Failure(500, done=True), *[Failure(500)] * 4)
    event = {"type": "message", "channel_type": "channel", "text": text, "channel": CHANNEL}
    slack.event(event | {"thread_ts": "1700000200.000100"})
    slack.poll(1.1)
    taken = [post for post in slack.fake.of("chat.postMessage") if post["channel"] == SUPPORT and "ts" in post]
    assert said(taken[1:]) == text


def test_a_file_is_mentioned_since_it_cannot_be_carried(slack: SlackTester) -> None:
    message = escalated(slack)
    carried = slack.in_thread(
        "", message["ts"], channel=SUPPORT, user=STAFF, subtype="file_share", files=[{"id": "F1"}]
    )
    assert carried
    assert "ファイルが添付されています" in shown(carried)


def test_a_direct_message_is_escalated_in_its_thread(slack: SlackTester) -> None:
    question = slack.direct(UNKNOWN, ts="1700000220.000100")
    assert question
    message = only(slack.press(question, PRESS, channel=DIRECT), "chat.postMessage")
    carried = slack.in_thread("承りました", message["ts"], channel=SUPPORT, user=STAFF)
    assert carried
    assert (carried["channel"], carried["thread_ts"]) == (DIRECT, "1700000220.000100")
    back = slack.direct("ありがとう", thread_ts="1700000220.000100")
    assert back
    assert (back["channel"], back["thread_ts"]) == (SUPPORT, message["ts"])
    other = slack.direct("無料お試しは何日間ですか")
    assert other
    assert "10日間" in shown(other)


def test_a_private_reply_is_escalated_through_a_direct_message(slack: SlackTester) -> None:
    reply = slack.command(UNKNOWN)
    calls = slack.press(reply, PRESS, ephemeral=True)
    assert only(calls, "conversations.open")["users"] == USER
    begun, support = [call for call in calls if call["method"] == "chat.postMessage"]
    assert (begun["channel"], support["channel"]) == (f"D0{USER}", SUPPORT)
    assert UNKNOWN in shown(begun)
    assert "ダイレクトメッセージに届きます" in shown(only(calls, "response_url"))
    carried = slack.in_thread("承りました", support["ts"], channel=SUPPORT, user=STAFF)
    assert carried
    assert (carried["channel"], carried["thread_ts"]) == (f"D0{USER}", begun["ts"])


def test_the_support_channel_never_sees_personal_numbers(slack: SlackTester) -> None:
    assert "090-1234" not in shown(escalated(slack, "営業電話は断ってもらえますか 090-1234-5678"))


# -- the end --------------------------------------------------------------------------------------


def test_resolving_closes_both_sides(slack: SlackTester, app: App) -> None:
    message = escalated(slack)
    calls = slack.press(message, "解決", user=STAFF, channel=SUPPORT)
    update = only(calls, "chat.update")
    assert (update["channel"], update["ts"]) == (SUPPORT, message["ts"])
    assert "解決" not in labels(update)
    told = only(calls, "chat.postMessage")
    assert (told["channel"], told["thread_ts"]) == (CHANNEL, "1700000200.000100")
    with app.store.engine.connect() as connection:
        (row,) = connection.execute(escalations.select()).all()
    assert row.resolved_at is not None


def test_after_the_end_nothing_is_carried_and_the_bot_answers_again(slack: SlackTester) -> None:
    message = escalated(slack)
    slack.press(message, "解決", user=STAFF, channel=SUPPORT)
    assert slack.in_thread("まだいますか", message["ts"], channel=SUPPORT, user=STAFF) is None
    answer = slack.in_thread("無料お試しは何日間ですか", "1700000200.000100")
    assert answer
    assert answer["channel"] == CHANNEL
    assert "10日間" in shown(answer)


def test_resolving_twice_tells_the_asker_once(slack: SlackTester) -> None:
    message = escalated(slack)
    slack.press(message, "解決", user=STAFF, channel=SUPPORT)
    again = slack.press(message, "解決", user=EDITOR, channel=SUPPORT)
    assert not [call for call in again if call["method"] == "chat.postMessage"]


@pytest.mark.parametrize("failures", [[Failure(200, "is_archived")], [Failure(500)] * 4], ids=["archived", "500"])
def test_an_asker_who_cannot_be_told_leaves_no_dead_button(slack: SlackTester, failures: list[Failure]) -> None:
    message = escalated(slack)
    slack.fake.fail("chat.postMessage", *failures)
    calls = slack.press(message, "解決", user=STAFF, channel=SUPPORT)
    assert labels(only(calls, "chat.update")) == ["元のメッセージを見る", "FAQに追加", "この質問の正解"]
    assert "お知らせできませんでした" in shown(only(calls, "response_url"))


def test_what_was_resolved_but_not_shown_so_is_shown_at_the_next_press(slack: SlackTester) -> None:
    message = escalated(slack)
    slack.fake.fail("chat.update", Failure(200, "fatal_error"))
    failed = slack.press(message, "解決", user=STAFF, channel=SUPPORT)
    assert "受付番号" in shown(only(failed, "response_url"))
    (update,) = slack.press(message, "解決", user=STAFF, channel=SUPPORT)
    assert labels(update) == ["元のメッセージを見る", "FAQに追加", "この質問の正解"]


@pytest.mark.parametrize("who", [{"user": "U0VISITOR"}, {"user": STAFF, "team": "T0ELSEWHERE"}])
def test_guests_and_people_from_elsewhere_cannot_resolve(slack: SlackTester, who: dict[str, str]) -> None:
    slack.fake.guests.add("U0VISITOR")
    message = escalated(slack)
    calls = slack.press(message, "解決", channel=SUPPORT, **who)
    assert "担当者だけ" in only(calls, "response_url")["text"]
    assert not [call for call in calls if call["method"] == "chat.update"]


def test_where_staff_are_named_other_colleagues_cannot_resolve(slack: SlackTester) -> None:
    message = escalated(slack)
    (refused,) = slack.press(message, "解決", user="U0COLLEAGUE", channel=SUPPORT)
    assert "登録された担当者だけ" in refused["text"]
    carried = slack.in_thread("確認します", message["ts"], channel=SUPPORT, user=STAFF)
    assert carried and carried["channel"] == CHANNEL


# -- without named staff, without a support channel -----------------------------------------------


@pytest.fixture
def unnamed(app: App, fake_slack: FakeSlack) -> Iterator[SlackTester]:
    with slack_on(app, fake_slack, SUPPORT_CHANNEL=SUPPORT) as slack:
        yield slack


@pytest.fixture
def alone(app: App, fake_slack: FakeSlack) -> Iterator[SlackTester]:
    app.settings = replace(app.settings, contact_text="電話 03-0000-0000")
    with slack_on(app, fake_slack) as slack:
        yield slack


def test_where_no_staff_are_named_every_colleague_resolves(unnamed: SlackTester) -> None:
    calls = unnamed.press(escalated(unnamed), "解決", user="U0COLLEAGUE", channel=SUPPORT)
    assert "解決" not in labels(only(calls, "chat.update"))


@pytest.mark.parametrize("who", [{"user": "U0VISITOR"}, {"user": STAFF, "team": "T0ELSEWHERE"}])
def test_where_no_staff_are_named_guests_and_people_from_elsewhere_cannot(
    unnamed: SlackTester, who: dict[str, str]
) -> None:
    unnamed.fake.guests.add("U0VISITOR")
    (refused,) = unnamed.press(escalated(unnamed), "解決", channel=SUPPORT, **who)
    assert "ゲスト" in refused["text"] and "登録された" not in refused["text"]


def test_without_a_support_channel_the_way_to_the_company_is_shown(alone: SlackTester) -> None:
    message = alone.mention(UNKNOWN)
    assert message
    (told,) = alone.press(message, PRESS)
    assert "電話 03-0000-0000" in shown(told)


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found", "is_archived"])
def test_a_support_channel_that_cannot_be_written_to_shows_the_way_too(slack: SlackTester, error: str) -> None:
    message = slack.mention(UNKNOWN)
    assert message
    slack.fake.fail("chat.postMessage", Failure(200, error))
    told = only(slack.press(message, PRESS), "response_url")
    assert "担当者への連絡" in shown(told)


# -- what fails on the way ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "failures"),
    [
        ("chat.getPermalink", [Failure(200, "message_not_found")]),
        ("chat.postMessage", [Failure(200, "not_in_channel")]),
        ("chat.postMessage", [Failure(0)] * 4),
    ],
    ids=["no place", "refused", "dropped"],
)
def test_a_question_that_did_not_reach_support_can_be_sent_again(
    slack: SlackTester, method: str, failures: list[Failure]
) -> None:
    message = slack.mention(UNKNOWN)
    assert message
    slack.fake.fail(method, *failures)
    told = only(slack.press(message, PRESS), "response_url")
    assert "伝えられませんでした" in shown(told) and "担当者への連絡" in shown(told)
    again = slack.press(message, PRESS)
    assert only(again, "chat.postMessage")["channel"] == SUPPORT
    assert "担当者に伝えました" in shown(only(again, "response_url"))


def test_what_cannot_be_carried_is_taken_back(slack: SlackTester, app: App) -> None:
    message = slack.mention(UNKNOWN)
    assert message
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql(NO_ROOM)
    calls = slack.press(message, PRESS)
    posted, gone = only(calls, "chat.postMessage"), only(calls, "chat.delete")
    assert (gone["channel"], gone["ts"]) == (SUPPORT, posted["ts"])
    assert "担当者への連絡" in shown(only(calls, "response_url"))
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER no_room")
    assert "担当者に伝えました" in shown(only(slack.press(message, PRESS), "response_url"))


@pytest.mark.parametrize("failing", ["chat.getPermalink", "support", "database"])
def test_what_a_direct_message_promised_is_taken_back_with_the_rest(slack: SlackTester, app: App, failing: str) -> None:
    reply = slack.command(UNKNOWN)
    if failing == "database":
        with app.store.engine.begin() as connection:
            connection.exec_driver_sql(NO_ROOM)
    elif failing == "support":
        slack.fake.closed.add(SUPPORT)
    else:
        slack.fake.fail(failing, Failure(200, "message_not_found"))
    calls = slack.press(reply, PRESS, ephemeral=True)
    posted = [(one["channel"], one["ts"]) for one in calls if one["method"] == "chat.postMessage" and "ts" in one]
    gone = [(one["channel"], one["ts"]) for one in calls if one["method"] == "chat.delete"]
    assert posted[0][0] == f"D0{USER}"
    assert gone == posted[::-1]
    assert "伝えられませんでした" in shown(only(calls, "response_url"))


def test_without_the_database_the_way_to_the_company_is_shown(slack: SlackTester, app: App) -> None:
    message = slack.mention(UNKNOWN)
    assert message
    with app.store.engine.begin() as connection:
        claims.drop(connection)
    (told,) = slack.press(message, PRESS)
    assert "担当者への連絡" in shown(told)


def test_a_resolved_question_can_be_handed_over_again(slack: SlackTester) -> None:
    asked = slack.mention(UNKNOWN, ts="1700000200.000100")
    assert asked
    first = only(slack.press(asked, PRESS), "chat.postMessage")
    slack.press(first, "解決", user=STAFF, channel=SUPPORT)
    second = only(slack.press(asked, PRESS), "chat.postMessage")
    carried = slack.in_thread("もう一度確認します", second["ts"], channel=SUPPORT, user=STAFF)
    assert carried and carried["thread_ts"] == "1700000200.000100"
    slack.press(first, "解決", user=STAFF, channel=SUPPORT)  # a button of the first time closes nothing new
    assert slack.in_thread("急いでいます", "1700000200.000100")
    told = slack.press(second, "解決", user=STAFF, channel=SUPPORT)
    assert only(told, "chat.postMessage")["channel"] == CHANNEL


def test_days_later_an_open_question_is_still_said_to_be_handed_over(slack: SlackTester, app: App) -> None:
    message = slack.mention(UNKNOWN)
    assert message
    slack.press(message, PRESS)
    with app.store.engine.begin() as connection:
        connection.execute(claims.delete())  # as App forgets them after two days
    (told,) = slack.press(message, PRESS)
    assert "すでに" in shown(told)


def test_a_press_beside_another_one_is_not_told_that_it_has_arrived(slack: SlackTester, app: App) -> None:
    message = slack.mention(UNKNOWN)
    assert message
    reference = next(button["value"] for button in buttons(message) if button["action_id"] == "escalate")
    assert Claims(app.store.engine).claim(f"escalate:{reference}")  # by a process that is at it, or that has died of it
    (told,) = slack.press(message, PRESS)
    assert "伝えているところ" in shown(told)
    with app.store.engine.begin() as connection:
        connection.execute(claims.update().values(at=datetime.now(UTC) - timedelta(minutes=10)))
    assert only(slack.press(message, PRESS), "chat.postMessage")["channel"] == SUPPORT
