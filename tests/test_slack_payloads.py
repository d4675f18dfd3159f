"""The words of a message are read wherever Slack puts them.

1. Forwarded messages, tables, messages of blocks alone, webhooks, mail, snippets and voice clips have words, wherever a
   message is read: mentions, direct messages, edits, FAQを検索, FAQに追加.
2. What a person types comes twice, as text and as rich text, and is read once. Unfurled links are nobody's words.
3. A payload of any shape is read without an error, `"text": null` too; a message without words is offered no entries.
"""

import json
from typing import Any

import pytest
from fake_slack import BOT_USER
from hypothesis import given
from hypothesis import strategies as st
from slack_tester import DIRECT, EDITOR, STAFF, USER, SlackTester, opened, shown

from bot.slack.delivery.incoming import kind_of
from bot.slack.payload_text import Forwarded, parts_of, words
from bot.slack.text import plain

Payload = dict[str, Any]
QUESTION = "無料お試しは何日間ですか"


def rich(*elements: Payload) -> list[Payload]:
    return [{"type": "rich_text", "block_id": "b", "elements": list(elements)}]


def section(*elements: Payload) -> Payload:
    return {"type": "rich_text_section", "elements": list(elements)}


def typed(text: str, **style: bool) -> Payload:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def cell(text: str) -> Payload:
    return {"type": "rich_text", "elements": [section(typed(text))]}


