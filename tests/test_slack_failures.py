"""Slack fails, repeats itself, mixes up the order and closes the line: nobody is left without a word, nothing twice.

HTTP: 429 with Retry-After, 500, 503, a dropped connection, a slow answer, errors Slack explains.
Deliveries: twice, retried with headers, out of order. Socket Mode: acknowledgement, redelivery, reconnection.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ssl import CERT_REQUIRED
from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import BOT_USER, TEAM, Failure, FakeSlack
from slack_bolt import BoltRequest
from slack_sdk import WebClient
from slack_tester import CHANNEL, EDITOR, SECRET, STAFF, TOKEN, USER, SlackTester, choices, only, opened, shown
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from bot.app import App
from bot.settings import read_settings
from bot.slack.app import create_slack
from bot.slack.delivery import responding
from bot.slack.socket_mode import connect_socket
from knowledge.database.tables import queries

QUESTION = "無料お試しは何日間ですか"


@pytest.mark.parametrize(
    "failures",
    [
        [Failure(429, "ratelimited", {"Retry-After": "0"})],
        [Failure(429, "ratelimited", {"Retry-After": "0.2"})],
        [Failure(429, "ratelimited", {"Retry-After": "0"})] * 2,
        [Failure(500)],
        [Failure(503)],
        [Failure(0)],
    ],
    ids=["429", "429 for a moment", "429 twice", "500", "503", "dropped"],
)
def test_a_passing_failure_is_retried_and_answered_once(slack: SlackTester, failures: list[Failure]) -> None:
    slack.fake.fail("chat.postMessage", *failures)
    slack.event({"type": "app_mention", "text": QUESTION, "channel": CHANNEL})
    posts = slack.fake.wait_for("chat.postMessage", len(failures) + 1)
    slack.wait()
    assert len(posts) == len(failures) + 1
    assert "ts" in posts[-1]
    assert "10日間" in shown(posts[-1])


def test_a_reply_that_slack_took_and_did_not_let_us_find_is_not_posted_again(slack: SlackTester) -> None:
    slack.fake.fail("chat.postMessage", Failure(500, done=True))
    slack.fake.fail("conversations.replies", Failure(429, "ratelimited", {"Retry-After": "1"}))
    assert slack.event({"type": "app_mention", "text": QUESTION, "channel": CHANNEL}).status_code == 200
    slack.poll(1.0)
    assert len(slack.fake.of("conversations.replies")) == 2
    assert len(slack.fake.of("chat.postMessage")) == 1


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel", "channel_not_found", "restricted_action"])
def test_a_channel_we_cannot_write_to_is_logged_and_no_more(
    slack: SlackTester, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fake.fail("chat.postMessage", Failure(200, error), Failure(200, error))
    assert slack.event({"type": "app_mention", "text": QUESTION, "channel": CHANNEL}).status_code == 200
    assert QUESTION not in caplog.text
    assert "reference" in caplog.text


def test_what_slack_does_not_take_is_posted_when_it_does(slack: SlackTester) -> None:
    slack.fake.fail("chat.postMessage", *[Failure(500)] * 4)
    assert slack.event({"type": "app_mention", "text": QUESTION, "channel": CHANNEL}).status_code == 200
    assert slack.fake.posted(CHANNEL, slack.fake.of("chat.postMessage")[0]["thread_ts"]) == []
    slack.poll(1.0)
    posts = [post for post in slack.fake.of("chat.postMessage") if "ts" in post]
    assert len(posts) == 1
    assert "10日間" in shown(posts[0])


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id"])
def test_an_expired_trigger_is_explained(slack: SlackTester, error: str) -> None:
    message = slack.mention(QUESTION)
    assert message
    slack.fake.fail("views.open", Failure(200, error))
    told = only(slack.press(message, "役に立たなかった"), "response_url")
    assert "もう一度" in shown(told)
    assert "受付番号" not in shown(told)


def test_what_fails_before_its_acknowledgement_was_seen_stays_acknowledged(
    slack: SlackTester, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    message = slack.mention(QUESTION)
    assert message
    slack.fake.fail("views.open", Failure(200, "expired_trigger_id"))
    runner = slack.slack.app.listener_runner
    monkeypatch.setattr(runner.listener_executor, "submit", lambda listener: listener())  # before Bolt looks at all
    assert "もう一度" in shown(only(slack.press(message, "役に立たなかった"), "response_url"))
    assert "ack()" not in caplog.text


def test_a_suggestion_whose_message_was_deleted_is_answered_anew(slack: SlackTester) -> None:
    message = slack.mention("解約の相談")
    assert message
    slack.fake.fail("chat.update", Failure(200, "message_not_found"))
    wanted = next(question for question in choices(message) if "違約金" in question)
    told = only(slack.press(message, wanted), "response_url")
    assert "違約金はいただいていません" in shown(told)


@pytest.mark.parametrize(
    "failures",
    [[Failure(500)], [Failure(429, "ratelimited", {"Retry-After": "0.2"})], [Failure(503), Failure(0)]],
    ids=["500", "429", "503 and dropped"],
)
def test_an_answer_at_a_response_url_is_given_again(
    slack: SlackTester, app: App, caplog: pytest.LogCaptureFixture, failures: list[Failure]
) -> None:
    slack.fake.fail("response_url", *failures)
    answers = slack.command_calls(QUESTION)
    assert [call["method"] for call in answers] == ["response_url"] * (len(failures) + 1)
    assert "10日間" in shown(answers[-1])
    assert 'faqbot_slack_errors_total{error="' in app.metrics.page().decode()
    assert 'method="response_url"' in app.metrics.page().decode()
    assert "an answer at a response URL failed" in caplog.text
    assert QUESTION not in caplog.text


LOST = {
    "expired": [Failure(404, "expired_url")],
    "used up": [Failure(410, "used_url")],
    "500 for good": [Failure(500)] * 4,
    "429 for minutes": [Failure(429, "ratelimited", {"Retry-After": "600"})],
    "dropped for good": [Failure(0)] * 4,
}


@pytest.mark.parametrize("failures", LOST.values(), ids=LOST)
def test_an_answer_that_is_lost_at_its_response_url_is_shown_beside_the_conversation(
    slack: SlackTester, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, failures: list[Failure]
) -> None:
    monkeypatch.setattr(responding, "PAUSES", (0.0, 0.0, 0.0))
    slack.fake.fail("response_url", *failures)
    *lost, told = slack.command_calls(QUESTION)
    assert [call["method"] for call in lost] == ["response_url"] * len(failures)
    assert (told["method"], told["channel"], told["user"]) == ("chat.postEphemeral", CHANNEL, USER)
    assert "10日間" in shown(told)
    assert QUESTION not in caplog.text


@pytest.mark.parametrize("label", ["役に立った", "担当者に聞く", "どれでもない"])
def test_what_a_button_answers_reaches_the_person_in_a_direct_message_where_nothing_else_does(
    slack: SlackTester, label: str
) -> None:
    message = slack.command("解約の相談" if label == "どれでもない" else QUESTION)
    slack.fake.fail("response_url", Failure(404, "expired_url"))
    slack.fake.fail("chat.postEphemeral", Failure(200, "channel_not_found"))
    calls = slack.press(message, label, ephemeral=True)
    told = [call for call in calls if call["method"] == "chat.postMessage"][-1]
    assert told["channel"] == f"D0{USER}"


def test_an_answer_that_nothing_takes_is_logged_without_its_text(
    slack: SlackTester, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fake.fail("response_url", Failure(404, "expired_url"))
    slack.fake.fail("chat.postEphemeral", Failure(200, "channel_not_found"))
    slack.fake.fail("conversations.open", Failure(200, "user_not_found"))
    slack.command_calls(QUESTION)
    assert "did not reach" in caplog.text
    assert QUESTION not in caplog.text and "10日間" not in caplog.text


def test_an_expired_trigger_on_the_home_tab_is_explained_in_a_direct_message(slack: SlackTester) -> None:
    home = opened(slack.open_tab("home"))
    slack.fake.fail("views.open", Failure(200, "expired_trigger_id"))
    told = only(slack.press(home, "見る"), "chat.postMessage")
    assert told["channel"] == f"D0{USER}"
    assert "もう一度" in shown(told)


def test_a_slow_slack_does_not_keep_the_acknowledgement_waiting(slack: SlackTester) -> None:
    slack.fake.fail("chat.postMessage", Failure(503, seconds=30.0))
    event = {"type": "app_mention", "text": QUESTION, "channel": CHANNEL, "user": USER, "ts": "1700000300.000100"}
    body = {"type": "event_callback", "team_id": TEAM, "event_id": "EvSlow", "event": event}
    started = time.perf_counter()
    assert slack.send(json.dumps(body), "application/json").status_code == 200
    assert time.perf_counter() - started < 1.0
    slack.fake.wait_for("chat.postMessage")
    slack.fake.recover()
    slack.fake.wait_for("chat.postMessage", 2)


def test_an_unreachable_slack_says_nothing_twice(slack: SlackTester) -> None:
    slack.fake.fail("chat.postMessage", *[Failure(0)] * 12)
    assert slack.event({"type": "app_mention", "text": QUESTION, "channel": CHANNEL}).status_code == 200


def test_the_same_event_at_the_same_time_is_answered_once(slack: SlackTester) -> None:
    event = {"type": "app_mention", "text": QUESTION, "channel": CHANNEL, "user": USER, "ts": "1700000301.000100"}
    body = json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": "EvTwin", "event": event})
    with ThreadPoolExecutor(4) as pool:
        for response in pool.map(lambda _: slack.send(body, "application/json"), range(4)):
            assert response.status_code == 200
    slack.wait()
    assert len(slack.fake.of("chat.postMessage")) == 1


def test_an_edit_that_arrives_before_its_question_does_no_harm(slack: SlackTester) -> None:
    assert slack.edit("1700000302.000100", "お試し", QUESTION) == []
    message = slack.mention(QUESTION, ts="1700000302.000100")
    assert message
    assert "10日間" in shown(message)


def test_a_deletion_that_arrives_before_its_question_does_no_harm(slack: SlackTester) -> None:
    assert slack.delete("1700000303.000100") == []


def test_a_question_of_another_workspace_in_the_same_channel_is_another_question(slack: SlackTester) -> None:
    event = {"type": "app_mention", "text": QUESTION, "channel": CHANNEL, "user": USER, "ts": "1700000304.000100"}
    for team in (TEAM, "T0OTHER"):
        body = {"type": "event_callback", "team_id": team, "event_id": f"Ev{team}", "event": event}
        assert slack.send(json.dumps(body), "application/json").status_code == 200
    slack.fake.wait_for("chat.postMessage", 2)


def test_a_failing_database_still_answers(slack: SlackTester, app: App) -> None:
    with app.store.engine.begin() as connection:
        queries.drop(connection)
    message = slack.mention(QUESTION)
    assert message
    assert "10日間" in shown(message)


@pytest.mark.parametrize(("question", "button"), [("解約の相談", "suggestion:0"), (QUESTION, "related:0")])
def test_without_the_database_a_pressed_question_is_answered_and_nothing_else_is_said(
    slack: SlackTester, app: App, question: str, button: str
) -> None:
    message = slack.mention(question)
    assert message
    with app.store.engine.begin() as connection:
        for name in sa.inspect(connection).get_table_names():
            connection.exec_driver_sql(f"DROP TABLE {name}")
    (call,) = slack.press(message, button)
    assert call["method"] in ("chat.update", "chat.postMessage")


def test_every_call_uses_the_certificates_that_were_read_at_the_start(app: App, fake_slack: FakeSlack) -> None:
    settings = read_settings(
        {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": fake_slack.url}
    )
    bolt, used = create_slack(settings, app.parts, app.metrics).app, []

    @bolt.use
    def remember(client: WebClient, next: Callable[[], Any]) -> Any:  # noqa: A002  # Bolt gives arguments by name
        used.append(client.ssl)
        return next()

    event = {"type": "app_home_opened", "tab": "messages", "user": USER, "channel": CHANNEL}
    for number in range(2):
        body = {"type": "event_callback", "team_id": TEAM, "event_id": f"EvT{number}", "event": event}
        bolt.dispatch(BoltRequest(body=body, mode="socket_mode"))
    assert used == [bolt.client.ssl] * 2
    assert bolt.client.ssl.verify_mode is CERT_REQUIRED


# -- Socket Mode ----------------------------------------------------------------------------------


@pytest.fixture
def socket(app: App, fake_slack: FakeSlack) -> Iterator[FakeSlack]:
    settings = read_settings(
        {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": "xapp-of-the-tests", "SLACK_API_URL": fake_slack.url}
        | {"STAFF_USERS": STAFF, "EDITOR_USERS": EDITOR}
    )
    bolt = create_slack(settings, app.parts, app.metrics)
    connection = connect_socket(bolt, settings, app.metrics, ping_seconds=0.2)
    fake_slack.socket.wait_for_connection()
    yield fake_slack
    connection.close()


def envelope(number: int, event: dict[str, Any], **extra: Any) -> dict[str, Any]:
    filled = {"user": USER, "channel": CHANNEL, "ts": f"17000004{number:02d}.000100"} | event
    payload = {"type": "event_callback", "team_id": TEAM, "event_id": f"EvS{number}", "event": filled}
    return {
        "type": "events_api",
        "envelope_id": f"E{number}",
        "payload": payload,
        "accepts_response_payload": False,
    } | extra


def test_an_event_over_the_socket_is_acknowledged_and_answered(socket: FakeSlack) -> None:
    socket.socket.send(envelope(1, {"type": "app_mention", "text": f"<@{BOT_USER}> {QUESTION}"}))
    socket.socket.wait_for_ack("E1")
    (message,) = socket.wait_for("chat.postMessage")
    assert "10日間" in message["text"]


def test_the_first_delivery_over_the_socket_says_retry_zero_and_is_answered(socket: FakeSlack) -> None:
    first = envelope(2, {"type": "app_mention", "text": QUESTION}, retry_attempt=0, retry_reason="")
    socket.socket.send(first)
    (message,) = socket.wait_for("chat.postMessage")
    assert "10日間" in message["text"]


def test_a_redelivery_over_the_socket_is_acknowledged_and_not_answered_again(socket: FakeSlack) -> None:
    event = {"type": "app_mention", "text": QUESTION}
    socket.socket.send(envelope(3, event))
    socket.wait_for("chat.postMessage")
    again = envelope(3, event, envelope_id="E3b", retry_attempt=1, retry_reason="timeout")
    socket.socket.send(again)
    socket.socket.wait_for_ack("E3b")
    time.sleep(0.3)
    assert len(socket.of("chat.postMessage")) == 1


def test_an_unknown_event_over_the_socket_is_acknowledged(socket: FakeSlack) -> None:
    socket.socket.send(envelope(4, {"type": "reaction_added", "reaction": "eyes"}))
    socket.socket.wait_for_ack("E4")


def test_the_command_over_the_socket_answers_privately(socket: FakeSlack) -> None:
    payload = {"command": "/faq", "text": QUESTION, "user_id": USER, "team_id": TEAM, "channel_id": CHANNEL}
    payload |= {"response_url": socket.response_url, "trigger_id": "1.2"}
    socket.socket.send(
        {"type": "slash_commands", "envelope_id": "E5", "payload": payload, "accepts_response_payload": True}
    )
    socket.socket.wait_for_ack("E5")
    (answer,) = socket.wait_for("response_url")
    assert answer["response_type"] == "ephemeral"


def test_a_button_over_the_socket_works(socket: FakeSlack) -> None:
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": USER, "team_id": TEAM},
        "container": {"type": "message", "message_ts": "1.0", "channel_id": CHANNEL},
        "actions": [{"type": "button", "action_id": "helpful", "value": "ref:plan-prices", "block_id": "b"}],
        "response_url": socket.response_url,
        "trigger_id": "1.2",
    }
    socket.socket.send(
        {"type": "interactive", "envelope_id": "E6", "payload": payload, "accepts_response_payload": True}
    )
    socket.socket.wait_for_ack("E6")
    (answer,) = socket.wait_for("response_url")
    assert "ありがとうございます" in answer["text"]


def test_the_entries_of_a_menu_come_over_the_socket(socket: FakeSlack) -> None:
    payload = {
        "type": "block_suggestion",
        "team": {"id": TEAM},
        "user": {"id": EDITOR, "team_id": TEAM},
        "container": {"type": "view", "view_id": "V1"},
        "action_id": "choose_entry",
        "block_id": "other",
        "value": "料金プランと月額",
    }
    socket.socket.send(
        {"type": "interactive", "envelope_id": "E8", "payload": payload, "accepts_response_payload": True}
    )
    socket.socket.wait_for_ack("E8")
    assert socket.socket.answers["E8"]["options"][0]["value"] == "plan-prices"


@pytest.mark.parametrize("how", ["asked", "closed"])
def test_the_socket_comes_back(socket: FakeSlack, how: str) -> None:
    connection = socket.socket.wait_for_connection()
    if how == "asked":
        connection.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
        with suppress(ConnectionClosed):
            while True:  # its client would read for up to 3 s before it gives the old connection up
                connection.ping()
                time.sleep(0.02)
    else:
        threading.Thread(target=connection.close, daemon=True).start()
    socket.socket.wait_for_connection(2, seconds=20)
    socket.socket.send(envelope(7, {"type": "app_mention", "text": QUESTION}))
    socket.socket.wait_for_ack("E7")
    socket.wait_for("chat.postMessage")


def test_a_connection_that_several_close_is_closed(
    app: App, fake_slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    settings = read_settings(
        {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": "xapp-of-the-tests", "SLACK_API_URL": fake_slack.url}
    )
    for number in range(1, 9):
        connection = connect_socket(create_slack(settings, app.parts, app.metrics), settings, app.metrics)
        fake_slack.socket.wait_for_connection(number)  # while it still opens here
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda close: close(), [connection.close] * 4)) == [None] * 4
        for opening in [thread for thread in threading.enumerate() if thread.name == "connecting to Slack"]:
            opening.join(10)
        assert not connection.is_open()
    assert "is tried again" not in caplog.text


def test_a_signed_request_with_the_wrong_secret_reaches_nobody(slack: SlackTester) -> None:
    body = json.dumps({"type": "event_callback", "event": {"type": "app_mention", "text": QUESTION}})
    headers = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": f"v0={SECRET}"}
    response = slack.client.post("/slack/events", data=body, content_type="application/json", headers=headers)
    assert response.status_code == 401
    assert slack.fake.calls == []


def test_a_connection_that_ends_as_it_begins_to_be_read_is_closed_at_once(app: App, fake_slack: FakeSlack) -> None:
    settings = read_settings(
        {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": "xapp-of-the-tests", "SLACK_API_URL": fake_slack.url}
    )
    slack = create_slack(settings, app.parts, app.metrics)
    begins, goes_on = threading.Event(), threading.Event()

    def hold(record: logging.LogRecord) -> bool:
        if "Starting to receive" in record.getMessage():
            begins.set()
            goes_on.wait(30)
        return True

    slack.app.logger.setLevel(logging.INFO)
    slack.app.logger.addFilter(hold)
    connection = connect_socket(slack, settings, app.metrics)
    try:
        server = fake_slack.socket.wait_for_connection()
        assert begins.wait(30)
        closing = threading.Thread(target=connection.close, daemon=True)
        closing.start()
        while server.protocol.state is not State.CLOSED:  # which closing brings about
            time.sleep(0.01)
        goes_on.set()
        closing.join(10)
        assert not closing.is_alive()
    finally:
        slack.app.logger.removeFilter(hold)
