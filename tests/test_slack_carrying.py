"""What both sides of an escalation say reaches the other side as it was meant, also what they change about it.

1. Mentions of the bot, forwarded messages, tables, /me and names of files are carried; files to those who can see them.
2. Edits and deletions are carried both ways, of the question too.
3. Each side is told who wrote: the asker, somebody else, support, a guest among support.
4. Talk among support stays inside, and its writer is told so.
5. After `/faq` the whole direct conversation is carried until 解決; in group direct messages a thread is.
6. An escalation brings so many messages an hour to one side, and says once that there are more.
"""

from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import BOT_USER, Failure
from slack_tester import CHANNEL, DIRECT, STAFF, SUPPORT, USER, SlackTester, buttons, only, shown
from test_slack_escalation import PRESS, UNKNOWN, escalated, said

from bot.app import App
from bot.slack.carrying import MOST_AN_HOUR
from knowledge.database.tables import carried
from knowledge.questions.asker_data import erase_asker

THREAD = "1700000200.000100"
PRICE, RIGHT_PRICE = "月額3,000円です", "月額30,000円です"


def from_support(slack: SlackTester, text: str, message: dict[str, Any], **event: Any) -> dict[str, Any] | None:
    return slack.in_thread(text, message["ts"], **{"channel": SUPPORT, "user": STAFF} | event)


def test_a_mention_in_an_escalated_thread_is_carried(slack: SlackTester) -> None:
    message = escalated(slack)
    reached = slack.mention("無料お試しは何日間ですか", thread_ts=THREAD)
    assert reached
    assert (reached["channel"], reached["thread_ts"]) == (SUPPORT, message["ts"])
    assert "無料お試しは何日間ですか" in said([reached])


def test_support_may_ask_the_bot_in_their_thread(slack: SlackTester) -> None:
    message = escalated(slack)
    answer = slack.mention("無料お試しは何日間ですか", thread_ts=message["ts"], channel=SUPPORT, user=STAFF)
    assert answer
    assert (answer["channel"], answer["thread_ts"]) == (SUPPORT, message["ts"])
    assert "10日間" in shown(answer)


# -- edits and deletions --------------------------------------------------------------------------


@pytest.mark.parametrize("is_resolved", [False, True], ids=["open", "resolved"])
def test_what_support_corrects_is_corrected_at_the_asker(
    slack: SlackTester,
    is_resolved: bool,  # noqa: FBT001
) -> None:
    message = escalated(slack)
    copy = from_support(slack, PRICE, message, ts="1700000210.000100")
    assert copy
    if is_resolved:
        slack.press(message, "解決", user=STAFF, channel=SUPPORT)
    where = {"channel": SUPPORT, "message": {"user": STAFF, "thread_ts": message["ts"]}}
    (update,) = slack.edit("1700000210.000100", PRICE, RIGHT_PRICE, **where)
    assert (update["method"], update["channel"], update["ts"]) == ("chat.update", CHANNEL, copy["ts"])
    assert said([update]) == RIGHT_PRICE
    assert "担当者より（書き直されました）" in shown(update)


def test_what_the_asker_corrects_is_corrected_at_support(slack: SlackTester) -> None:
    escalated(slack)
    copy = slack.in_thread("12日です", THREAD, ts="1700000211.000100")
    assert copy
    for before, after in (("12日です", "13日です"), ("13日です", "14日です")):
        (update,) = slack.edit("1700000211.000100", before, after, message={"thread_ts": THREAD})
        assert (update["channel"], update["ts"], said([update])) == (SUPPORT, copy["ts"], after)


@pytest.mark.parametrize("is_stone", [False, True], ids=["deleted", "stone"])
def test_what_either_side_deletes_is_marked_at_the_other(
    slack: SlackTester,
    is_stone: bool,  # noqa: FBT001
) -> None:
    message = escalated(slack)
    at_asker = from_support(slack, PRICE, message, ts="1700000212.000100")
    at_support = slack.in_thread("間違えました", THREAD, ts="1700000213.000100")
    assert at_asker and at_support
    delete = slack.bury if is_stone else slack.delete
    for ts, copy, channel in (("1700000212.000100", at_asker, SUPPORT), ("1700000213.000100", at_support, CHANNEL)):
        (update,) = delete(ts, channel=channel)
        assert (update["method"], update["channel"], update["ts"]) == ("chat.update", copy["channel"], copy["ts"])
        assert "取り消しました" in shown(update)
        assert said([update]) == ""


