"""The database gone, read-only or full: questions are answered from memory, and all is well again by itself.

1. Nobody waits for a database that is gone, and the log says once that it is gone and once that it is back.
2. A file of SQLite that was removed or replaced is gone too; what can be read is read, and what cannot be written
   keeps nobody from an answer.
3. A publish is heard by other processes at once, and again after the database was gone.
4. An error of the database never shows what was asked.
5. A connection that died while it rested is replaced, and nobody notices.
6. Single statements and transactions share connections: the former last at once, the latter whole or not at all.
"""

import resource
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fake_slack import FakeSlack
from making import bot_on, web_of
from postgres import Postgres
from processes import Bot
from sqlalchemy.exc import SQLAlchemyError

from bot.app import App
from bot.reply import Asker
from index.decision.decision import Answer
from index.text.analyzer import Analyzer
from knowledge.database.connection import (
    connect,
    for_single_statements,
    write_transaction,
)
from knowledge.database.migration import migrate
from knowledge.database.notifications import Publications
from knowledge.database.reachability import Reachable
from knowledge.database.tables import claims, queries
from knowledge.errors import StoreError
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.store import Change, Store
from knowledge.slack_state.claims import Claims
from knowledge.slack_state.inbox import Inbox

QUESTION = "無料お試しは何日間ですか"
ASKER = Asker("test", "U1")
LOCK_SECONDS, REST_SECONDS = 0.2, 0.1
GONE, BACK = "the database cannot be used", "the database is back"


@pytest.fixture
def on_postgres(
    postgres: Postgres, prepared_small_database: Path, small_folder: str, analyzer: Analyzer
) -> Iterator[App]:
    """The bot on PostgreSQL."""
    url = postgres.filled(prepared_small_database)
    with bot_on(url, analyzer, KNOWLEDGE=small_folder) as app:
        app.store = Store(connect(url, lock_seconds=LOCK_SECONDS, rest_seconds=REST_SECONDS))
        assert app.faq.entries()
        yield app
    postgres.drop(url)


def logged(app: App) -> int:
    with app.store.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(queries)) or 0


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "knowledge.database.outage"]


