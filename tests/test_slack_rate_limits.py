"""While Slack wants a rest in one channel, nothing else waits.

1. A post that Slack refuses because of too much in its channel goes back; the channel rests, and no thread waits.
2. Commands and buttons have threads of their own.
3. Of a channel a few messages are worked on at once, its people in turn: whoever writes a lot delays nobody.
4. Who asks too much is told so once a minute.
"""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import BOT_USER, TEAM, Failure, FakeSlack
from hypothesis import given
from hypothesis import strategies as st
from making import web_of
from slack_tester import CHANNEL, DIRECT, SECRET, STAFF, SUPPORT, TOKEN, USER, SlackTester, WaitingExecutor, shown

from bot.app import App
from bot.settings import read_settings
from bot.slack.app import create_slack, http_endpoint
from bot.slack.delivery import intake
from bot.slack.delivery.delivery import Delivery
from bot.slack.delivery.lanes import AT_ONCE, Lanes
from bot.web.app import FromSlack
from bot.wording import sentences
from knowledge.database.tables import queries

QUESTION = "無料お試しは何日間ですか"
LATER = Failure(429, "ratelimited", {"Retry-After": "10"})
SOON = Failure(429, "ratelimited", {"Retry-After": "0"})


class OneRefused(FakeSlack):
    """A Slack that takes no post in the channels `refused`."""

    refused: tuple[str, ...] = ()

    def receive(
        self, method: str, params: dict[str, Any], token: str = ""
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        if method == "chat.postMessage" and params["channel"] in self.refused:
            self.fail(method, LATER)
        return super().receive(method, params, token)


@pytest.fixture
def fake_slack(hasty: None) -> Iterator[OneRefused]:
    fake = OneRefused()
    yield fake
    fake.close()


@pytest.fixture
def threaded(app: App, fake_slack: OneRefused) -> Iterator[SlackTester]:
    """The bot with the threads that it has in operation."""
    wanted = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "STAFF_USERS": STAFF}
    settings = read_settings(wanted | {"SLACK_API_URL": fake_slack.url, "SUPPORT_CHANNEL": SUPPORT})
    door = create_slack(settings, app.parts, app.metrics)
    web = web_of(app, FromSlack(http_endpoint(door, SECRET, app.metrics)))
    yield SlackTester(web.test_client(), fake_slack, WaitingExecutor(), door)
    fake_slack.refused = ()
    fake_slack.recover()
    door.intake.close(10.0)  # else its threads would go on beside other tests


def mention(number: int, user: str = "", channel: str = CHANNEL) -> dict[str, Any]:
    said = {"type": "app_mention", "text": f"<@{BOT_USER}> {QUESTION}", "channel": channel}
    event = said | {"user": user or f"U{number}", "ts": f"17000008{number:03d}.000100"}
    return {"type": "event_callback", "team_id": TEAM, "event_id": f"EvMany{number}{channel}", "event": event}


def deliver(slack: SlackTester, *bodies: dict[str, Any]) -> None:
    for body in bodies:
        assert slack.send(json.dumps(body), "application/json").status_code == 200


def test_commands_and_other_channels_are_answered_while_one_channel_rests(
    threaded: SlackTester, fake_slack: OneRefused
) -> None:
    fake_slack.refused = (CHANNEL,)
    deliver(threaded, *(mention(number) for number in range(40)))
    fake_slack.wait_for("chat.postMessage")
    started = time.perf_counter()
    threaded.command_calls(QUESTION)
    fake_slack.wait_for("response_url", seconds=8.0)
    deliver(threaded, mention(50, channel="C0OTHER"))
    while not fake_slack.posted("C0OTHER", "17000008050.000100"):
        assert time.perf_counter() - started < 8.0
        time.sleep(0.02)
    refused = [post for post in fake_slack.of("chat.postMessage") if post["channel"] == CHANNEL]
    assert len(refused) <= AT_ONCE


