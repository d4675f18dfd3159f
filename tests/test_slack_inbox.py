"""The bot keeps its word: no question is lost and none is answered twice, whatever fails in between.

1. A message is stored before it is acknowledged, and what was said is erased when it is answered.
2. What a dead process left is answered by another; what it had posted already is found and not posted again.
3. A message that Slack took although it said no is not posted again.
4. Slack out of reach, a database out of reach: the answer comes all the same, once.
5. A process that ends takes nothing more and leaves what it has not begun to others.
"""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import BOT_USER, TEAM, Failure
from slack_tester import CHANNEL, DIRECT, TOKEN, USER, SlackTester, WaitingExecutor, shown

from bot.app import App
from bot.settings import read_settings
from bot.slack.app import create_slack
from bot.slack.delivery import intake
from bot.slack.delivery.posting import METADATA
from knowledge.database.tables import inbox, queries
from knowledge.slack_state.inbox import EventState, Inbox

QUESTION = "無料お試しは何日間ですか"
TS = "1700000600.000100"
OVER = timedelta(seconds=-1)


def mention(event_id: str = "EvOne", ts: str = TS, **extra: Any) -> dict[str, Any]:
    event = {"type": "app_mention", "text": f"<@{BOT_USER}> {QUESTION}", "channel": CHANNEL, "user": USER, "ts": ts}
    return {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event | extra}


def deliver(slack: SlackTester, body: dict[str, Any]) -> int:
    return slack.send(json.dumps(body), "application/json").status_code


def posts(slack: SlackTester) -> list[dict[str, Any]]:
    """The messages in Slack; calls that failed left nothing there."""
    return [post for post in slack.fake.of("chat.postMessage") if "ts" in post]


def rows(app: App) -> dict[str, sa.Row[Any]]:
    with app.store.engine.connect() as connection:
        return {row.event: row for row in connection.execute(inbox.select())}


def left_by_a_dead_process(app: App, body: dict[str, Any]) -> None:
    assert Inbox(app.store.engine, "dead", OVER).keep(body["event_id"], f"{TEAM}:{CHANNEL}:{TS}", body)


def posted_by_a_dead_process(slack: SlackTester, reference: str = "abcd0123") -> str:
    metadata = {"event_type": METADATA, "event_payload": {"reference": reference, "answers": f"{TEAM}:{CHANNEL}:{TS}"}}
    params: dict[str, Any] = {"channel": CHANNEL, "thread_ts": TS, "metadata": metadata, "blocks": []}
    return str(slack.fake.receive("chat.postMessage", params)[2]["ts"])


def test_a_message_is_stored_before_it_is_acknowledged_and_erased_when_it_is_answered(
    slack: SlackTester, app: App
) -> None:
    slack.fake.fail("chat.postMessage", Failure(429, "ratelimited", {"Retry-After": "0"}, seconds=30.0))
    assert deliver(slack, mention()) == 200
    stored = rows(app)["EvOne"]
    assert (stored.body["event"]["user"], stored.done_at) == (USER, None)
    slack.fake.recover()
    slack.event({"type": "reaction_added"})  # waits until the listeners have ended
    done = rows(app)["EvOne"]
    assert (done.state, done.body, done.key) == ("done", None, f"{TEAM}:{CHANNEL}:{TS}")
    (post,) = posts(slack)
    assert post["metadata"] == {
        "event_type": "faq_reply",
        "event_payload": {"reference": done.reference, "answers": f"{TEAM}:{CHANNEL}:{TS}"},
    }
    assert done.message == post["ts"]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel_type": "channel", "text": "おはよう", "channel": CHANNEL},
        {"type": "message", "channel_type": "im", "subtype": "bot_message", "bot_id": "B1", "channel": DIRECT},
        {"type": "reaction_added", "reaction": "eyes"},
        {"type": "app_home_opened", "tab": "home", "channel": DIRECT},
    ],
    ids=["talk", "bot", "reaction", "home"],
)
def test_what_causes_no_work_is_not_stored(slack: SlackTester, app: App, event: dict[str, Any]) -> None:
    assert slack.event(event).status_code == 200
    assert rows(app) == {}


def test_what_a_dead_process_left_is_answered_by_another(slack: SlackTester, app: App) -> None:
    left_by_a_dead_process(app, mention())
    assert deliver(slack, mention()) == 200  # Slack's retry changes nothing
    assert posts(slack) == []
    slack.poll()
    (post,) = posts(slack)
    assert "10日間" in shown(post)
    slack.poll()
    assert len(posts(slack)) == 1
    assert rows(app)["EvOne"].state == "done"


