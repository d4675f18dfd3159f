"""The inbox on both databases: what is kept is worked on by one process at a time, and by another when that dies.

1. An event, and a message that is answered, is taken in once, whoever brings it, however many at once.
2. A lease keeps others away; when it has run out, one of them gets the event, and only one.
3. Who lost the lease can change nothing any more.
4. What was said is erased when it is answered; nothing is tried for ever.
5. Whatever the order of keeping, dying, taking and finishing: nothing is lost, nothing is done twice.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.database.connection import connect
from knowledge.database.tables import inbox
from knowledge.errors import StoreError
from knowledge.slack_state.backlog import Backlog, forget_events, read_backlog
from knowledge.slack_state.inbox import MAX_ATTEMPTS, EventState, Inbox

OVER = timedelta(seconds=-1)  # a lease that has run out when it begins: its process died
BODY = {"event": {"text": "解約したい\u0000<>&"}}


@pytest.fixture
def mine(engine: sa.Engine) -> Inbox:
    return Inbox(engine, "mine")


@pytest.fixture
def others(engine: sa.Engine) -> Inbox:
    return Inbox(engine, "others")


@pytest.fixture
def dead(engine: sa.Engine) -> Inbox:
    """A process that died when it had taken something."""
    return Inbox(engine, "dead", OVER)


def row(engine: sa.Engine, event_id: str) -> sa.Row[tuple[object, ...]]:
    with engine.connect() as connection:
        return connection.execute(inbox.select().where(inbox.c.event == event_id)).one()


def test_the_backlog_is_what_nobody_has_done_yet(engine: sa.Engine, mine: Inbox, others: Inbox) -> None:
    assert read_backlog(engine) == Backlog(0, 0.0)
    mine.keep("Ev1", "", BODY)
    others.keep("Ev2", "", BODY, leased=False)
    assert read_backlog(engine).events == 2
    assert 0.0 <= read_backlog(engine).seconds < 60.0
    mine.finish("Ev1", EventState.DONE)
    assert read_backlog(engine).events == 1


def test_an_event_is_kept_once(mine: Inbox, others: Inbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = pool.map(lambda n: (mine if n % 2 else others).keep("Ev1", "", BODY), range(16))
        assert sum(kept) == 1


def test_a_message_is_answered_by_one_event(mine: Inbox, others: Inbox) -> None:
    assert mine.keep("Ev1", "T:C:1", BODY)
    assert not others.keep("Ev2", "T:C:1", BODY)
    assert others.keep("Ev3", "", BODY)
    assert not others.claim("Ev3", "T:C:1")
    assert others.claim("Ev3", "T:C:2")
    assert others.claim("Ev3", "T:C:2")


def test_nobody_takes_what_is_worked_on(mine: Inbox, others: Inbox) -> None:
    mine.keep("Ev1", "", BODY)
    assert others.take(10) == mine.take(10) == []


def test_what_a_dead_process_left_is_taken_once_with_its_body(dead: Inbox, mine: Inbox, others: Inbox) -> None:
    for number in range(20):
        dead.keep(f"Ev{number}", "", BODY)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: (mine if n % 2 else others).take(3), range(16)))
    events = [event for some in taken for event in some]
    assert sorted(event.id for event in events) == sorted(f"Ev{number}" for number in range(20))
    assert all((event.body, event.attempt) == (BODY, 2) for event in events)
    assert max(len(some) for some in taken) == 3


def test_the_oldest_is_taken_first(dead: Inbox, mine: Inbox) -> None:
    for number in range(5):
        dead.keep(f"Ev{number}", "", BODY)
    assert [event.id for event in mine.take(1)] == ["Ev0"]


def test_an_event_beyond_what_a_process_can_hold_is_for_anybody(mine: Inbox, others: Inbox) -> None:
    mine.keep("Ev1", "", BODY, leased=False)
    assert [(event.id, event.attempt) for event in others.take(10)] == [("Ev1", 1)]


def test_a_renewed_lease_is_not_taken(engine: sa.Engine, mine: Inbox, others: Inbox) -> None:
    short = Inbox(engine, "mine", timedelta(milliseconds=1))
    short.keep("Ev1", "", BODY)
    mine.renew()
    assert others.take(10) == []


def test_a_lease_that_may_soon_run_out_is_held_on_to(engine: sa.Engine, others: Inbox) -> None:
    late = Inbox(engine, "late", OVER)
    late.keep("Ev1", "", BODY)
    late.lease = timedelta(seconds=20)
    assert late.hold("Ev1")
    assert others.take(1) == []
    with engine.begin() as connection:  # the database is not asked again before half of it has passed
        connection.execute(sa.update(inbox).values(owner="others"))
    assert late.hold("Ev1")


def test_who_lost_the_lease_changes_nothing(engine: sa.Engine, dead: Inbox, mine: Inbox) -> None:
    dead.keep("Ev1", "", BODY)
    mine.take(1)
    assert not dead.hold("Ev1")
    assert not dead.claim("Ev1", "T:C:1")
    dead.finish("Ev1", EventState.DONE, "1.0")
    dead.renew()
    kept = row(engine, "Ev1")
    assert (kept.state, kept.owner, kept.key) == ("waiting", "mine", None)
    assert mine.hold("Ev1")


def test_what_was_said_is_erased_when_it_is_answered(engine: sa.Engine, mine: Inbox, others: Inbox) -> None:
    mine.keep("Ev1", "T:C:1", BODY)
    mine.finish("Ev1", EventState.DONE, "abcd0123", "1700000000.000100")
    done = row(engine, "Ev1")
    assert (done.state, done.body) == ("done", None)
    assert (done.reference, done.message) == ("abcd0123", "1700000000.000100")
    assert not others.keep("Ev1", "", BODY)
    assert others.take(10) == []


@pytest.mark.parametrize(("tried", "attempt"), [(False, 1), (True, 2)])
def test_what_is_left_to_others_is_theirs_at_once_and_says_whether_it_was_tried(
    mine: Inbox,
    others: Inbox,
    tried: bool,  # noqa: FBT001
    attempt: int,
) -> None:
    mine.keep("Ev1", "", BODY)
    mine.release(["Ev1"], tried=tried)
    mine.keep("Ev2", "", BODY, leased=False, tried=tried)
    assert [(event.id, event.attempt) for event in others.take(10)] == [("Ev1", attempt), ("Ev2", attempt)]


def test_what_is_not_done_yet_is_found_by_a_value_in_it_whoever_works_on_it(
    mine: Inbox, others: Inbox, dead: Inbox
) -> None:
    bodies = [{"event": {"text": f"\u0000 {n} 100%", "ts": "1700000000.000100"}} for n in range(4)]
    mine.keep("Ev0", "T:C:1", bodies[0])
    others.keep("Ev1", "", bodies[1], leased=False)
    dead.keep("Ev2", "", bodies[2])
    mine.keep("Ev3", "", bodies[3])
    mine.keep("Ev4", "", {"event": {"text": "1700000000.000100 を含む", "ts": "1700000001.000100"}})
    mine.finish("Ev3", EventState.DONE)
    for inbox_of in (mine, others):
        found = inbox_of.unfinished("1700000000.000100")
        assert sorted(found, key=str) == bodies[:3]
    assert mine.unfinished("%") == []


def test_an_event_of_which_processes_die_is_given_up(engine: sa.Engine, dead: Inbox, mine: Inbox) -> None:
    dead.keep("Ev1", "", BODY)
    for attempt in range(2, MAX_ATTEMPTS + 1):
        assert mine.give_up() == []
        assert [event.attempt for event in dead.take(1)] == [attempt]
    assert mine.take(1) == []
    assert mine.give_up() == ["Ev1"]
    failed = row(engine, "Ev1")
    assert (failed.state, failed.body) == ("failed", None)


def test_old_events_are_forgotten_done_or_not(engine: sa.Engine, mine: Inbox) -> None:
    for event_id in ("old", "new"):
        mine.keep(event_id, "", BODY)
    with engine.begin() as connection:
        aged = sa.update(inbox).where(inbox.c.event == "old")
        connection.execute(aged.values(received_at=datetime.now(UTC) - timedelta(days=3)))
    forget_events(engine, timedelta(days=2))
    with engine.connect() as connection:
        assert list(connection.scalars(sa.select(inbox.c.event))) == ["new"]


def test_a_database_that_is_gone_is_a_store_error(empty_database: str) -> None:
    engine = connect(empty_database)
    lost = Inbox(engine, "mine")
    for action in (lambda: lost.keep("Ev1", "", BODY), lambda: lost.take(1), lost.renew, lost.give_up):
        with pytest.raises(StoreError):
            action()
    engine.dispose()


STEPS = st.lists(st.tuples(st.sampled_from(["keep", "take", "die", "finish"]), st.integers(0, 4)), max_size=25)


@given(STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_every_event_is_done_once(
    engine: sa.Engine, dead: Inbox, steps: list[tuple[str, int]]
) -> None:
    with engine.begin() as connection:
        connection.execute(inbox.delete())
    kept, held, done = set[str](), set[str](), list[str]()
    worker = Inbox(engine, "worker0")
    for number, (step, event) in enumerate(steps):
        name = f"Ev{event}"
        if step == "keep":
            assert worker.keep(name, "", BODY) == (name not in kept)
            held |= {name} - kept
            kept.add(name)
        elif step == "take":
            taken = {stored.id for stored in worker.take(2)}
            assert not taken & (held | set(done))
            held |= taken
        elif step == "die":  # its leases run out, and it comes back under another name
            Inbox(engine, worker.owner, OVER).renew()
            worker, held = Inbox(engine, f"worker{number + 1}"), set()
        elif name in held:
            worker.finish(name, EventState.DONE)
            held.remove(name)
            done.append(name)
    Inbox(engine, worker.owner, OVER).renew()
    last = Inbox(engine, "last")
    left = {stored.id for stored in last.take(100)} | set(last.give_up())
    assert len(done) == len(set(done))
    assert left | set(done) == kept
    assert not left & set(done)
