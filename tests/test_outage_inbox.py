"""The inbox of a process while the database is out, and when it is back.

1. Without the database an event, and a message, is still taken once by this process; its reply is looked for in Slack.
2. An event that the database fails for is worked on from memory to its end; the lease is not asked for again.
3. When the database is back it is told what ended, and gets what did not; nobody is overtaken right after an outage.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.slack.delivery import outage_inbox
from bot.slack.delivery.outage_inbox import OutageInbox
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.database.tables import inbox
from knowledge.slack_state.inbox import EventState, Inbox

OVER = timedelta(seconds=-1)
BODY = {"event": {"text": "解約したい"}}
KEY = "T:C:1"


@pytest.fixture
def engine(tmp_path: object) -> Iterator[sa.Engine]:
    engine = connect(f"sqlite:///{tmp_path}/faqbot.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def mine(engine: sa.Engine) -> OutageInbox:
    return OutageInbox(Inbox(engine, "mine"))


@contextmanager
def out(engine: sa.Engine) -> Iterator[None]:
    """The database cannot keep anything."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")


def rows(engine: sa.Engine) -> dict[str, sa.Row[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {row.event: row for row in connection.execute(inbox.select())}


def test_without_an_outage_nothing_is_unsure_and_nothing_stays_in_memory(mine: OutageInbox, engine: sa.Engine) -> None:
    assert mine.receive("Ev1", KEY, BODY, leased=True)
    assert not mine.is_unsure("Ev1")
    assert mine.hold("Ev1")
    mine.finish("Ev1", EventState.DONE, "abcd0123", "1.0")
    assert (rows(engine)["Ev1"].state, rows(engine)["Ev1"].message) == ("done", "1.0")
    assert not mine.receive("Ev1", KEY, BODY, leased=True)
    assert not mine.receive("Ev2", KEY, BODY, leased=True)


def test_what_this_process_cannot_hold_is_not_its_work(mine: OutageInbox, engine: sa.Engine) -> None:
    assert not mine.receive("Ev1", KEY, BODY, leased=False)
    assert rows(engine)["Ev1"].owner is None


def test_without_the_database_an_event_and_a_message_are_taken_once(mine: OutageInbox, engine: sa.Engine) -> None:
    with out(engine):
        assert [mine.receive("Ev1", KEY, BODY, leased=leased) for leased in (False, True)] == [True, False]
        assert not mine.receive("Ev2", KEY, BODY, leased=True)
        assert mine.receive("Ev3", "", BODY, leased=True)
        assert not mine.claim("Ev3", KEY)
        assert mine.claim("Ev3", "T:C:3") and mine.claim("Ev3", "T:C:3")
        assert mine.hold("Ev3") and mine.is_unsure("Ev3")


def test_what_ended_in_memory_is_told_when_the_database_is_back(mine: OutageInbox, engine: sa.Engine) -> None:
    with out(engine):
        mine.receive("Ev1", "", BODY, leased=True)
        mine.claim("Ev1", KEY)
        mine.finish("Ev1", EventState.DONE, "abcd0123", "1.0")
        assert mine.poll(10) == []
    assert rows(engine) == {}
    mine.poll(10)
    assert (rows(engine)["Ev1"].state, rows(engine)["Ev1"].key, rows(engine)["Ev1"].body) == ("done", KEY, None)
    mine.poll(10)


def test_an_event_that_the_database_fails_for_ends_from_memory(mine: OutageInbox, engine: sa.Engine) -> None:
    mine.receive("Ev1", "", BODY, leased=True)
    with out(engine):
        assert mine.claim("Ev1", KEY)
        assert mine.is_unsure("Ev1")
    with engine.begin() as connection:
        connection.execute(sa.update(inbox).values(owner="others"))
    assert mine.hold("Ev1"), "from memory, so that its reply is looked for"
    mine.finish("Ev1", EventState.DONE)
    assert rows(engine)["Ev1"].state == "waiting", "it is others' now"


def test_whatever_else_fails_in_the_database_makes_unsure(mine: OutageInbox, engine: sa.Engine) -> None:
    mine.receive("Ev1", KEY, BODY, leased=True)
    with pytest.raises(sa.exc.OperationalError), engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    assert mine.is_unsure("Ev1")


def test_nobody_is_overtaken_right_after_an_outage(
    mine: OutageInbox, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Inbox(engine, "slow", OVER).keep("Ev1", "", BODY)
    with out(engine):
        assert mine.poll(10) == []
    assert mine.poll(10) == [], "its owner may renew it first"
    monkeypatch.setattr(outage_inbox, "RESTING_SECONDS", 0.0)
    assert [event.id for event in mine.poll(10)] == ["Ev1"]


@pytest.mark.parametrize("tried", [False, True])
def test_what_is_left_is_for_others_whether_it_was_stored_or_not(
    mine: OutageInbox,
    engine: sa.Engine,
    tried: bool,  # noqa: FBT001
) -> None:
    mine.receive("Ev1", KEY, BODY, leased=True)
    with out(engine):
        mine.receive("Ev2", "T:C:2", BODY, leased=True)
    mine.leave({"Ev1": tried, "Ev2": tried})
    taken = Inbox(engine, "others").take(10)
    assert [(event.id, event.body, event.attempt) for event in taken] == [
        ("Ev1", BODY, 1 + tried),
        ("Ev2", BODY, 1 + tried),
    ]


def test_leaving_without_the_database_is_only_logged(
    mine: OutageInbox, engine: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with out(engine):
        mine.receive("Ev1", KEY, BODY, leased=True)
        mine.leave({"Ev1": False})
    assert "cannot be reached" in caplog.text