def test_what_a_dead_process_had_posted_is_found_and_not_posted_again(slack: SlackTester, app: App) -> None:
    left_by_a_dead_process(app, mention())
    ts = posted_by_a_dead_process(slack)
    slack.poll()
    assert [post["ts"] for post in posts(slack)] == [ts]
    done = rows(app)["EvOne"]
    assert (done.state, done.message) == ("done", ts)
    (updated,) = [call for call in slack.edit(TS, QUESTION, "料金はいくらですか") if call["method"] == "chat.update"]
    assert updated["ts"] == ts


def test_a_question_of_which_processes_die_is_given_up(
    slack: SlackTester, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    left_by_a_dead_process(app, mention())
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(inbox).values(attempts=5))
    slack.poll()
    assert posts(slack) == []
    assert rows(app)["EvOne"].state == "failed"
    assert "EvOne was given up" in caplog.text
    assert QUESTION not in caplog.text


@pytest.mark.parametrize(
    "failure",
    [
        Failure(500, done=True),
        Failure(0, done=True),
        Failure(503, done=True),
        Failure(200, "internal_error", done=True),
    ],
    ids=["500", "dropped", "503", "internal_error"],
)
def test_what_slack_took_although_it_failed_is_not_posted_again(slack: SlackTester, failure: Failure) -> None:
    slack.fake.fail("chat.postMessage", failure)
    assert deliver(slack, mention()) == 200
    slack.event({"type": "reaction_added"})
    assert len(slack.fake.of("chat.postMessage")) == 1
    assert slack.edit(TS, QUESTION, "料金はいくらですか")  # the message is known


def test_what_slack_took_too_slowly_is_not_posted_again(slack: SlackTester) -> None:
    slack.fake.fail("chat.postMessage", Failure(200, seconds=2.0, done=True))
    slack.set_call_seconds(0.4)
    assert deliver(slack, mention()) == 200
    slack.event({"type": "reaction_added"})
    assert len(slack.fake.of("chat.postMessage")) == 1


def test_nothing_is_posted_while_it_cannot_be_looked_for(slack: SlackTester) -> None:
    slack.fake.fail("chat.postMessage", Failure(500, done=True))
    slack.fake.fail("conversations.replies", *[Failure(200, "internal_error")] * 2)
    assert deliver(slack, mention()) == 200
    slack.event({"type": "reaction_added"})
    for _ in range(3):
        slack.poll(1.1)
    assert len(slack.fake.of("chat.postMessage")) == 1
    assert len(slack.fake.of("conversations.replies")) == 3


def test_who_lost_the_lease_posts_nothing(slack: SlackTester, app: App, caplog: pytest.LogCaptureFixture) -> None:
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER taken AFTER INSERT ON inbox BEGIN UPDATE inbox SET owner = 'another'; END"
        )
    slack.slack.intake.inbox.database.lease = OVER
    assert deliver(slack, mention()) == 200
    slack.event({"type": "reaction_added"})
    assert posts(slack) == []
    assert "taken over by another process" in caplog.text
    assert rows(app)["EvOne"].state == "waiting"


def test_a_slack_that_does_not_say_who_we_are_is_asked_again(slack: SlackTester) -> None:
    slack.fake.fail("auth.test", *[Failure(200, "internal_error")] * 2)
    assert deliver(slack, mention()) == 200
    slack.event({"type": "message", "channel_type": "im", "text": QUESTION, "channel": DIRECT})
    slack.poll(1.0)
    assert len(posts(slack)) == 2


