"""Coming in to the team's pages: by a one-time link, for some hours, with a role that is asked for each time.

Every form carries the member's own token; nobody is led to another site.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from making import bot_on, web_of
from team_tester import EDITOR, TeamTester, page_of, send, token_in

from bot.gate.measuring_ahead import MeasuringAhead
from bot.web.team.links import VALID_SECONDS
from index.text.analyzer import Analyzer
from knowledge.team.sessions import LASTS, Session, Way, sessions

WAYS_IN = ("/team/in", "/team/link")


def test_a_link_signs_its_reader_in_once_and_leads_to_the_page_asked_for(tester: TeamTester) -> None:
    client, link = tester.client, tester.link()
    key = link.partition("key=")[2]
    assert "編集者として入ります" in page_of(client.get(link))
    assert "編集者として入ります" in page_of(client.get(link)), "looking at it does not use it up"
    done = client.post("/team/in", data={"key": key, "next": "/team/entries?q=料金"})
    assert done.status_code == 303
    assert done.headers["Location"].startswith("/team/entries?q=")
    cookie = done.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/team"} <= set(cookie.split("; "))
    assert f"{EDITOR}さん" in page_of(client.get("/team/entries"))
    again = tester.web.test_client().post("/team/in", data={"key": key})
    assert (again.status_code, "このリンクは使えません" in page_of(again)) == (403, True)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("佐藤 花子", "佐藤 花子"),
        ("  \u200b\t", EDITOR),
        ("あ" * 50, "あ" * 40),
        ("佐藤\r\n\x00花子", "佐藤 花子"),
        ("shipped files", EDITOR),
    ],
)
def test_whoever_comes_in_by_a_link_may_say_their_name(tester: TeamTester, typed: str, shown: str) -> None:
    client = tester.client
    assert 'name="name" maxlength="40"' in client.get(tester.link()).text
    client.post("/team/in", data={"key": tester.key(), "name": typed})
    assert f" {shown}さん" in page_of(client.get("/team/entries"))
    session = tester.team.sessions.find(client.get_cookie("team", path="/team").value)  # type: ignore[union-attr]
    assert session == Session(shown, shown, Way.LINK)  # the user is who the history names


def test_a_link_ends_after_a_quarter_of_an_hour(tester: TeamTester) -> None:
    now = [0.0]
    late = TeamTester(tester.app, timer=lambda: now[0])
    key = late.key()
    now[0] = VALID_SECONDS + 1
    assert late.client.post("/team/in", data={"key": key}).status_code == 403
    assert late.client.post("/team/in", data={"key": ""}).status_code == 403


def test_a_new_link_is_shown_in_the_terminal_and_not_on_the_page(tester: TeamTester) -> None:
    shown = tester.client.post("/team/link")
    (said,) = tester.said
    assert "ターミナルに出しました" in page_of(shown)
    assert said.partition("key=")[2] not in shown.text


def test_who_is_not_signed_in_is_led_to_the_way_in_and_back(tester: TeamTester) -> None:
    led = tester.client.get("/team/entries?q=a")
    assert led.headers["Location"] == "/team/in?next=/team/entries%3Fq%3Da"
    assert tester.client.post("/team/out").headers["Location"] == "/team/in?next=/team"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/team\\@evil", "/teams", "javascript:1"]
)
def test_nobody_is_led_to_another_site(tester: TeamTester, elsewhere: str) -> None:
    done = tester.client.post("/team/in", data={"key": tester.key(), "next": elsewhere})
    assert done.headers["Location"] == "/team"


def test_a_session_ends_with_its_day_and_with_the_sign_out(tester: TeamTester) -> None:
    kept, ended = tester.team.sessions, datetime.now(UTC) - LASTS - timedelta(seconds=1)
    old = kept.begin(Session(EDITOR, EDITOR, Way.LINK), ended)
    tester.client.set_cookie("team", old, path="/team")
    assert tester.client.get("/team/entries").status_code == 303
    assert kept.forget_ended() == 1
    client = tester.signed_in()
    token = client.get_cookie("team", path="/team")
    assert token
    send(client, "/team/out")
    assert kept.find(token.value) is None
    assert client.get("/team/entries").status_code == 303


def test_a_form_without_the_members_own_token_is_refused(tester: TeamTester) -> None:
    client, other = tester.signed_in(), tester.signed_in("other")
    foreign = token_in(other.get("/team/entries"))
    for fields in ({}, {"form_token": foreign}, {"form_token": "é"}):
        refused = client.post("/team/out", data=fields)
        assert (refused.status_code, "フォームが古く" in page_of(refused)) == (403, True)
    assert client.get("/team/entries").status_code == 200, "still signed in"


def test_every_page_but_the_ways_in_asks_who_somebody_is_and_every_form_for_its_token(tester: TeamTester) -> None:
    client, guarded = tester.signed_in(), 0
    for rule in tester.web.url_map.iter_rules():
        methods = {"GET", "POST"} & (rule.methods or set())
        if not rule.rule.startswith("/team") or rule.rule in WAYS_IN:
            continue
        path = re.sub(r"<[^>]*>", "1", rule.rule)
        for method in methods:
            guarded += 1
            asked = tester.web.test_client().open(path, method=method)
            assert (asked.status_code, asked.headers["Location"].startswith("/team/in")) == (303, True), path
            assert method == "GET" or client.post(path).status_code == 403, path
    assert guarded > 10


def test_an_outage_of_the_database_is_said_in_words(tester: TeamTester) -> None:
    client = tester.signed_in()
    sessions.drop(tester.app.store.engine)
    shown = client.get("/team/entries")
    assert (shown.status_code, "データベース" in page_of(shown)) == (503, True)


def test_a_link_that_an_outage_kept_from_signing_in_stays_good(tester: TeamTester) -> None:
    given = {"key": tester.key(), "name": "佐藤"}
    sessions.drop(tester.app.store.engine)
    refused = tester.client.post("/team/in", data=given)
    assert (refused.status_code, "データベース" in page_of(refused), given["key"] in refused.text) == (503, True, False)
    sessions.create(tester.app.store.engine)
    assert [tester.client.post("/team/in", data=given).status_code for _ in range(2)] == [303, 403]


def test_over_https_the_cookie_is_sent_over_https_alone(tester: TeamTester) -> None:
    with bot_on(
        str(tester.app.settings.database_url),
        analyzer=Analyzer(tester.app.tokenizer),
        PUBLIC_URL="https://faq.example.com",
    ) as app:
        secure = TeamTester(app)
        done = secure.client.post("/team/in", data={"key": secure.key()})
    cookies = done.headers.getlist("Set-Cookie")
    assert all("Secure" in cookie.split("; ") and cookie.startswith("__Secure-team=") for cookie in cookies)


def test_a_number_that_is_none_is_nobodys_failure(tester: TeamTester) -> None:
    client = tester.signed_in()
    assert client.get(f"/team/history/{'9' * 30}").status_code == 404
    for number in ("-1", "9" * 30, "9" * 5_000):
        for path, name in (("entries", "from"), ("health", "from"), ("lists/judged", "from"), ("history", "below")):
            assert client.get(f"/team/{path}", query_string={name: number}).status_code == 200
        sent = {"base": number, "line": number, "revision": number, "check": "1", "text": "軽食 => 食事"}
        for path in ("lists/judged", "lists/synonyms", "entries/plan-prices/back", "entries/plan-prices/edit"):
            assert send(client, f"/team/{path}", **sent).status_code < 500


def test_what_goes_wrong_keeps_the_frame_of_who_is_signed_in(
    tester: TeamTester, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = tester.signed_in()
    token = token_in(client.get("/team/entries"))
    large = {"form_token": token, "text": "あ" * (1 << 19)}
    monkeypatch.setattr(tester.app.overview, "recent_gaps", lambda: 1 / 0)
    for response, status, said in (
        (client.get("/team/nothing"), 404, "見つかりませんでした"),
        (client.get("/team/lists/nothing"), 404, "見つかりませんでした"),
        (client.get("/team/entries/x/y"), 404, "見つかりませんでした"),
        (client.get("/team/try/judge"), 405, "もう一度お進みください"),
        (client.post("/team/lists/site", data=large), 413, "大きすぎます"),
        (client.get("/team/gaps"), 500, "受付番号"),
    ):
        assert (response.status_code, said in page_of(response)) == (status, True), page_of(response)
        assert 'aria-label="社内のページ"' in response.text
        assert f"{EDITOR}さん" in page_of(response)
        assert "質問する" not in page_of(response)
    assert client.get("/team/try/judge").headers["Allow"]
    for path in ("/team/nothing", "/teams", "/nothing"):
        public = (tester.web.test_client() if path.startswith("/team/") else client).get(path)
        assert (public.status_code, "質問する" in page_of(public)) == (404, True)


def test_an_editor_who_comes_to_a_page_has_the_next_impact_measured_ahead(tester: TeamTester) -> None:
    ahead = MeasuringAhead(tester.app.publishing)
    client = web_of(tester.app, team=replace(tester.team, ahead=ahead)).test_client()
    token = tester.team.sessions.begin(Session(EDITOR, EDITOR, Way.LINK))
    client.get("/team/entries")
    client.set_cookie("team", token, path="/team")
    client.get("/team/entries")
    assert ahead.begin() is None, "it was begun"