def test_a_message_that_becomes_longer_or_shorter_is_carried_whole(slack: SlackTester) -> None:
    escalated(slack)
    short, long = "短い", "".join(f"{number}行目です。\n" for number in range(2_000)).strip()
    first = slack.in_thread(short, THREAD, ts="1700000214.000100")
    assert first
    calls = slack.edit("1700000214.000100", short, long, message={"thread_ts": THREAD})
    assert [call["method"] for call in calls] == ["chat.update", "chat.postMessage"]
    assert said(calls) == long
    back = slack.edit("1700000214.000100", long, short, message={"thread_ts": THREAD})
    assert [call["method"] for call in back] == ["chat.update"] * 2
    assert said(back) == short


def test_a_copy_that_is_gone_is_no_trouble(slack: SlackTester) -> None:
    escalated(slack)
    slack.in_thread("はい", THREAD, ts="1700000215.000100")
    slack.fake.fail("chat.update", *[Failure(200, "message_not_found")] * 2)
    assert len(slack.edit("1700000215.000100", "はい", "いいえ", message={"thread_ts": THREAD})) == 1
    assert len(slack.delete("1700000215.000100")) == 1


def test_support_sees_that_the_question_itself_is_rewritten_or_deleted(slack: SlackTester) -> None:
    message = escalated(slack)
    (told,) = slack.edit(THREAD, UNKNOWN, f"<@{BOT_USER}> 弥生土器の文様")
    assert (told["method"], told["channel"], told["thread_ts"]) == ("chat.postMessage", SUPPORT, message["ts"])
    assert "弥生土器の文様" in said([told])
    (again,) = slack.edit(THREAD, "弥生土器の文様", f"<@{BOT_USER}> 埴輪")
    assert (again["method"], again["ts"]) == ("chat.update", told["ts"])
    calls = slack.bury(THREAD)
    assert [call["channel"] for call in calls] == [SUPPORT, CHANNEL]
    assert calls[1]["method"] == "chat.delete"


def test_a_message_deleted_before_it_was_carried_is_not_carried(slack: SlackTester) -> None:
    escalated(slack)
    assert slack.delete("1700000216.000100") == []
    assert slack.in_thread("はい", THREAD, ts="1700000216.000100") is None


# -- every kind of message ------------------------------------------------------------------------


def test_a_forwarded_message_is_carried_with_its_author(slack: SlackTester) -> None:
    message = escalated(slack)
    shared = {"is_share": True, "author_name": "山田 花子", "text": "締日は&lt;末日&gt;です", "fallback": "x"}
    copy = from_support(slack, "", message, attachments=[shared])
    assert copy
    assert said([copy]) == "転送されたメッセージ（山田 花子）:\n締日は<末日>です"


def test_a_table_is_carried(slack: SlackTester) -> None:
    message = escalated(slack)
    rows = [[{"type": "raw_text", "text": text} for text in row] for row in (("プラン", "料金"), ("A", "1万円"))]
    copy = from_support(slack, "表です", message, attachments=[{"blocks": [{"type": "table", "rows": rows}]}])
    assert copy
    assert said([copy]) == "表です\nプラン | 料金\nA | 1万円"


@pytest.mark.parametrize("event", [{"subtype": "me_message"}, {"subtype": "thread_broadcast"}])
def test_what_is_said_in_another_way_is_carried(slack: SlackTester, event: dict[str, str]) -> None:
    escalated(slack)
    copy = slack.in_thread("は急いでいます", THREAD, **event)
    assert copy and copy["channel"] == SUPPORT


FILE = {"id": "F1", "name": "見積.pdf", "permalink": "https://home.slack.com/files/U0/F1/見積.pdf"}