def test_what_was_refused_is_answered_once_after_the_rest(slack: SlackTester, app: App) -> None:
    slack.fake.fail("chat.postMessage", Failure(429, "ratelimited", {"Retry-After": "0.3"}))
    deliver(slack, *(mention(number) for number in range(6)))
    slack.fake.wait_for("chat.postMessage", 7)
    slack.wait()
    posts = [post for post in slack.fake.of("chat.postMessage") if "ts" in post]
    assert len({post["thread_ts"] for post in posts}) == len(posts) == 6
    assert all("10日間" in shown(post) for post in posts)
    with app.store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM queries").scalar() == 6  # each asked once


def test_after_many_refusals_a_question_is_still_answered_and_counted_once(slack: SlackTester, app: App) -> None:
    slack.fake.fail("chat.postMessage", *[SOON] * 30)
    message = slack.calls_of(mention(1)["event"])[-1]
    assert "10日間" in shown(message)
    with app.store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM queries").scalar() == 1


def test_an_edit_that_waits_for_slack_counts_once(slack: SlackTester, app: App) -> None:
    slack.mention(QUESTION, ts="1700000850.000100")
    slack.fake.fail("chat.update", *[SOON] * 5)
    calls = slack.edit("1700000850.000100", QUESTION, "支払い方法")
    assert len(calls) == 6
    with app.store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM queries").scalar() == 2


def test_hundreds_that_wait_in_one_channel_do_not_keep_out_another_one(
    threaded: SlackTester, fake_slack: OneRefused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_HELD", 20)
    fake_slack.refused = (CHANNEL,)
    deliver(threaded, *(mention(number) for number in range(40)))
    fake_slack.wait_for("chat.postMessage")
    deliver(threaded, mention(60, channel="C0OTHER"))
    started = time.perf_counter()
    while not fake_slack.posted("C0OTHER", "17000008060.000100"):
        assert time.perf_counter() - started < 8.0
        time.sleep(0.02)


def test_a_rest_that_ends_after_the_process_does_no_harm(app: App, fake_slack: OneRefused) -> None:
    executor = WaitingExecutor()
    wanted = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": fake_slack.url}
    door = create_slack(read_settings(wanted), app.parts, app.metrics, executor)
    fake_slack.fail("chat.postMessage", Failure(429, "ratelimited", {"Retry-After": "0.3"}))
    assert door.intake.receive(mention(70))
    executor.wait()
    executor.shutdown()
    (rest,) = [one for one in threading.enumerate() if isinstance(one, threading.Timer) and one.interval == 0.3]
    rest.join()  # what it raised would be a warning, which is an error


def test_a_press_is_acknowledged_while_all_threads_of_messages_are_busy(threaded: SlackTester) -> None:
    threaded.fake.fail("chat.postMessage", *[Failure(200, "fatal_error", seconds=5.0)] * 24)
    deliver(threaded, *(mention(number, channel=f"C{number}") for number in range(24)))
    threaded.fake.wait_for("chat.postMessage", 24)
    started = time.perf_counter()
    threaded.command_calls(QUESTION)
    threaded.fake.wait_for("response_url")
    assert time.perf_counter() - started < 4.0


def test_sixty_mentions_of_one_person_do_not_delay_another_ones_direct_message(threaded: SlackTester) -> None:
    threaded.fake.fail("chat.postMessage", *[Failure(200, "is_archived", seconds=5.0)] * AT_ONCE)
    deliver(threaded, *(mention(number, USER) for number in range(60)))
    threaded.fake.wait_for("chat.postMessage", AT_ONCE)
    said = {
        "type": "message",
        "channel_type": "im",
        "channel": DIRECT,
        "text": QUESTION,
        "user": "U0OTHER",
        "ts": "1.1",
    }
    started = time.perf_counter()
    deliver(threaded, {"type": "event_callback", "team_id": TEAM, "event_id": "EvDirect", "event": said})
    while not threaded.fake.posted(DIRECT, "1.1"):
        assert time.perf_counter() - started < 4.0
        time.sleep(0.02)


def test_who_asks_too_much_is_told_so_once_a_minute(slack: SlackTester, app: App) -> None:
    limit = app.settings.rate_limit
    deliver(slack, *(mention(number, USER) for number in range(3 * limit)))
    slack.wait()
    posts = slack.fake.of("chat.postMessage")
    assert len([post for post in posts if sentences.TOO_MANY in shown(post)]) == 1
    assert len(posts) == limit + 1
    deliver(slack, mention(500, "U0OTHER"))
    slack.wait()
    assert "10日間" in shown(slack.fake.of("chat.postMessage")[-1])


def test_who_asked_too_much_is_answered_again_a_minute_later(slack: SlackTester, app: App) -> None:
    limit = app.settings.rate_limit
    deliver(slack, *(mention(number, USER) for number in range(limit + 5)))
    slack.wait()
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(queries).values(at=datetime.now(UTC) - timedelta(minutes=1)))
    deliver(slack, mention(600, USER))
    slack.wait()
    assert "10日間" in shown(slack.fake.of("chat.postMessage")[-1])