TABLE = {
    "type": "table",
    "rows": [
        [{"type": "raw_text", "text": "項目"}, cell("質問")],
        [{"type": "raw_text", "text": "1"}, cell(QUESTION)],
    ],
}
FORWARD = {
    "is_msg_unfurl": True,
    "is_share": True,
    "from_url": "https://home.slack.com/archives/C9/p1",
    "author_id": "U0CUSTOMER",
    "author_name": "山田 花子",
    "author_subname": "花子",
    "channel_id": "C9",
    "ts": "1.1",
    "fallback": f"[11月1日 10:00 AM] 花子: {QUESTION}",
    "message_blocks": [
        {"team": "T0HOME", "channel": "C9", "ts": "1.1", "message": {"blocks": rich(section(typed(QUESTION)))}}
    ],
    "mrkdwn_in": ["text"],
}
MESSAGES: dict[str, Payload] = {
    "forwarded": {"text": "", "attachments": [FORWARD | {"text": QUESTION}]},
    "forwarded, its text in blocks alone": {"text": "", "attachments": [FORWARD]},
    "forwarded, seen as a fallback alone": {
        "text": None,
        "attachments": [{"is_share": True, "author_name": "花子", "fallback": QUESTION}],
    },
    "a table": {"text": "", "attachments": [{"id": 1, "blocks": [TABLE], "fallback": "[no preview available]"}]},
    "a table among the blocks": {"text": "", "blocks": [TABLE]},
    "rich text": {"text": "", "blocks": rich(section(typed("無料お試しは", bold=True), typed("何日間ですか")))},
    "a quote": {"text": None, "blocks": rich({"type": "rich_text_quote", "elements": [typed(QUESTION)]})},
    "code": {"blocks": rich({"type": "rich_text_preformatted", "elements": [typed(QUESTION)], "border": 0})},
    "a list": {
        "text": None,
        "blocks": rich({"type": "rich_text_list", "style": "bullet", "elements": [section(typed(QUESTION))]}),
    },
    "a section": {"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"*{QUESTION}*"}}]},
    "fields": {"text": "", "blocks": [{"type": "section", "fields": [{"type": "plain_text", "text": QUESTION}]}]},
    "Markdown": {"text": "", "blocks": [{"type": "markdown", "text": QUESTION}]},
    "a mail": {
        "text": "",
        "subtype": "file_share",
        "files": [{"id": "F1", "mode": "email", "filetype": "email", "subject": "お尋ね", "plain_text": QUESTION}],
    },
    "a snippet": {
        "text": "",
        "subtype": "file_share",
        "files": [{"id": "F2", "mode": "snippet", "name": "q.txt", "preview": QUESTION, "preview_is_truncated": False}],
    },
    "a voice clip": {
        "text": "",
        "subtype": "file_share",
        "files": [
            {
                "id": "F3",
                "subtype": "slack_audio",
                "transcription": {"status": "complete", "preview": {"content": QUESTION, "has_more": False}},
            }
        ],
    },
}
BESIDE_TEXT = {name: one for name, one in MESSAGES.items() if one.get("blocks", [{}])[0].get("type") != "rich_text"}
POSTED_BY_PROGRAMS: dict[str, Payload] = {
    "a webhook's text": {"text": "", "attachments": [{"color": "36a64f", "text": QUESTION, "fallback": "問い合わせ"}]},
    "a webhook's fields": {
        "text": "新しい問い合わせ",
        "attachments": [{"fields": [{"title": "お名前", "value": "山田"}, {"title": "内容", "value": QUESTION}]}],
    },
    "a program's rich text": {"text": "新着", "blocks": rich(section(typed(QUESTION)))},
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_words_outside_the_text_are_answered_in_a_direct_message(slack: SlackTester, message: Payload) -> None:
    (answer,) = slack.calls_of({"type": "message", "channel_type": "im", "channel": DIRECT} | message)
    assert answer
    assert "読み取れませんでした" not in shown(answer)
    assert "無料お試し" in shown(answer)


@pytest.mark.parametrize("message", BESIDE_TEXT.values(), ids=BESIDE_TEXT)
def test_words_outside_the_text_are_answered_in_a_mention(slack: SlackTester, message: Payload) -> None:
    mentioned = f"<@{BOT_USER}>"
    calls = slack.calls_of({"type": "app_mention", "channel": "C0GENERAL"} | message | {"text": mentioned})
    (answer,) = [call for call in calls if call["method"] == "chat.postMessage"]
    assert "無料お試し" in shown(answer)


@pytest.mark.parametrize("message", (MESSAGES | POSTED_BY_PROGRAMS).values(), ids=MESSAGES | POSTED_BY_PROGRAMS)
@pytest.mark.parametrize(("shortcut", "user"), [("search_message", STAFF), ("add_message", EDITOR)])
def test_words_outside_the_text_are_read_by_the_shortcuts(
    slack: SlackTester, message: Payload, shortcut: str, user: str
) -> None:
    by = {"bot_id": "B0HOOK", "subtype": "bot_message"} if message in POSTED_BY_PROGRAMS.values() else {}
    view = opened(slack.shortcut(shortcut, "", user=user, message={"text": None} | message | by))
    assert QUESTION in json.dumps(view, ensure_ascii=False).replace("*", "")
    assert "無料お試しはどのような内容ですか" in shown(view)


@pytest.mark.parametrize(
    "message",
    [{"text": None}, {"text": ""}, {"text": ":tada:"}, {"text": None, "files": [{"name": "写真.png"}]}],
)
def test_a_message_without_words_is_offered_no_entries(slack: SlackTester, message: Payload) -> None:
    search = opened(slack.shortcut("search_message", "", user=STAFF, message=message))
    assert "合う質問が見つかりませんでした" in shown(search)
    assert "0.00" not in shown(search)
    add = opened(slack.shortcut("add_message", "", user=EDITOR, message=message))
    assert "言い方に追加" not in shown(add)


def test_a_message_of_which_the_words_are_edited_in_its_blocks_is_read_again(slack: SlackTester) -> None:
    ts = "1700000800.000100"
    assert slack.direct(None, blocks=rich(section(typed("支払い方法"))), ts=ts)  # type: ignore[arg-type]
    message = {"text": None, "blocks": rich(section(typed(QUESTION))), "edited": {"user": USER, "ts": "1.1"}}
    before = {"user": USER, "ts": ts, "text": None, "blocks": rich(section(typed("支払い方法")))}
    where = {"channel": DIRECT, "channel_type": "im", "previous_message": before}
    (update,) = slack.edit(ts, "", "", message=message, **where)
    assert "10日間" in shown(update)


def test_a_voice_clip_is_answered_once_slack_has_written_down_what_it_says(slack: SlackTester) -> None:
    ts, files = "1700000801.000100", [{"id": "F3", "transcription": {"status": "processing"}}]
    answer = slack.direct("", subtype="file_share", files=files, ts=ts)
    assert answer and "読み取れませんでした" in shown(answer)
    said = {"type": "message", "subtype": "file_share", "user": USER, "ts": ts, "text": ""}
    where = {"channel": DIRECT, "channel_type": "im"}
    heard = {"message": MESSAGES["a voice clip"] | said, "previous_message": said | {"files": files}}
    (update,) = slack.calls_of({"type": "message", "subtype": "message_changed"} | heard | where)
    assert (update["method"], update["ts"]) == ("chat.update", answer["ts"])
    assert "10日間" in shown(update)


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"text": "*無料*お試し", "blocks": rich(section(typed("無料", bold=True), typed("お試し")))}, "*無料*お試し"),
        ({"text": "見て <https://x.example>", "attachments": [{"original_url": "https://x.example", "text": "頁"}]},
         "見て <https://x.example>"),
        ({"text": "これ", "attachments": [FORWARD | {"text": "はい"}]}, "これ\nはい"),
        ({"text": "表です", "attachments": [{"blocks": [TABLE]}]}, f"表です\n項目 | 質問\n1 | {QUESTION}"),
        ({"text": "同じ", "attachments": [{"text": "同じ", "fallback": "違う"}]}, "同じ"),
        ({"blocks": rich(section(typed("20 < 25 & 30"), {"type": "emoji", "name": "tada"}))}, "20 &lt; 25 & 30:tada:"),
        (
            {
                "blocks": rich(
                    section(
                        {"type": "user", "user_id": "U1"},
                        {"type": "link", "url": "https://x.example", "text": "頁"},
                        {"type": "channel", "channel_id": "C1"},
                        {"type": "usergroup", "usergroup_id": "S1"},
                        {"type": "broadcast", "range": "here"},
                    )
                )
            },
            "<@U1><https://x.example|頁><#C1><!subteam^S1><!here>",
        ),
        ({"text": "This content can't be displayed.", "blocks": [TABLE]}, f"項目 | 質問\n1 | {QUESTION}"),
    ],
)  # fmt: skip
def test_each_word_is_read_once(message: Payload, read: str) -> None:
    assert words(message) == read


