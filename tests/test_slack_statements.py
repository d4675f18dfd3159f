"""The SQL statements of a question in Slack, on SQLite and on PostgreSQL.

1. A mention takes four statements from its arrival until it is settled, a direct message two more: for
   escalations and follow-ups.
2. A question beyond the limit is not written to the log, however many come at once.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from fake_slack import FakeSlack
from making import bot_on
from slack_tester import SlackTester, slack_on
from statements import recorded, tables

from bot.app import App
from bot.reply import Asker
from index.encoder.encoder import Encoder
from index.text.analyzer import Analyzer
from knowledge.database.tables import queries

QUESTION = "無料お試しは何日間ですか"
MENTION = ["INSERT inbox", "INSERT queries", "INSERT replies", "UPDATE inbox"]


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, prepared_database: Path, analyzer: Analyzer, encoder: Encoder) -> Iterator[App]:
    """The bot on either database."""
    if request.param == "sqlite":
        url = request.getfixturevalue("database")
    else:
        url = request.getfixturevalue("postgres").filled(prepared_database)
    with bot_on(url, analyzer, encoder, RATE_LIMIT="5") as app:
        assert app.faq.entries()
        yield app


@pytest.fixture
def slack(app: App, fake_slack: FakeSlack) -> Iterator[SlackTester]:
    with slack_on(app, fake_slack) as slack:
        yield slack


def test_a_mention_takes_four_statements(slack: SlackTester, app: App) -> None:
    with recorded(app.store.engine) as statements:
        assert slack.mention(QUESTION)
    assert tables(statements) == MENTION


def test_a_direct_message_reads_what_it_may_follow_up(slack: SlackTester, app: App) -> None:
    with recorded(app.store.engine) as statements:
        assert slack.direct(QUESTION)
    assert tables(statements) == [MENTION[0], "SELECT escalations", "SELECT replies", *MENTION[1:]]


def test_a_message_in_a_thread_is_read_for_once(slack: SlackTester, app: App) -> None:
    asked = slack.mention(QUESTION)
    assert asked
    with recorded(app.store.engine) as statements:
        assert slack.in_thread("番号は専用ですか", asked["thread_ts"])
    claimed = ["SELECT escalations", "SELECT replies", "UPDATE inbox"]
    assert tables(statements) == [MENTION[0], *claimed, *MENTION[1:]]


def test_questions_beyond_the_limit_are_not_logged_however_many_come_at_once(app: App) -> None:
    asker = Asker("slack", "U0BUSY")
    replies = [app.faq.preview(QUESTION) for _ in range(20)]
    for reply in replies[:4]:
        assert app.faq.record(reply, asker, limited=True)
    with ThreadPoolExecutor(8) as pool:
        logged = sum(pool.map(lambda reply: app.faq.record(reply, asker, limited=True), replies[4:]))
    with app.store.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(queries)) == 4 + logged
    assert not app.faq.record(app.faq.preview(QUESTION), asker, limited=True)
    assert app.faq.record(app.faq.preview(QUESTION), Asker("slack", "U0OTHER"), limited=True)