@pytest.mark.parametrize("name", ["/faq", "/faq-test", "/質問"])
def test_a_command_of_any_name_is_served(slack: SlackTester, name: str) -> None:
    assert "10日間" in shown(slack.command(QUESTION, name=name))


# -- lanes ----------------------------------------------------------------------------------------


def delivery(number: int, user: str, channel: str = "C1") -> Delivery:
    return Delivery(str(number), mention(number, user, channel), None)  # type: ignore[arg-type]


def test_people_of_a_channel_take_turns() -> None:
    begun: list[Delivery] = []
    lanes = Lanes(begun.append)
    for number in range(10):
        lanes.enter(delivery(number, "U1"))
    lanes.enter(delivery(10, "U2"))
    assert [one.person for one in begun] == ["U1"] * AT_ONCE
    for one in begun:
        lanes.leave(one, worked=True)
    assert [one.person for one in begun[AT_ONCE:]].count("U2") == 1


def test_after_a_rest_one_message_alone_asks_if_slack_takes_more() -> None:
    begun: list[Delivery] = []
    rested = threading.Event()

    def begin(one: Delivery) -> None:
        begun.append(one)
        if len(begun) > AT_ONCE:
            rested.set()

    lanes = Lanes(begin)
    for number in range(10):
        lanes.enter(delivery(number, f"U{number}"))
    for one in begun:
        lanes.leave(one, rest=0.1)
    assert len(begun) == AT_ONCE
    assert rested.wait(2.0)
    assert len(begun) == AT_ONCE + 1
    lanes.leave(begun[-1], worked=True)
    assert len(begun) == 2 * AT_ONCE + 1


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from([None, None, 0.0])), max_size=40)
)
def test_every_message_is_worked_on_to_its_end_and_no_more_at_once_than_may(
    messages: list[tuple[str, str, float | None]],
) -> None:
    running: list[Delivery] = []
    lanes, ended = Lanes(running.append), []
    refused = {number: rest for number, (_, _, rest) in enumerate(messages)}
    for number, (user, channel, _) in enumerate(messages):
        lanes.enter(delivery(number, user, channel))
    while running:
        at_once = [one.channel for one in running]
        assert max(map(at_once.count, at_once)) <= AT_ONCE
        one = running.pop(0)
        rest = refused.pop(int(one.id), None)
        lanes.leave(one, rest=rest, worked=rest is None)
        ended += [] if rest is not None else [int(one.id)]
    assert sorted(ended) == list(range(len(messages)))


def test_lanes_may_be_entered_from_many_threads() -> None:
    with ThreadPoolExecutor(4) as pool:
        done: list[str] = []
        ready = threading.Event()
        lanes: Lanes

        def work(one: Delivery) -> None:
            done.append(one.id)
            lanes.leave(one, worked=True)
            if len(done) == 200:
                ready.set()

        lanes = Lanes(lambda one: pool.submit(work, one))
        for number in range(200):
            lanes.enter(delivery(number, f"U{number % 7}", f"C{number % 3}"))
        assert ready.wait(10.0)
    assert sorted(map(int, done)) == list(range(200))
