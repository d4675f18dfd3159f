"""One visitor who asks very much fills neither the log nor what editors read.

1. Of one address of the web a bounded number of questions a day is stored, and all are answered; a token has no bound.
2. One asker counts once among the gaps and for the questions most asked, and less when asking very much.
3. What real people ask is among the first gaps, however much junk there is, and so are their questions at publishing.
4. Only what was suggested is stored as chosen, and the same but once.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from asking import KAEDE, SAKURA, UNKNOWN
from making import StartSmall, web_of

from bot.app import App
from bot.reply import Asker
from knowledge.database.tables import feedback, queries
from knowledge.questions.query_log import DAILY, new_reference
from knowledge.questions.signs import LOUD

TRIAL = "無料お試しは何日間できますか"
SUGGESTED = "お試しをのばしたい"
VISITOR = Asker("web", "203.0.113.7 2026-11", is_visitor=True)


@pytest.fixture
def app(start_small: StartSmall) -> App:
    return start_small(WEB_RATE_LIMIT="10000", API_TOKENS="shop:a-token-of-the-tests-0123456789")


def count(app: App, table: sa.Table = queries) -> int:
    with app.store.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def store(app: App, asker: Asker, *texts: str, **values: Any) -> None:
    """Store questions without asking them."""
    now = datetime.now(UTC) - timedelta(hours=2)
    row = {"door": asker.door, "asker": app.log.asker_hash(asker.id), "decision": "abstain", "entry_id": None}
    row |= {"confidence": 0.1, "revision": 1, "milliseconds": 1.0} | values
    with app.store.engine.begin() as connection:
        rows = [row | {"reference": new_reference() * 2, "at": now, "text": text} for text in texts]
        connection.execute(sa.insert(queries), rows)


def junk(number: int) -> list[str]:
    return [f"がらくた{chr(0x4E00 + 7 * place)}{place}" for place in range(number)]


def test_a_visitors_questions_of_a_day_are_bounded_and_all_answered(app: App) -> None:
    client = web_of(app).test_client()
    store(app, Asker("web", f"127.0.0.1 {datetime.now(UTC):%Y-%m}"), *junk(DAILY.number - 1))
    for _ in range(3):
        assert "10日" in client.get("/search", query_string={"q": TRIAL}).get_data(as_text=True)
    assert count(app) == DAILY.number
    assert client.post("/api/v1/ask", json={"query": TRIAL}).status_code == 200
    assert count(app) == DAILY.number, "at whatever door"
    token = {"Authorization": "Bearer a-token-of-the-tests-0123456789"}
    assert client.post("/api/v1/ask", json={"query": TRIAL}, headers=token).status_code == 200
    assert count(app) == DAILY.number + 1


def test_an_address_is_one_asker_and_never_stored(app: App) -> None:
    client = web_of(app).test_client()
    for address in ("203.0.113.7", "203.0.113.7", "203.0.113.8"):
        client.get("/search", query_string={"q": UNKNOWN}, environ_base={"REMOTE_ADDR": address})
    with app.store.engine.connect() as connection:
        rows = connection.execute(queries.select()).all()
    assert len({row.asker for row in rows}) == 2
    assert "203.0.113" not in str(rows)


def test_real_gaps_come_before_junk_however_often_it_is_asked(app: App) -> None:
    store(app, VISITOR, *junk(3 * LOUD), *junk(3 * LOUD))
    store(app, SAKURA, UNKNOWN, "領収書に社印は押せますか", at=datetime.now(UTC) - timedelta(days=20))
    store(app, KAEDE, UNKNOWN, at=datetime.now(UTC) - timedelta(days=20))
    first, second, third, *_ = app.overview.gaps()
    assert (first.representative, first.askers, first.voices) == (UNKNOWN, 2, 2)
    assert second.representative == "領収書に社印は押せますか"
    assert third.voices <= 1 / 6


def test_equal_questions_of_one_asker_are_counted_without_reading_each(app: App) -> None:
    store(app, SAKURA, *[UNKNOWN] * 50)
    (question,) = app.overview._gap_questions.asked_between(  # noqa: SLF001  # what the database hands over
        datetime.now(UTC) - timedelta(days=1), datetime.now(UTC), 10
    )
    assert (question.count, question.voice) == (50, 1)
    (gap,) = app.overview.gaps()
    assert (gap.count, gap.askers, gap.this_week) == (50, 1, 50)


def test_one_asker_does_not_decide_what_is_most_asked(app: App) -> None:
    store(app, VISITOR, *["a"] * 9, decision="answer", entry_id="plan-prices")
    for asker in (SAKURA, KAEDE):
        store(app, asker, "b", decision="answer", entry_id="free-trial-10days")
    assert [entry.id for entry in app.overview.most_asked(2)] == ["free-trial-10days", "plan-prices"]


def test_one_asker_does_not_fill_what_is_asked_anew_before_publishing(app: App) -> None:
    store(app, KAEDE, "月額はいくらですか", at=datetime.now(UTC) - timedelta(days=3))
    store(app, VISITOR, *junk(40))
    recent = app.log.recent_texts(20)
    assert "月額はいくらですか" in recent
    assert len(recent) == 5


@pytest.mark.parametrize("path", ["/choose", "/api/v1/feedback"])
def test_only_what_was_suggested_is_stored_as_chosen_and_once(app: App, path: str) -> None:
    client = web_of(app).test_client()
    reply = app.faq.ask(SUGGESTED, VISITOR)
    suggested = [hit.entry.id for hit in reply.decision.hits]
    other = next(entry.id for entry in app.faq.entries() if entry.id not in suggested)
    for entry_id in (other, other, *suggested[:1] * 25):
        given = {"reference": reply.reference, "entry": entry_id}
        if path == "/choose":
            assert client.post(path, data=given).status_code == 303
        else:
            assert client.post(path, json=given | {"kind": "chosen"}).status_code == 204
    with app.store.engine.connect() as connection:
        (row,) = connection.execute(feedback.select()).all()
    assert (row.reference, row.kind, row.entry_id) == (reply.reference, "chosen", suggested[0])


def test_a_reader_who_asked_nothing_has_one_vote_on_an_entry(app: App) -> None:
    client = web_of(app).test_client()
    for helpful in ("no", "no", "yes"):
        assert client.post("/vote", data={"entry": "plan-prices", "helpful": helpful}).status_code == 200
    assert count(app, feedback) == 1
