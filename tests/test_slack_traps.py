"""The traps of Slack's platform, each of them once.

Incoming text: markup, entities, blanks. Who is not a person: bots, ourselves, Slackbot, edits.
Deliveries: twice, retried, mention and message of the same text. Requests: unsigned, old, malformed,
too large. Output: nothing pings, no unfurling. Unknown events and actions are acknowledged.
"""

import io
import json
import time

import pytest
from fake_slack import BOT_ID, BOT_USER, TEAM, Failure
from slack_sdk.signature import SignatureVerifier
from slack_tester import CHANNEL, FORM, SECRET, SlackTester, shown
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bot.app import App
from bot.slack.text import escaped, plain
from bot.web.app import MAX_BODY
from knowledge.database.tables import queries

QUESTION = "無料お試しは何日間ですか"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<@U0BOT> 解約したい", "解約したい"),
        ("<@U0BOT|faq>\u00a0解約したい", "解約したい"),
        ("解約したい <@U123>さん", "解約したい  さん"),
        ("<!channel> 解約したい", "解約したい"),
        ("<!subteam^S123|@support> 解約したい", "解約したい"),
        ("<!here|here>解約したい", "解約したい"),
        ("<#C123|general> で聞いた 料金", "general で聞いた 料金"),
        ("<#C123> の件", "の件"),
        ("<https://example.com/a?b=1&amp;c=2|料金ページ> を見た", "料金ページ を見た"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<mailto:a@example.com|a@example.com> に送って", "a@example.com に送って"),
        ("20回 &lt; 25回 &amp; 超過", "20回 < 25回 & 超過"),
        ("&amp;lt; はそのまま", "&lt; はそのまま"),
        ("", ""),
        ("解約したいです :tada: :+1::skin-tone-3:", "解約したいです"),
        ("10:30:15に電話しました", "10:30:15に電話しました"),
    ],
)
def test_slack_markup_becomes_what_was_typed(written: str, meant: str) -> None:
    assert plain(written) == meant


def test_what_we_send_back_never_works_as_markup() -> None:
    assert escaped("<!channel> <@U1> & <https://x|y>") == "&lt;!channel&gt; &lt;@U1&gt; &amp; &lt;https://x|y&gt;"


def test_the_words_around_markup_still_find_the_answer(slack: SlackTester) -> None:
    message = slack.mention("<!here> 無料お試しは<#C1|何日間>ですか&amp;よろしく")
    assert message
    assert "10日間" in shown(message)


def test_an_entity_that_somebody_typed_stays_in_the_log_and_is_decided_as_its_character(
    slack: SlackTester, app: App
) -> None:
    posted = [slack.mention(f"転送 {sent} 表記で差はありますか？") for sent in ("&amp;", "&amp;amp;")]
    assert posted[0] and posted[1]
    entry = app.faq.entry("price-same-forward-or-listed")
    assert entry and all(entry.question in shown(message) for message in posted if message)
    with app.store.engine.connect() as connection:
        logged = {row.text for row in connection.execute(queries.select())}
    assert logged == {"転送 & 表記で差はありますか？", "転送 &amp; 表記で差はありますか？"}


@pytest.mark.parametrize("text", ["<!channel>", "<@U0BOT>", "　 \u200b ", "🙏🙏", ":tada:", "???"])
def test_a_question_without_words_gets_a_friendly_reply(slack: SlackTester, text: str) -> None:
    message = slack.mention(text)
    assert message
    assert "担当者への連絡" in shown(message)


def test_a_very_long_question_is_cut_and_answered_quickly(slack: SlackTester) -> None:
    started = time.perf_counter()
    message = slack.mention(QUESTION + "あ" * 100_000)
    assert message
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B0OTHER"},
        {"bot_profile": {"id": "B0OTHER"}},
        {"subtype": "bot_message", "user": None},
        {"user": "USLACKBOT"},
        {"user": BOT_USER},
        {"bot_id": BOT_ID, "user": BOT_USER},
    ],
)
def test_no_bot_and_not_ourselves_get_an_answer(slack: SlackTester, event: dict[str, object]) -> None:
    assert slack.mention(QUESTION, **event) is None
    assert slack.direct(QUESTION, **event) is None


