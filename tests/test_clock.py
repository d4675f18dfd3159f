"""A clock that jumps an hour forward and back loses nothing and holds nothing up for long.

What is written before it is set back lies in the future afterwards.

1. A dead process's event is taken at once; one that is worked on is not posted without asking who has it.
2. Questions of the future count against nobody, and a claim of the future is over.
3. A first delivery to a receiver is due.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from knowledge.database.tables import claims, inbox, queries
from knowledge.questions.query_log import Limit, LoggedQuery, QueryLog, new_reference
from knowledge.slack_state.claims import Claims
from knowledge.slack_state.inbox import Inbox
from knowledge.webhooks.deliveries import Deliveries, Event

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def set_back(engine: sa.Engine, column: sa.Column[datetime]) -> None:
    """Let everything be as it is after the clock was set back: an hour ahead."""
    with engine.begin() as connection:
        for (moment,) in connection.execute(sa.select(column).distinct()).all():
            connection.execute(sa.update(column.table).where(column == moment).values({column: moment + HOUR}))


def question() -> LoggedQuery:
    facts = {"reference": new_reference(), "door": "slack", "asker": "U1", "text": "料金", "decision": "answer"}
    return LoggedQuery(**facts, entry_id=None, confidence=0.9, revision=1, milliseconds=1.0)  # type: ignore[arg-type]


def test_the_event_of_a_dead_process_is_taken_at_once(engine: sa.Engine) -> None:
    dead, living = Inbox(engine, "dead"), Inbox(engine, "living")
    assert dead.keep("Ev1", "k", {"event": {}})
    assert living.take(9) == []
    set_back(engine, inbox.c.leased_until)
    assert [one.id for one in living.take(9)] == ["Ev1"]


def test_what_is_worked_on_stays_with_whoever_renews_it(engine: sa.Engine) -> None:
    mine, others = Inbox(engine, "mine"), Inbox(engine, "others")
    assert mine.keep("Ev1", "k", {"event": {}})
    set_back(engine, inbox.c.leased_until)
    mine.renew()
    assert others.take(9) == []
    for jump in (HOUR, -2 * HOUR):  # as this process remembers its lease
        mine._leases["Ev1"] += jump  # noqa: SLF001  # the clock itself cannot be set in a test
        assert mine.hold("Ev1")
    set_back(engine, inbox.c.leased_until)
    mine._leases["Ev1"] += HOUR  # noqa: SLF001
    assert others.take(9)
    assert not mine.hold("Ev1")


def test_questions_of_the_future_count_against_nobody(engine: sa.Engine) -> None:
    log = QueryLog(engine, b"key")
    limit = Limit(2, MINUTE)
    assert [log.write(question(), limit) for _ in range(3)] == [True, True, False]
    assert log.asked_since("U1", datetime.now(UTC) - MINUTE) == 2
    set_back(engine, queries.c.at)
    assert log.asked_since("U1", datetime.now(UTC) - MINUTE) == 0
    assert log.write(question(), limit)


def test_a_claim_of_the_future_is_over(engine: sa.Engine) -> None:
    claiming = Claims(engine)
    assert claiming.claim("press", MINUTE)
    assert not claiming.claim("press", MINUTE)
    set_back(engine, claims.c.at)
    assert claiming.claim("press", MINUTE)


def test_a_first_delivery_is_due_whatever_the_clock_says(engine: sa.Engine) -> None:
    deliveries, now = Deliveries(engine), datetime.now(UTC)
    deliveries.add(Event.GAP, [], ["target"], now)
    assert deliveries.add(Event.GAP, ["gap"], ["target"], now + HOUR) == 1
    (due,) = deliveries.due(now)
    assert deliveries.claim(due, now + MINUTE)
    assert deliveries.due(now) == []