def test_it_is_known_who_wrote_what_was_forwarded_and_what_files_are_called() -> None:
    files = [{"name": "見積.pdf", "permalink": "https://home.slack.com/files/F1", "is_public": True}, {"title": "写真"}]
    found = parts_of({"text": "お願いします", "attachments": [FORWARD], "files": files})
    assert (found.text, found.forwarded) == ("お願いします", (Forwarded("山田 花子", QUESTION),))
    assert [(file.name, file.permalink, file.is_public) for file in found.files] == [
        ("見積.pdf", "https://home.slack.com/files/F1", True),
        ("写真", "", False),
    ]


NAMES = [
    "type",
    "text",
    "blocks",
    "attachments",
    "elements",
    "rows",
    "fields",
    "files",
    "title",
    "value",
    "pretext",
    "fallback",
    "is_share",
    "message_blocks",
    "message",
    "author_name",
    "transcription",
    "preview",
    "content",
    "plain_text",
    "subject",
    "name",
    "range",
    "url",
    "user_id",
    "edited",
    "ts",
    "thread_ts",
    "user",
    "previous_message",
    "subtype",
    "channel",
    "channel_type",
    "permalink",
    "is_public",
    "from_url",
    "bot_id",
]
TYPES = [
    "rich_text",
    "rich_text_section",
    "rich_text_list",
    "table",
    "section",
    "context",
    "mrkdwn",
    "text",
    "link",
    "user",
    "broadcast",
    "emoji",
    "message",
    "message_changed",
    "app_mention",
    "im",
    "tombstone",
]
VALUES = st.sampled_from([*TYPES, "<@U0BOT> 解約", ""])
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | VALUES | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=40,
)


@given(st.dictionaries(st.sampled_from(NAMES), SHAPES, max_size=8))
def test_a_payload_of_any_shape_is_read(message: Payload) -> None:
    read = words(message)
    assert isinstance(plain(read), str)
    own = parts_of(message)
    texts = [own.text, *(one.text for one in own.forwarded), *(one.text for one in own.files)]
    assert all(isinstance(part, str) for part in texts)
    if isinstance(message.get("text"), str) and plain(message["text"]):
        assert read.startswith(message["text"].strip())


@given(SHAPES, SHAPES)
def test_an_event_of_any_shape_is_sorted(message: Any, before: Any) -> None:
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "channel_type": "im"}
    kind_of({"type": "event_callback", "event": event | {"message": message, "previous_message": before}})
    kind_of({"type": "event_callback", "event": event | (message if isinstance(message, dict) else {})})


def test_blocks_within_blocks_without_end_are_read_as_far_as_slack_nests_them() -> None:
    deep: Payload = {"type": "rich_text_list", "elements": []}
    for _ in range(50_000):
        deep = {"type": "rich_text_list", "elements": [deep]}
    assert words({"blocks": rich(deep)}) == ""