@pytest.mark.parametrize(
    "subtype",
    ["message_changed", "message_deleted", "channel_join", "channel_topic", "assistant_app_thread"],
)
def test_events_in_which_nobody_asks_are_passed_over(slack: SlackTester, subtype: str) -> None:
    assert slack.direct(QUESTION, subtype=subtype) is None


@pytest.mark.parametrize("subtype", ["file_share", "me_message", "thread_broadcast"])
def test_a_question_with_a_file_in_the_third_person_or_broadcast_is_a_question(
    slack: SlackTester, subtype: str
) -> None:
    assert slack.direct(QUESTION, subtype=subtype) is not None


def test_a_channel_message_without_a_mention_is_not_ours(slack: SlackTester) -> None:
    assert slack.direct(QUESTION, channel_type="channel", channel=CHANNEL) is None


@pytest.mark.parametrize("first", ["app_mention", "message"])
def test_mention_and_message_of_the_same_text_are_answered_once_whichever_comes_first(
    slack: SlackTester, first: str
) -> None:
    same = {"text": f"<@{BOT_USER}> {QUESTION}", "channel": CHANNEL, "ts": "1700000777.000100"}
    events = [{"type": "app_mention"} | same, {"type": "message", "channel_type": "channel"} | same]
    for event in events if first == "app_mention" else reversed(events):
        slack.event(event)
    assert len(slack.fake.of("chat.postMessage")) == 1


def test_a_redelivered_event_is_answered_once(slack: SlackTester) -> None:
    event = {"type": "app_mention", "text": f"<@{BOT_USER}> {QUESTION}", "channel": CHANNEL, "ts": "1700000778.000100"}
    slack.event(event)
    for attempt in "123":
        headers = {"X-Slack-Retry-Num": attempt, "X-Slack-Retry-Reason": "http_timeout"}
        assert slack.event(event, **headers).status_code == 200
    assert len(slack.fake.of("chat.postMessage")) == 1


def test_an_event_whose_first_delivery_was_lost_is_answered_on_the_retry(slack: SlackTester) -> None:
    event = {"type": "app_mention", "text": f"<@{BOT_USER}> {QUESTION}", "channel": CHANNEL}
    slack.event(event, **{"X-Slack-Retry-Num": "2", "X-Slack-Retry-Reason": "http_timeout"})
    assert len(slack.fake.of("chat.postMessage")) == 1


def test_two_questions_in_one_thread_are_two_questions(slack: SlackTester) -> None:
    assert slack.mention(QUESTION, thread_ts="1700000100.000100")
    assert slack.mention(QUESTION, thread_ts="1700000100.000100")


def test_unknown_events_and_actions_are_acknowledged(slack: SlackTester) -> None:
    for kind in ("reaction_added", "team_join", "a_type_of_next_year"):
        assert slack.event({"type": kind}).status_code == 200
    message = {
        "blocks": [{"type": "actions", "elements": [{"type": "button", "text": {"text": "x"}, "action_id": "odd"}]}]
    }
    assert slack.press(message, "x") == []


def test_a_link_button_is_acknowledged_and_does_nothing_else(slack: SlackTester) -> None:
    message = slack.mention(QUESTION)
    assert message
    assert slack.press(message, "もとのページを見る") == []


def test_mentions_in_a_query_never_come_back(slack: SlackTester) -> None:
    for message in (slack.mention("解約 <!channel> <@U999> &lt;!channel&gt;"), slack.command("&lt;@U999&gt; 解約")):
        assert message
        assert "<!" not in json.dumps(message)
        assert "<@" not in json.dumps(message)


def test_links_in_answers_are_not_unfurled(slack: SlackTester) -> None:
    message = slack.mention(QUESTION)
    assert message
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


def test_the_url_verification_of_a_new_app_is_answered(slack: SlackTester) -> None:
    response = slack.send(json.dumps({"type": "url_verification", "challenge": "c-123"}), "application/json")
    assert (response.status_code, response.get_json()) == (200, {"challenge": "c-123"})


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [
        ("", ""),
        ("now", ""),
        ("now", "v0=wrong"),
        ("now", "v0=\xe9\x80"),
        ("not a number", "v0=1"),
        ("９" * 10, "v0=1"),
        ("9" * 400, "v0=1"),
        ("9" * 5_000, "v0=1"),
        ("-" + "9" * 400, "v0=1"),
    ],
)
@pytest.mark.parametrize("body", [b"{not json", b"{}", b"\xff\xfe"])
def test_an_unsigned_request_is_refused_before_it_is_read(
    slack: SlackTester, caplog: pytest.LogCaptureFixture, timestamp: str, signature: str, body: bytes
) -> None:
    values = {"Request-Timestamp": timestamp.replace("now", str(int(time.time()))), "Signature": signature}
    headers = {f"X-Slack-{name}": value.encode().decode("latin-1") for name, value in values.items()}
    response = slack.client.post("/slack/events", data=body, content_type="application/json", headers=headers)
    assert response.status_code == (400 if body == b"\xff\xfe" else 401)
    assert slack.fake.calls == [] and "Traceback" not in caplog.text


