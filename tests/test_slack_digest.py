"""Posting the weekly digest: once a week, whoever runs and whatever fails.

1. It is due from Monday 9:00 in Tokyo until the day is over, and comes once from all processes together.
2. What fails in passing is tried again, without asking every link again; what Slack refuses is not.
3. A process that dies over it neither loses it nor lets it come twice.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fake_slack import Failure, FakeSlack
from slack_sdk.errors import SlackApiError
from slack_tester import SECRET, TOKEN, shown

from bot.app import App
from bot.settings import read_settings
from bot.slack.app import create_slack
from bot.slack.digesting import Digests, due
from knowledge.database.tables import claims
from knowledge.entry import TOKYO
from knowledge.errors import Problem, StoreError
from knowledge.questions.query_log import QueryLog

EDITORS = "C0EDITORS"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=TOKYO)
DEAD = Problem("リンクを開けません。", "書き直してください。", entry_id="plan-prices")
DYING = """
import sys
from datetime import datetime
from bot.app import App
from bot.settings import read_settings
from bot.slack.app import create_slack
from bot.slack.digesting import Digests
app = App(read_settings())
slack = create_slack(app.settings, app.parts, app.metrics)
Digests(slack.door.home_client, app.parts, app.settings.editors_channel).post_due(datetime.fromisoformat(sys.argv[1]))
"""
BUSY = Failure(429, "ratelimited", {"Retry-After": "0"})


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        (MONDAY, "digest:2026-11-23"),
        (MONDAY - timedelta(seconds=1), ""),
        (MONDAY + timedelta(hours=14, minutes=59), "digest:2026-11-23"),
        (MONDAY + timedelta(hours=15), ""),
        (MONDAY - timedelta(days=1), ""),
        (MONDAY + timedelta(days=7), "digest:2026-11-30"),
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "digest:2026-11-23"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), ""),
    ],
)
def test_it_is_due_on_mondays_from_nine_in_tokyo(moment: datetime, key: str) -> None:
    assert due(moment) == key


@pytest.fixture
def digests(app: App, fake_slack: FakeSlack) -> Iterator[Digests]:
    with ThreadPoolExecutor(1) as executor:
        bolt = create_slack(
            read_settings({"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": fake_slack.url}),
            app.parts,
            app.metrics,
            executor,
        )
        yield Digests(lambda: bolt.app.client, app.parts, EDITORS, lambda: [DEAD])


def test_it_is_posted_to_the_editors_once_a_week(digests: Digests, fake_slack: FakeSlack) -> None:
    assert not digests.post_due(MONDAY - timedelta(minutes=1))
    assert digests.post_due(MONDAY)
    assert not digests.post_due(MONDAY + timedelta(hours=5))
    (posted,) = fake_slack.of("chat.postMessage")
    assert posted["channel"] == EDITORS
    assert "開けないリンク（1件）" in shown(posted)
    assert digests.post_due(MONDAY + timedelta(days=7))


def test_a_process_that_was_down_at_nine_posts_it_the_same_day(digests: Digests, fake_slack: FakeSlack) -> None:
    assert digests.post_due(MONDAY + timedelta(hours=14))
    assert len(fake_slack.of("chat.postMessage")) == 1


def test_many_processes_post_it_once(app: App, digests: Digests, fake_slack: FakeSlack) -> None:
    assert digests.parts.faq.entries()
    logs = [QueryLog(App(app.settings).store.engine, b"key") for _ in range(3)]
    others = [replace(digests, parts=replace(digests.parts, log=log)) for log in logs]
    with ThreadPoolExecutor(8) as pool:
        posted = list(pool.map(lambda other: other.post_due(MONDAY), [digests, *others] * 3))
    for log in logs:
        log.engine.dispose()
    assert sum(posted) == len(fake_slack.of("chat.postMessage")) == 1


def test_without_a_channel_nothing_is_posted(digests: Digests, fake_slack: FakeSlack) -> None:
    assert not replace(digests, channel="").post_due(MONDAY)
    assert fake_slack.of("chat.postMessage") == []
    assert digests.post_due(MONDAY)


def test_what_fails_in_passing_is_tried_again(digests: Digests, fake_slack: FakeSlack) -> None:
    fake_slack.fail("chat.postMessage", *[BUSY] * 4)
    with pytest.raises(SlackApiError):
        digests.post_due(MONDAY)
    assert digests.post_due(MONDAY + timedelta(minutes=1))


def test_a_log_that_fails_is_tried_again(app: App, digests: Digests, fake_slack: FakeSlack) -> None:
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE queries RENAME TO hidden")
    with pytest.raises(StoreError):
        digests.post_due(MONDAY)
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE hidden RENAME TO queries")
    assert digests.post_due(MONDAY)
    with app.store.engine.begin() as connection:
        connection.execute(sa.delete(claims))
        connection.exec_driver_sql("ALTER TABLE claims RENAME TO hidden")
    with pytest.raises(StoreError, match="データベース"):
        digests.post_due(MONDAY)


def test_what_slack_refuses_is_not_tried_again(digests: Digests, fake_slack: FakeSlack) -> None:
    fake_slack.fail("chat.postMessage", Failure(200, "not_in_channel"))
    with pytest.raises(SlackApiError):
        digests.post_due(MONDAY)
    assert not digests.post_due(MONDAY + timedelta(minutes=1))
    assert len(fake_slack.of("chat.postMessage")) == 1


def test_the_links_are_asked_once_however_often_slack_fails(digests: Digests, fake_slack: FakeSlack) -> None:
    asked = []
    failing = replace(digests, dead_links=lambda: asked.append(DEAD) or asked[:1])
    fake_slack.fail("chat.postMessage", *[BUSY] * 12)
    for minute in range(3):
        with pytest.raises(SlackApiError):
            failing.post_due(MONDAY + timedelta(minutes=minute))
    assert failing.post_due(MONDAY + timedelta(minutes=3))
    assert len(asked) == 1
    assert "開けないリンク（1件）" in shown(fake_slack.of("chat.postMessage")[-1])


@pytest.mark.parametrize("slack_had_it", [False, True])
def test_a_process_that_dies_over_it_is_taken_over_and_nothing_comes_twice(
    app: App, digests: Digests, fake_slack: FakeSlack, *, slack_had_it: bool
) -> None:
    assert digests.parts.faq.entries()
    fake_slack.fail("chat.postMessage", Failure(503, seconds=30, done=slack_had_it))
    environment = os.environ | {
        "DATABASE_URL": app.settings.database_url,
        "ENCODER": "none",  # whose index is built soonest
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": fake_slack.url,
        "EDITORS_CHANNEL": EDITORS,
    }
    with subprocess.Popen([sys.executable, "-c", DYING, MONDAY.isoformat()], env=environment) as process:
        try:
            fake_slack.wait_for("chat.postMessage", seconds=60)
        finally:
            process.kill()
    assert not digests.post_due(MONDAY + timedelta(minutes=1)), "it may still be at work"
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(claims).values(at=datetime.now(UTC) - timedelta(hours=1)))
    assert digests.post_due(MONDAY + timedelta(hours=1)) is not slack_had_it
    assert not digests.post_due(MONDAY + timedelta(hours=2))
    assert len(fake_slack.posted(EDITORS, "")) == 1


def test_the_thread_posts_what_is_due_and_outlives_a_failure(
    digests: Digests, fake_slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.slack.digesting.CHECK_SECONDS", 0.05)
    fake_slack.fail("chat.postMessage", *[BUSY] * 4)
    stop = digests.start(lambda: MONDAY)
    try:
        posts = fake_slack.wait_for("chat.postMessage", 5)
    finally:
        stop()
    assert "ts" in posts[-1]
    assert "the weekly digest failed" in caplog.text
