"""The audit of answers and the health of entries on the team's pages, with real questions, votes and publishes.

1. The same answers of a week are drawn each time, only answers, and each verdict counts once.
2. The promise is held against the exact interval of the verdicts, and nothing is claimed that they do not show.
3. An entry's weak parts are named; a confirmation is published by the gate, in its editor's name, and only of what
   the editor saw.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from logged_questions import Asking
from team_tester import EDITOR, TeamTester, page_of, send
from werkzeug.test import TestResponse

from bot.app import App
from bot.web.team.figures.auditing import exact_interval
from knowledge.database.tables import queries
from knowledge.entry import TOKYO, Entry
from knowledge.judged import with_judgements
from knowledge.list_name import ListName
from knowledge.questions.audits import SAMPLED, Audits, AuditVerdict, last_week
from knowledge.questions.feedback import FeedbackKind
from knowledge.questions.outcomes import day_begins
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.store import Change

PRICES = "plan-prices"


@pytest.fixture
def client(tester: TeamTester) -> FlaskClient:
    return tester.signed_in()


def asked(small: App, number: int) -> list[str]:
    """The references of some answers of the last whole week."""
    asking, monday = Asking(small.log), day_begins(last_week(datetime.now(UTC)))
    return [asking.ask(monday + timedelta(hours=n), entry=PRICES, text=f"料金 その{n}") for n in range(number)]


def judge(client: FlaskClient, reference: str, verdict: AuditVerdict) -> TestResponse:
    return send(client, "/team/audit", on="/team/audit", reference=reference, verdict=verdict.value)


# -- the audit --------------------------------------------------------------------------------------


def test_a_week_begins_on_monday_in_japan() -> None:
    assert last_week(datetime(2026, 5, 17, 14, 59, tzinfo=UTC)) == date(2026, 5, 4)  # Sunday, a minute to midnight
    assert last_week(datetime(2026, 5, 17, 15, 0, tzinfo=UTC)) == date(2026, 5, 11)


def test_the_same_answers_of_the_week_are_drawn_each_time(engine: sa.Engine) -> None:
    week = date(2026, 5, 4)
    asking, audits, monday = Asking(QueryLog(engine, b"key")), Audits(engine), day_begins(week)
    references = [asking.ask(monday + timedelta(hours=n)) for n in range(SAMPLED + 5)]
    for at, decision in ((monday, "suggest"), (monday - timedelta(seconds=1), "answer")):
        asking.ask(at, decision=decision)
    asking.ask(monday + timedelta(days=7))
    drawn = audits.sample(week)
    assert [one.reference for one in drawn] == sorted(references)[:SAMPLED]
    for verdict in (AuditVerdict.WRONG, AuditVerdict.RIGHT):
        audits.judge(week, drawn[0], verdict, EDITOR)
    judged, *rest = audits.sample(week)
    assert (judged.verdict, judged.editor) == (AuditVerdict.RIGHT, EDITOR)
    assert rest == drawn[1:]
    assert audits.counts(week) == {week: Counter({AuditVerdict.RIGHT: 1})}


def test_an_editor_judges_one_after_another_and_the_last_verdict_counts(small: App, client: FlaskClient) -> None:
    first, second = asked(small, 2)
    page = client.get("/team/audit")
    assert all(words in page_of(page) for words in ("選んだ2件のうち、0件", "料金 その0", "料金プランと月額は"))
    assert [f'accesskey="{key}"' in page.text for key in (1, 2, 3)] == [True] * 3
    assert "「料金 その1」" in page_of(judge(client, first, AuditVerdict.RIGHT))
    assert "この週の判定は終わりました" in page_of(judge(client, second, AuditVerdict.RIGHT))
    assert "いまの判定 正しい" in page_of(client.get(f"/team/audit?reference={second}"))
    assert judge(client, second, AuditVerdict.WRONG).status_code == 200
    week = last_week(datetime.now(UTC))
    assert Audits(small.store.engine).counts(week) == {week: Counter({AuditVerdict.RIGHT: 1, AuditVerdict.WRONG: 1})}
    file = client.get("/team/audit?format=csv").data.decode("utf-8-sig").splitlines()
    assert file[1:] == [f"{week},1,1,0,0.5,0.0126,0.9874", "合計,1,1,0,0.5,0.0126,0.9874"]
    assert judge(client, "ffffffff", AuditVerdict.RIGHT).status_code == 404


def test_verdicts_stay_when_their_questions_are_deleted(small: App, client: FlaskClient) -> None:
    (reference,) = asked(small, 1)
    judge(client, reference, AuditVerdict.UNCLEAR)
    with small.store.engine.begin() as connection:
        connection.execute(sa.delete(queries))
    assert "合計,0,0,1,0.0,0.0,1.0" in client.get("/team/audit?format=csv").data.decode("utf-8-sig")


def test_a_right_answer_becomes_a_judged_query_by_the_gate(small: App, client: FlaskClient) -> None:
    (reference,) = asked(small, 1)
    judge(client, reference, AuditVerdict.RIGHT)
    page = client.get("/team/audit")
    assert '<input type="hidden" name="target" value="plan-prices">' in page.text
    shown = send(client, "/team/try/judge", on="/team/audit", question="料金 その0", target=PRICES)
    assert all(words in page_of(shown) for words in ("公開前の確認", "料金 その0", "料金プランと月額は"))


def test_the_right_answers_of_a_week_become_judged_queries_together(small: App, client: FlaskClient) -> None:
    for reference, verdict in zip(
        asked(small, 3), (AuditVerdict.RIGHT, AuditVerdict.RIGHT, AuditVerdict.WRONG), strict=True
    ):
        judge(client, reference, verdict)
    assert "正しいとした2件をまとめて" in page_of(client.get("/team/audit"))
    shown = page_of(send(client, "/team/audit/judged", on="/team/audit"))
    assert [f"料金 その{number}" in shown for number in range(3)] == [True, True, False]
    base = small.store.load()
    judged = with_judgements(base.lists.judged, ["料金 その0", "料金 その1"], PRICES, base.entries)
    small.store.publish(Change(lists={ListName.JUDGED: judged}), "editor", "", base.revision)
    assert "まとめて" not in page_of(client.get("/team/audit"))
    assert send(client, "/team/audit/judged", on="/team/audit").status_code == 422


@pytest.mark.parametrize(
    ("wrong", "cases", "low", "high"),
    [(0, 30, 0.0, 0.1157), (1, 30, 0.0008, 0.1722), (5, 10, 0.1871, 0.8129), (30, 30, 0.8843, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_the_exact_one(wrong: int, cases: int, low: float, high: float) -> None:
    assert exact_interval(wrong, cases) == pytest.approx((low, high), abs=0.0001)


def test_the_promise_is_broken_only_where_the_verdicts_show_it(small: App, client: FlaskClient) -> None:
    bound = f"{small.faq.searcher.snapshot.calibration.risk.bound:.1%}"
    references = asked(small, 6)
    assert f"誤りは{bound}以下」です。判定がまだない" in page_of(client.get("/team/audit"))
    judge(client, references[0], AuditVerdict.RIGHT)
    assert "まだ件数が足りません" in page_of(client.get("/team/audit"))
    for reference in references:
        judge(client, reference, AuditVerdict.WRONG)
    assert "少なくとも54.1%が誤りです" in page_of(client.get("/team/audit"))


# -- the health of entries --------------------------------------------------------------------------


def entry_of(small: App) -> Entry:
    return small.publishing.live().by_id[PRICES]


def today() -> date:
    return datetime.now(TOKYO).date()


def test_weak_parts_of_an_entry_are_named(small: App, client: FlaskClient) -> None:
    asking = Asking(small.log)
    weak = replace(entry_of(small), as_of=None, owner="", url="", review_by=today() - timedelta(days=1), variants=())
    small.store.publish(Change(put=(weak,)), "editor", "", small.store.revision())
    for number in range(3):
        asking.ask(datetime.now(UTC), FeedbackKind.UNHELPFUL, entry=PRICES, asker=f"U{number}")
    lines = client.get("/team/health?format=csv").data.decode("utf-8-sig").splitlines()
    (line,) = (line for line in lines if line.startswith(PRICES))
    faults = "見直し日を過ぎている・確認日がない・リンクがない・担当がいない・言い方が少ない・役に立たない票が多い"
    assert f",{faults}," in line
    assert line.endswith(",3,0,3,0,")
    assert lines[1] == line


def test_entries_are_filtered_by_a_weak_part_and_a_confirmation_leads_back_to_them(
    small: App, client: FlaskClient
) -> None:
    few, kind = replace(entry_of(small), variants=("料金は",)), "言い方が少ない"
    small.store.publish(Change(put=(few,)), "editor", "", small.store.revision())
    page = page_of(client.get("/team/health"))
    assert re.search(rf"すべて \d+ .*{kind} 1 ", page) and "まだ確かめていません" in page
    shown = client.get("/team/health", query_string={"kind": kind}).text
    assert re.findall(r"/team/health/([\w-]+)", shown) == [PRICES]
    again = (today() + timedelta(days=100)).isoformat()
    fields = {"review_by": again, "base": "2", "kind": kind}
    confirmed = send(client, f"/team/health/{PRICES}", on="/team/health", **fields)
    assert (confirmed.status_code, confirmed.request.args["kind"]) == (200, kind)


def test_a_confirmation_is_published_in_its_editors_name(small: App, client: FlaskClient) -> None:
    before, again = entry_of(small), today() + timedelta(days=100)
    shown = send(client, f"/team/health/{PRICES}", on="/team/health", review_by=again.isoformat(), base="1")
    assert shown.status_code == 200
    assert entry_of(small) == replace(before, as_of=today(), review_by=again)
    (newest,) = small.publishing.history.revisions(1)
    assert (newest.number, newest.editor, newest.reason) == (2, EDITOR, "再確認しました")


def test_an_entrys_own_page_says_how_it_is_and_takes_the_confirmation(small: App, client: FlaskClient) -> None:
    asked(small, 3)
    page = client.get(f"/team/entries/{PRICES}")
    assert all(words in page_of(page) for words in ("担当がいない", "尋ねられた回数 3", "再確認しました"))
    again = (today() + timedelta(days=100)).isoformat()
    shown = send(client, f"/team/health/{PRICES}", on="/team/health", review_by=again, base="1", on_page="yes")
    assert shown.request.path == f"/team/entries/{PRICES}"
    assert again in page_of(shown)


def test_a_confirmation_of_what_its_editor_did_not_see_is_refused(small: App, client: FlaskClient) -> None:
    changed = replace(entry_of(small), answer="9,999円です。")
    small.store.publish(Change(put=(changed,)), "another", "", 1)
    later = (today() + timedelta(days=100)).isoformat()
    table = [(PRICES, later, 409), (PRICES, today().isoformat(), 422), (PRICES, "来年", 422), ("no-such", later, 404)]
    for entry_id, day, status in table:
        sent = send(client, f"/team/health/{entry_id}", on="/team/health", review_by=day, base="1")
        assert sent.status_code == status
    assert small.store.load().by_id[PRICES] == changed