def test_an_old_signed_request_is_refused(slack: SlackTester) -> None:
    body, stamp = b'{"type":"event_callback"}', str(int(time.time()) - 600)
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
    assert slack.client.post("/slack/events", data=body, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"{not json", b"[1, 2]", b'"text"', b"\xff\xfe", b"null", b"payload=%7Bbroken", b"payload=[1]", b"", b"\x00"],
)
def test_a_signed_but_malformed_body_is_refused_without_a_traceback(slack: SlackTester, body: bytes) -> None:
    for content_type in ("application/json", "application/x-www-form-urlencoded"):
        assert slack.send(body, content_type).status_code in (200, 400, 404)


@pytest.mark.parametrize("depth", [900, 5_000, 200_000])
@pytest.mark.parametrize(
    "start", ['{"type": "event_callback", "event": {"type": "app_mention", "blocks": ', "payload="]
)
def test_a_signed_body_of_endless_depth_is_refused_without_a_traceback(
    slack: SlackTester, caplog: pytest.LogCaptureFixture, start: str, depth: int
) -> None:
    body = start + "[" * depth + "]" * depth + "}" * start.count("{")
    status = slack.send(body, "application/json" if "{" in start else FORM).status_code
    assert status == 400 or depth == 900
    assert "RecursionError" not in caplog.text


def test_a_body_beyond_the_limit_is_refused(slack: SlackTester) -> None:
    assert slack.send(b"x" * (MAX_BODY + 1), "application/json").status_code == 413


@pytest.mark.parametrize("path", ["/slack/events", "/choose"])
def test_no_more_of_a_huge_body_is_read_when_it_does_not_say_its_length(slack: SlackTester, path: str) -> None:
    environ = EnvironBuilder(path, method="POST", content_type=FORM).get_environ()
    del environ["CONTENT_LENGTH"]  # in chunks, as some servers hand them on
    body = io.BytesIO(b"entry=" + b"x" * (4 * MAX_BODY))
    environ |= {"wsgi.input": body, "wsgi.input_terminated": True}
    _, status, _ = run_wsgi_app(slack.client.application, environ, buffered=True)
    assert status.startswith("4")
    assert 0 < body.tell() <= MAX_BODY


def test_a_failing_slack_call_is_retried(slack: SlackTester) -> None:
    slack.fake.fail("chat.postMessage", Failure(429, "ratelimited", {"Retry-After": "0"}), Failure(503))
    slack.event({"type": "app_mention", "text": f"<@{BOT_USER}> {QUESTION}", "channel": CHANNEL})
    assert len(slack.fake.of("chat.postMessage")) == 3


def test_a_listener_that_fails_tells_the_person_a_reference_and_nothing_else(
    slack: SlackTester, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fake.fail("chat.postMessage", Failure(200, "msg_too_long"))
    slack.event({"type": "app_mention", "text": f"<@{BOT_USER}> {QUESTION}", "channel": CHANNEL})
    told = slack.fake.of("chat.postMessage")[-1]
    reference = shown(told).split("受付番号 ")[1].split("）")[0]
    assert "処理できませんでした" in shown(told)
    assert "msg_too_long" not in shown(told)
    assert reference in caplog.text
    assert QUESTION not in caplog.text


def test_the_query_log_keeps_no_name_and_no_number(slack: SlackTester, app: App) -> None:
    slack.mention("090-1234-5678 の鈴木です。a.b@example.com に解約の案内を送って")
    with app.store.engine.connect() as connection:
        (row,) = connection.execute(queries.select()).all()
    assert row.door == "slack"
    assert "1234" not in row.text
    assert "example.com" not in row.text
    assert "U0ASKER" not in row.asker
    assert TEAM not in row.asker
    assert len(row.asker) == 32
