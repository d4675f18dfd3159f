"""The query log: redacted, hashed askers, finite."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from knowledge.database.connection import connect
from knowledge.database.tables import queries
from knowledge.errors import StoreError
from knowledge.questions.feedback import Feedback, FeedbackKind
from knowledge.questions.query_log import LoggedQuery, QueryLog, new_reference


@pytest.fixture
def log(engine: sa.Engine) -> QueryLog:
    return QueryLog(engine, b"key")


def asked(text: str, asker: str = "U1") -> LoggedQuery:
    return LoggedQuery(
        reference=new_reference(),
        door="web",
        asker=asker,
        text=text,
        decision="answer",
        entry_id="plan-prices",
        confidence=0.9,
        revision=1,
        milliseconds=1.5,
    )


def test_a_question_is_stored_redacted_with_a_hashed_asker(log: QueryLog) -> None:
    log.write(asked("090-1234-5678に料金を教えて", "U0SECRET"))
    with log.engine.connect() as connection:
        (row,) = connection.execute(queries.select()).all()
    assert row.text == "[電話番号]に料金を教えて"
    assert row.asker == log.asker_hash("U0SECRET") != "U0SECRET"
    assert abs(row.at - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_same_asker_has_the_same_hash_only_under_the_same_key(log: QueryLog) -> None:
    assert log.asker_hash("U1") == log.asker_hash("U1") != log.asker_hash("U2")
    assert QueryLog(log.engine, b"another").asker_hash("U1") != log.asker_hash("U1")
    assert log.asker_hash("") == ""


def test_old_questions_are_forgotten(log: QueryLog) -> None:
    log.write(asked("古い質問"))
    log.write(asked("新しい質問"))
    with log.engine.begin() as connection:
        old = sa.update(queries).where(queries.c.text == "古い質問")
        connection.execute(old.values(at=datetime.now(UTC) - timedelta(days=181)))
    assert log.forget(timedelta(days=180)) == 1
    with log.engine.connect() as connection:
        assert [row.text for row in connection.execute(queries.select())] == ["新しい質問"]


def test_a_log_that_cannot_be_written_is_a_store_error(tmp_path: Path) -> None:
    log = QueryLog(connect(f"sqlite:///{tmp_path / 'never-migrated.db'}"), b"key")
    with pytest.raises(StoreError):
        log.write(asked("料金"))
    with pytest.raises(StoreError):
        log.write_feedback(Feedback(reference="x", kind=FeedbackKind.CHOSEN))