def test_a_lasting_failure_tells_the_asker_a_reference_once(
    slack: SlackTester, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(intake, "MAX_TRIES", 2)
    slack.fake.fail("chat.postMessage", *[Failure(500)] * 8)
    assert deliver(slack, mention()) == 200
    slack.event({"type": "reaction_added"})
    slack.poll(1.0)
    (told,) = posts(slack)
    reference = shown(told).split("受付番号 ")[1].split("）")[0]
    assert reference in caplog.text
    assert QUESTION not in caplog.text


# -- without the database -------------------------------------------------------------------------


def test_without_the_inbox_a_message_is_answered_once(slack: SlackTester, app: App) -> None:
    with app.store.engine.begin() as connection:
        inbox.drop(connection)
    for event_id in ("EvOne", "EvOne", "EvTwo"):
        assert deliver(slack, mention(event_id)) == 200
    slack.event({"type": "reaction_added"})
    (post,) = posts(slack)
    assert "10日間" in shown(post)


def test_of_two_processes_that_answer_without_the_inbox_the_later_takes_its_reply_back(
    slack: SlackTester, app: App
) -> None:
    with app.store.engine.begin() as connection:
        inbox.drop(connection)
    slack.fake.fail("chat.postMessage", Failure(429, "ratelimited", {"Retry-After": "0"}))
    assert deliver(slack, mention()) == 200
    slack.fake.wait_for("chat.postMessage")
    ts = posted_by_a_dead_process(slack)  # between our look before and our post
    slack.event({"type": "reaction_added"})
    assert [message["ts"] for message in slack.fake.posted(CHANNEL, TS)] == [ts]


def test_what_another_process_answered_without_the_inbox_is_not_answered_again(slack: SlackTester, app: App) -> None:
    with app.store.engine.begin() as connection:
        inbox.drop(connection)
    ts = posted_by_a_dead_process(slack)
    assert deliver(slack, mention()) == 200
    slack.event({"type": "reaction_added"})
    assert [message["ts"] for message in slack.fake.posted(CHANNEL, TS)] == [ts]
    assert slack.fake.of("chat.delete") == []


def test_what_was_answered_without_the_database_is_known_when_it_is_back(slack: SlackTester, app: App) -> None:
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    assert deliver(slack, mention()) == 200
    slack.event({"type": "reaction_added"})
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    slack.poll()
    done = rows(app)["EvOne"]
    assert (done.state, done.key, done.body) == ("done", f"{TEAM}:{CHANNEL}:{TS}", None)
    assert not Inbox(app.store.engine, "another").keep("EvOne", "", mention())


def test_without_any_table_mentions_and_direct_messages_are_answered(slack: SlackTester, app: App) -> None:
    with app.store.engine.begin() as connection:
        for name in sa.inspect(connection).get_table_names():
            connection.exec_driver_sql(f"DROP TABLE {name}")
    assert slack.mention(QUESTION)
    assert slack.direct(QUESTION)


def test_what_the_database_does_not_know_is_settled_when_it_is_back(slack: SlackTester, app: App) -> None:
    slack.fake.fail("chat.postMessage", Failure(429, "ratelimited", {"Retry-After": "0"}, seconds=30.0))
    assert deliver(slack, mention()) == 200
    slack.fake.wait_for("chat.postMessage")
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    slack.fake.recover()
    slack.event({"type": "reaction_added"})
    assert len(posts(slack)) == 1
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    assert rows(app)["EvOne"].state == "waiting"
    slack.poll()
    assert (rows(app)["EvOne"].state, len(posts(slack))) == ("done", 1)


# -- the end of a process -------------------------------------------------------------------------


def test_a_process_that_ends_finishes_what_it_began_and_takes_nothing_more(slack: SlackTester, app: App) -> None:
    slack.fake.fail("chat.postMessage", Failure(429, "ratelimited", {"Retry-After": "0"}, seconds=0.3))
    assert deliver(slack, mention()) == 200
    slack.fake.wait_for("chat.postMessage")
    slack.end(10.0)
    assert len(posts(slack)) == 1
    assert rows(app)["EvOne"].state == "done"
    assert deliver(slack, mention("EvTwo", "1700000601.000100")) == 503
    assert set(rows(app)) == {"EvOne"}


def test_what_slack_took_although_it_failed_is_not_posted_by_the_next_process_either(
    slack: SlackTester, app: App
) -> None:
    slack.fake.fail("chat.postMessage", Failure(500, done=True))
    slack.fake.fail("conversations.replies", Failure(200, "internal_error"))
    assert deliver(slack, mention()) == 200
    slack.event({"type": "reaction_added"})
    slack.end(1.0)  # between its first attempt and its second
    executor = WaitingExecutor()
    settings = read_settings({"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack.fake.url})
    following = create_slack(settings, app.parts, app.metrics, executor)
    following.intake.poll()
    executor.wait()
    executor.shutdown()
    assert len(posts(slack)) == 1
    assert rows(app)["EvOne"].state == "done"


def test_what_a_process_could_not_do_when_it_ends_is_for_others_at_once(slack: SlackTester, app: App) -> None:
    slack.fake.fail("chat.postMessage", *[Failure(500)] * 4)
    assert deliver(slack, mention()) == 200
    slack.event({"type": "reaction_added"})
    slack.end(1.0)
    assert [event.id for event in Inbox(app.store.engine, "another").take(10)] == ["EvOne"]


def test_many_messages_at_once_get_a_reply_each(slack: SlackTester, app: App) -> None:
    bodies = [mention(f"Ev{n}", f"17000007{n:02d}.000100", user=f"U{n}") for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda body: deliver(slack, body), bodies * 3)) == {200}
    slack.event({"type": "reaction_added"})
    assert sorted(post["thread_ts"] for post in posts(slack)) == [body["event"]["ts"] for body in bodies]
    with app.store.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(queries)) == 40
    assert {row.state for row in rows(app).values()} == {EventState.DONE.value}
    assert threading.active_count() < 80