@pytest.mark.parametrize("is_public", [False, True])
def test_a_file_is_named_and_handed_over_to_those_alone_who_can_see_it(
    slack: SlackTester,
    is_public: bool,  # noqa: FBT001
) -> None:
    message = escalated(slack)
    files = {"subtype": "file_share", "files": [FILE | {"is_public": is_public}]}
    at_support = slack.in_thread("こちらです", THREAD, **files)
    at_asker = from_support(slack, "", message, **files)
    for copy in (at_support, at_asker):
        assert copy
        assert "見積.pdf" in said([copy])
        assert (FILE["permalink"] in said([copy])) is is_public
        assert ("ファイルが添付されています" in said([copy])) is not is_public
    hints = slack.fake.of("chat.postEphemeral")
    assert [hint["user"] for hint in hints] == ([] if is_public else [STAFF])


def test_a_voice_clip_is_carried_with_its_words(slack: SlackTester) -> None:
    escalated(slack)
    clip = {"name": "audio.m4a", "transcription": {"status": "complete", "preview": {"content": "急いでいます"}}}
    copy = slack.in_thread("", THREAD, subtype="file_share", files=[clip])
    assert copy and "急いでいます" in said([copy])


# -- who wrote ------------------------------------------------------------------------------------


def test_each_side_is_told_who_wrote(slack: SlackTester) -> None:
    slack.fake.guests.add("U0VISITOR")
    message = escalated(slack)
    asker = slack.in_thread("私です", THREAD)
    another = slack.in_thread("横から失礼します", THREAD, user="U0OTHER")
    colleague = from_support(slack, "確認します", message, user="U0COLLEAGUE")
    guest = from_support(slack, "たぶん無料です", message, user="U0VISITOR")
    elsewhere = from_support(slack, "有料です", message, user_team="T0ELSEWHERE")
    texts = [shown(copy) for copy in (asker, another, colleague, guest, elsewhere) if copy]
    assert ["質問した方より" in text for text in texts] == [True, False, False, False, False]
    assert ["担当者より" in text for text in texts] == [False, False, True, False, False]
    assert "別の方より" in texts[1]
    assert "ゲスト" in texts[3]


# -- inside ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["<@U0COLLEAGUE>", "<@U0COLLEAGUE|佐藤>", "<!subteam^S1|@support>", "<!here>"])
def test_talk_among_support_stays_inside_and_its_writer_is_told_so(slack: SlackTester, to: str) -> None:
    message = escalated(slack)
    assert from_support(slack, f"{to} この料金どう思います？", message) is None
    (hint,) = slack.fake.of("chat.postEphemeral")
    assert (hint["channel"], hint["user"], hint["thread_ts"]) == (SUPPORT, STAFF, message["ts"])
    assert "届けていません" in shown(hint)


def test_what_support_addresses_to_the_asker_is_carried(slack: SlackTester) -> None:
    message = escalated(slack)
    copy = from_support(slack, f"<@{USER}> さん、承りました", message)
    assert copy and copy["channel"] == CHANNEL


def test_what_support_had_said_inside_is_carried_once_it_no_longer_begins_with_a_mention(slack: SlackTester) -> None:
    message = escalated(slack)
    assert from_support(slack, "<@U0COLLEAGUE> 承りました", message, ts="1700000217.000100") is None
    where = {"channel": SUPPORT, "message": {"user": STAFF, "thread_ts": message["ts"]}}
    (copy,) = slack.edit("1700000217.000100", "<@U0COLLEAGUE> 承りました", "承りました", **where)
    assert (copy["method"], copy["channel"]) == ("chat.postMessage", CHANNEL)


# -- direct conversations -------------------------------------------------------------------------


def test_after_a_private_question_the_whole_direct_conversation_is_carried_until_it_is_resolved(
    slack: SlackTester,
) -> None:
    slack.direct("無料お試しは何日間ですか", channel=f"D0{USER}")  # an earlier question changes nothing
    calls = slack.press(slack.command(UNKNOWN), PRESS, ephemeral=True)
    begun, support = [call for call in calls if call["method"] == "chat.postMessage"]
    assert "ここに書いたことは担当者に届きます" in shown(begun)
    beside = slack.direct("急いでいます", channel=begun["channel"])
    inside = slack.direct("お願いします", channel=begun["channel"], thread_ts=begun["ts"])
    for copy in (beside, inside):
        assert copy
        assert (copy["channel"], copy["thread_ts"]) == (SUPPORT, support["ts"])
    slack.press(support, "解決", user=STAFF, channel=SUPPORT)
    answer = slack.direct("無料お試しは何日間ですか", channel=begun["channel"])
    assert answer
    assert "10日間" in shown(answer)