def test_without_its_server_the_bot_answers_and_comes_back(
    on_postgres: App, postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    faq = on_postgres.faq
    faq.ask(QUESTION, ASKER)
    postgres.stop()
    try:
        started = time.monotonic()
        for _ in range(20):
            assert isinstance(faq.ask(QUESTION, ASKER).decision, Answer)
            assert faq.allows(ASKER)
            assert not faq.searcher.refresh()
        assert time.monotonic() - started < 5.0
    finally:
        postgres.start()
    time.sleep(2 * REST_SECONDS)
    faq.ask(QUESTION, ASKER)
    assert logged(on_postgres) == 2
    assert [message.split(" (")[0] for message in messages(caplog)] == [GONE, BACK]


def test_a_table_that_somebody_else_holds_keeps_nobody_waiting(on_postgres: App) -> None:
    on_postgres.faq.ask(QUESTION, ASKER)
    with on_postgres.store.engine.begin() as holding:
        holding.execute(sa.text("LOCK TABLE queries IN ACCESS EXCLUSIVE MODE"))
        started = time.monotonic()
        assert isinstance(on_postgres.faq.ask(QUESTION, ASKER).decision, Answer)
        assert LOCK_SECONDS - 0.05 < time.monotonic() - started < LOCK_SECONDS + 3
    assert logged(on_postgres) == 1
    on_postgres.faq.ask(QUESTION, ASKER)
    assert logged(on_postgres) == 2


def test_publishing_waits_for_whoever_publishes(on_postgres: App) -> None:
    done = threading.Event()

    def publish() -> None:
        with write_transaction(on_postgres.store.engine):
            done.set()

    with write_transaction(on_postgres.store.engine):
        waiting = threading.Thread(target=publish)
        waiting.start()
        assert not done.wait(2 * LOCK_SECONDS)
    waiting.join(5)
    assert done.is_set()


def test_a_server_that_only_reads_keeps_nobody_from_an_answer(
    on_postgres: App, caplog: pytest.LogCaptureFixture
) -> None:
    name = on_postgres.store.engine.url.database
    with on_postgres.store.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    on_postgres.store.engine.dispose()
    for _ in range(5):
        assert isinstance(on_postgres.faq.ask(QUESTION, ASKER).decision, Answer)
        on_postgres.faq.searcher.refresh()
    assert [message.split(" (")[0] for message in messages(caplog)] == [GONE]
    with on_postgres.store.engine.connect() as connection:
        connection.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
        connection.commit()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
        connection.commit()
    on_postgres.store.engine.dispose()
    on_postgres.faq.ask(QUESTION, ASKER)
    assert (logged(on_postgres), messages(caplog)[-1]) == (1, BACK)


def test_a_full_disk_keeps_nobody_from_an_answer(app: App, caplog: pytest.LogCaptureFixture) -> None:
    assert app.faq.entries()
    engine = app.store.engine
    is_full = True

    def limit(connection: Any, _record: object) -> None:
        if is_full:
            connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size for it

    sa.event.listen(engine, "connect", limit)
    engine.dispose()
    while GONE not in caplog.text:  # what is left of the last pages fills up
        assert isinstance(app.faq.ask(QUESTION * 20, ASKER).decision, Answer)
    before = logged(app)
    assert isinstance(app.faq.ask(QUESTION, ASKER).decision, Answer)
    is_full = False
    engine.dispose()
    app.faq.ask(QUESTION, ASKER)
    assert logged(app) > before
    assert [message.split(" (")[0] for message in messages(caplog)] == [GONE, BACK]


def test_a_disk_that_only_the_commit_finds_full_is_told_of_once(app: App, caplog: pytest.LogCaptureFixture) -> None:
    app.faq.ask(QUESTION, ASKER)
    reachable, before = Reachable(app.store.engine), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))  # no file may be written to
    try:
        for _ in range(5):
            assert isinstance(app.faq.ask(QUESTION, ASKER).decision, Answer)
            assert not app.faq.searcher.refresh()
        assert not reachable()
        with pytest.raises(StoreError, match="空き容量"):
            app.store.publish(Change(), "editor", "", 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [message.split(" (")[0] for message in messages(caplog)] == [GONE]
    app.faq.ask(QUESTION, ASKER)
    assert (logged(app), messages(caplog)[1:]) == (2, [BACK])
    assert Reachable(app.store.engine)()
    with app.store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_file_removed_or_replaced_while_it_is_open_is_an_outage(
    small: App, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, is_replaced: bool
) -> None:
    path, away = Path(small.store.engine.url.database or ""), tmp_path / "away.db"
    small.faq.ask(QUESTION, ASKER)
    path.rename(away)
    if is_replaced:
        path.write_bytes(b"another one")
    for _ in range(3):
        assert isinstance(small.faq.ask(QUESTION, ASKER).decision, Answer)
        assert not small.faq.searcher.refresh()
    small.store.engine.dispose()  # so that a connection would have to be opened
    with pytest.raises(StoreError, match="消されたか、別のファイルに置きかえられました"):
        small.store.publish(Change(), "editor", "", 1)
    page = web_of(small).test_client().get("/readyz")
    assert (page.status_code, page.get_json()) == (503, {"ready": False, "snapshot": True, "database": False})
    assert path.read_bytes() == b"another one" if is_replaced else not path.exists()
    assert messages(caplog) == [f"{GONE} (FileRemovedOrReplaced); answers come from memory"]
    away.replace(path)
    small.faq.ask(QUESTION, ASKER)
    assert (logged(small), messages(caplog)[1:]) == (2, [BACK])


def test_what_has_to_be_stored_says_that_it_was_not(on_postgres: App, postgres: Postgres) -> None:
    log, store = on_postgres.log, on_postgres.store
    postgres.stop()
    try:
        for action in (
            lambda: Claims(store.engine).claim("x"),
            lambda: log.forget(timedelta(days=1)),
            lambda: store.publish(Change(), "editor", "", 1),
            lambda: Inbox(store.engine, "mine").keep("Ev1", "", {}),
        ):
            with pytest.raises(StoreError, match="データベースを使えません"):
                action()
    finally:
        postgres.start()


def test_a_publish_is_heard_at_once_and_again_after_an_outage(postgres: Postgres) -> None:
    url = postgres.database()
    engine = connect(url, rest_seconds=REST_SECONDS)
    migrate(engine)
    store, publications = Store(engine), Publications(engine)
    publications.wait(0.01)  # nothing yet, but it listens from now on
    for revision in (0, 1):
        publisher = threading.Timer(0.15, store.publish, (Change(), "editor", "", revision))
        publisher.start()
        started = time.monotonic()
        publications.wait(30.0)
        assert 0.05 < time.monotonic() - started < 5.0
        publisher.join()  # heard of before its connection is back in the pool
        if revision == 0:
            postgres.stop()
            publications.wait(0.01)
            postgres.start()
            time.sleep(2 * REST_SECONDS)
            publications.wait(0.01)
    publications.close()
    engine.dispose()
    postgres.drop(url)


def test_another_process_takes_a_publish_over_within_a_second(
    on_postgres: App, small_folder: str, fake_slack: FakeSlack, tmp_path: Path
) -> None:
    url = on_postgres.store.engine.url.render_as_string(hide_password=False)
    other = Bot(url, fake_slack.url, tmp_path / "log", KNOWLEDGE=small_folder, ENCODER="none")
    other.start()
    try:
        other.wait_until_up()
        revision = on_postgres.store.publish(Change(), "editor", "", on_postgres.store.revision())
        started = time.monotonic()
        while other.health()["revision"] != revision:
            time.sleep(0.01)
        assert time.monotonic() - started < 1.0
    finally:
        other.kill()


def test_an_error_never_shows_what_was_asked(empty_database: str) -> None:
    engine = connect(empty_database)
    log = QueryLog(engine, b"key")
    with pytest.raises(StoreError) as caught:
        log.recent_texts(1)
    with pytest.raises(SQLAlchemyError) as raw, engine.begin() as connection:
        connection.execute(sa.insert(queries).values(reference="r", text=QUESTION))
    assert QUESTION not in str(raw.value) + str(caught.value) + str(caught.value.__cause__)
    engine.dispose()


def test_a_connection_that_died_at_rest_is_replaced(on_postgres: App, caplog: pytest.LogCaptureFixture) -> None:
    mine, others = Claims(on_postgres.store.engine), connect(on_postgres.settings.database_url)
    assert mine.claim("before")
    with others.connect() as connection:
        ours = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        connection.execute(ours).all()
    others.dispose()
    time.sleep(2 * REST_SECONDS)
    assert (mine.claim("after"), mine.claim("before")) == (True, False)
    assert GONE not in caplog.text


def test_single_statements_and_transactions_share_connections(engine: sa.Engine) -> None:
    mine, single = Claims(engine), for_single_statements(engine)

    def failing() -> None:
        with engine.begin() as connection:
            connection.execute(sa.insert(claims).values(key="in a transaction", at=datetime.now(UTC)))
            raise LookupError

    for number in range(3):
        assert mine.claim(f"single {number}")
        with pytest.raises(LookupError):
            failing()
    with single.connect() as connection:
        assert set(connection.scalars(sa.select(claims.c.key))) == {"single 0", "single 1", "single 2"}