def test_of_two_questions_in_one_message_each_can_be_handed_over_into_one_thread(slack: SlackTester) -> None:
    message = slack.mention("無料お試しは何日間ですか？途中でやめたら違約金を取られますか？", ts=THREAD)
    assert message
    presses = [one for one in buttons(message) if one["action_id"] == "escalate"]
    assert len(presses) == 2
    support: list[dict[str, Any]] = []
    for button in presses:
        action = button | {"block_id": "b", "action_ts": "1.0"}
        support += [call for call in slack.act(message, action) if call["method"] == "chat.postMessage"]
    assert {post["channel"] for post in support} == {SUPPORT}
    assert all(post["thread_ts"] == support[0]["ts"] for post in support[1:])
    copy = slack.in_thread("急いでいます", THREAD)
    assert copy and copy["thread_ts"] == support[0]["ts"]


def test_an_answer_in_an_escalated_thread_is_handed_over_into_the_same_thread(slack: SlackTester) -> None:
    first = slack.mention("無料お試しは何日間ですか", ts=THREAD)
    second = slack.in_thread("番号は専用ですか", THREAD)
    assert first and second
    support = only(slack.press(first, PRESS), "chat.postMessage")
    further = slack.press(second, PRESS)
    post = only(further, "chat.postMessage")
    assert (post["channel"], post["thread_ts"]) == (SUPPORT, support["ts"])
    assert "番号は専用ですか" in shown(post)
    assert "すでに" in shown(only(slack.press(second, PRESS), "response_url"))


def test_beside_a_handed_over_direct_question_the_bot_answers_on(slack: SlackTester) -> None:
    question = slack.direct(UNKNOWN, ts="1700000220.000100")
    assert question
    slack.press(question, PRESS, channel=DIRECT)
    answer = slack.direct("無料お試しは何日間ですか")
    assert answer
    assert answer["channel"] == DIRECT


def test_in_a_group_direct_message_the_askers_words_are_carried(slack: SlackTester) -> None:
    group = {"channel": "G0GROUP", "channel_type": "mpim"}
    asked = slack.mention(UNKNOWN, ts=THREAD, channel="G0GROUP")
    assert asked
    support = only(slack.press(asked, PRESS, channel="G0GROUP"), "chat.postMessage")
    copy = slack.in_thread("急いでいます", THREAD, **group)
    assert copy
    assert (copy["channel"], copy["thread_ts"]) == (SUPPORT, support["ts"])


# -- so many an hour ------------------------------------------------------------------------------


def test_a_flood_is_carried_up_to_the_limit_and_told_of_once(slack: SlackTester, app: App) -> None:
    message = escalated(slack)
    before = len(slack.fake.of("chat.postMessage"))
    for number in range(MOST_AN_HOUR + 10):
        slack.in_thread(f"{number}通目", THREAD)
    posts = slack.fake.of("chat.postMessage")[before:]
    at_support = [post for post in posts if post["channel"] == SUPPORT]
    (notice,) = [post for post in posts if post["channel"] == CHANNEL]
    assert len(at_support) == MOST_AN_HOUR
    assert "届いていません" in shown(notice)
    assert from_support(slack, "承りました", message)  # the other direction has its own
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(carried).values(at=sa.func.datetime(carried.c.at, "-61 minutes")))
    assert slack.in_thread("もう一度", THREAD)


def test_what_was_carried_is_forgotten_with_its_asker(slack: SlackTester, app: App) -> None:
    escalated(slack)
    slack.in_thread("はい", THREAD)
    with app.store.engine.begin() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(carried)) == 1
    erase_asker(app.store.engine, app.log.asker_hash(USER))
    with app.store.engine.begin() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(carried)) == 0
