"""The pages around an answer: what they say of themselves, votes, the way to people, and what is gone.

1. An entry's page tells machines its title, conclusion and answer, word for word, and is sent anew when it changes.
2. An entry that was public answers 410 with those nearest to it, or leads to the one that asks the same now; one that
   never was is not given away.
3. Votes and reasons are stored, the last one counts; an inquiry reaches people, or its author is told how to.
4. The first page shows what changed last; completing a question is not asking it; pages and script are small.
5. Only named sites may frame the widget's pages, and nobody any other page.
"""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from fake_slack import FakeSlack
from flask.testing import FlaskClient
from making import StartSmall, make_entry, web_of
from slack_tester import labels, opened, slack_on
from team_tester import TeamTester

from bot import markdown
from bot.app import App
from bot.faq import Faq
from bot.hand_over import HandedQuestion, HandOver, NotHandedError
from bot.settings import read_settings
from bot.web.app import FromSlack
from knowledge.colours import contrast, lightened
from knowledge.database.tables import feedback, queries
from knowledge.entry import TOKYO, Status
from knowledge.files.site_yaml import fault_of
from knowledge.revisions.store import Change

PUBLIC, SHOP = "https://faq.example.com", "https://shop.example.com"
PRICES = "plan-prices"


@pytest.fixture
def app(start_small: StartSmall) -> App:
    return start_small(WEB_RATE_LIMIT="10000", PUBLIC_URL=PUBLIC, WIDGET_SITES=SHOP)


def client_of(app: App, hand_over: HandOver | None = None) -> FlaskClient:
    return web_of(app, FromSlack(hand_over=hand_over)).test_client()


@pytest.fixture
def client(app: App) -> FlaskClient:
    return client_of(app)


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.get_data(as_text=True)


def publish(app: App, change: Change) -> None:
    app.store.publish(change, "山田", "", app.store.revision())
    app.searcher.refresh()


def votes(app: App) -> list[tuple[str, str | None, str | None]]:
    with app.store.engine.connect() as connection:
        return [(row.kind, row.entry_id, row.reason) for row in connection.execute(feedback.select())]


# -- what pages say of themselves -----------------------------------------------------------------


def test_an_entry_tells_machines_its_title_conclusion_and_answer(client: FlaskClient, app: App) -> None:
    entry = app.faq.entry(PRICES)
    assert entry
    html = page(client, f"/faq/{PRICES}")
    assert f"<title>{entry.question} | " in html
    for name in ('name="description"', 'property="og:description"'):
        assert f'<meta {name} content="{markdown.conclusion(entry.answer)}">' in html
    assert f'<meta property="og:title" content="{entry.question}">' in html
    assert f'<link rel="canonical" href="{PUBLIC}/faq/{PRICES}">' in html
    (data,) = map(json.loads, re.findall(r'<script type="application/ld\+json">(.+?)</script>', html))
    (question,) = data["mainEntity"]
    assert (data["@type"], data["url"], question["name"]) == ("FAQPage", f"{PUBLIC}/faq/{PRICES}", entry.question)
    assert question["acceptedAnswer"]["text"] == markdown.unmarked(entry.answer)


def test_the_page_of_a_search_is_for_whoever_has_its_address_and_no_search_engine(client: FlaskClient) -> None:
    html = page(client, f"/search?q={quote('料金プランはいくらですか')}")
    assert '<meta name="robots" content="noindex">' in html
    assert '<meta property="og:title" content="料金プランはいくらですか">' in html
    assert "/search" in page(client, "/robots.txt")


def test_the_sitemap_lists_what_is_answered(client: FlaskClient, app: App) -> None:
    root = ET.fromstring(page(client, "/sitemap.xml"))  # noqa: S314  # our own
    places = [element.text or "" for element in root.iter() if element.text]
    answering = {f"{PUBLIC}/faq/{entry.id}" for entry in app.faq.entries() if not entry.declines}
    assert {place for place in places if "/faq/" in place} == answering
    for place in places:
        assert client.get(place.removeprefix(PUBLIC)).status_code == 200
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in page(client, "/robots.txt")


def test_language_models_get_each_question_with_its_link_and_conclusion(client: FlaskClient, app: App) -> None:
    entry = app.faq.entry(PRICES)
    assert entry
    outline = page(client, "/llms.txt")
    assert outline.startswith(f"# {app.faq.site.title}\n")
    said = f"- [{entry.question}]({PUBLIC}/faq/{PRICES}): {markdown.conclusion(entry.answer)}"
    assert said in outline


def test_without_a_public_address_nothing_points_to_one(app: App) -> None:
    settings = read_settings({"WEB_RATE_LIMIT": "10000"})
    client = web_of(app, settings=settings).test_client()
    assert "canonical" not in page(client, f"/faq/{PRICES}")
    assert "Sitemap" not in page(client, "/robots.txt")
    page(client, "/sitemap.xml", 404)


def test_an_unchanged_entry_is_not_sent_again_and_a_changed_one_is(client: FlaskClient, app: App) -> None:
    first = client.get(f"/faq/{PRICES}")
    seen = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(f"/faq/{PRICES}", headers=seen)
    assert (again.status_code, again.data) == (304, b"")
    entry = app.faq.entry(PRICES)
    assert entry
    publish(app, Change(put=(replace(entry, answer="改定しました。"),)))
    assert "改定しました。" in client.get(f"/faq/{PRICES}", headers=seen).get_data(as_text=True)


def test_pages_and_script_are_small(client: FlaskClient) -> None:
    style, *scripts = (
        len(client.get(f"/{name}", buffered=True).data) for name in ("static/style.css", "static/site.js", "widget.js")
    )
    assert sum(scripts) <= 20_000
    for path in ("/", "/search?q=" + quote("料金"), f"/faq/{PRICES}", "/category?name=" + quote("料金")):
        assert len(client.get(path).data) + style <= 60_000


def test_a_site_has_its_colour_and_logo(app: App, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "site.yaml").write_text('name: 山\ncolour: "#7a1f3d"\nlogo: logo.svg\n', encoding="utf-8")
    settings = read_settings({"KNOWLEDGE": str(tmp_path)})
    site = settings.knowledge.read_site()
    app.faq = Faq(app.searcher, site_of=lambda _: site)
    client = web_of(app, settings=settings).test_client()
    assert '<img src="/logo"' in page(client, "/")
    assert client.get("/logo", buffered=True).data == b"<svg/>"
    assert "--accent: #7a1f3d" in page(client, "/looks.css")


@pytest.mark.parametrize(("colour", "fits"), [("#0b63b0", True), ("#ffcc00", False), ("red", False), ("#12", False)])
def test_only_a_colour_that_can_be_read_is_taken(colour: str, *, fits: bool) -> None:
    assert (fault_of("colour", colour) is None) == fits


@pytest.mark.parametrize("colour", ["#000000", "#0b63b0", "#7a1f3d", "#1c232b"])
def test_in_the_dark_a_colour_is_light_enough_to_be_read(colour: str) -> None:
    assert contrast(lightened(colour, "#1c232b"), "#1c232b") >= 4.5


# -- what is gone ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["retired", "removed", "ended", "draft"])
def test_what_was_public_points_to_the_nearest(client: FlaskClient, app: App, way: str) -> None:
    entry = app.faq.entry("trial-to-contract")
    assert entry
    today = datetime.now(TOKYO).date()
    without = {
        "retired": Change(put=(replace(entry, status=Status.RETIRED),)),
        "removed": Change(remove=(entry.id,)),
        "ended": Change(put=(replace(entry, valid_to=today - timedelta(days=1)),)),
        "draft": Change(put=(replace(entry, status=Status.DRAFT, question="まだ秘密の質問"),)),
    }
    publish(app, without[way])
    html = page(client, f"/faq/{entry.id}", 410)
    assert "今は公開されていません" in html
    assert 'href="/faq/free-trial-10days"' in html
    assert "秘密" not in html
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.parametrize("way", ["renamed", "taken in"])
def test_an_entry_under_another_id_is_led_to(client: FlaskClient, app: App, way: str) -> None:
    entry, other = app.faq.entry("trial-to-contract"), app.faq.entry("free-trial-10days")
    assert entry and other
    put = {
        "renamed": replace(entry, id="after-the-trial"),
        "taken in": replace(other, variants=(*other.variants, entry.question)),
    }
    publish(app, Change(put=(put[way],), remove=(entry.id,)))
    response = client.get(f"/faq/{entry.id}", headers={"Host": "elsewhere.example.com"})
    assert (response.status_code, response.headers["Location"]) == (301, f"/faq/{put[way].id}")
    assert put[way].question in page(client, response.headers["Location"])


def test_what_never_was_public_is_not_given_away(client: FlaskClient, app: App) -> None:
    entry = app.faq.entry(PRICES)
    assert entry
    tomorrow = datetime.now(TOKYO).date() + timedelta(days=1)
    secret = (replace(entry, id="draft", status=Status.DRAFT), replace(entry, id="soon", valid_from=tomorrow))
    publish(app, Change(put=secret))
    for entry_id in ("draft", "soon", "no-such-entry", "' OR 1=1 --"):
        assert "料金プランと月額" not in page(client, f"/faq/{quote(entry_id)}", 404)


# -- votes and people -----------------------------------------------------------------------------


def test_a_vote_is_stored_and_a_reason_takes_its_place(client: FlaskClient, app: App) -> None:
    html = page(client, f"/search?q={quote('料金プランはいくらですか')}")
    (reference,) = re.findall(r'name="reference" value="(\w{8})"', html)
    sent = {"entry": PRICES, "reference": reference, "helpful": "no"}
    assert "どこが合いませんでしたか" in client.post("/vote", data=sent).get_data(as_text=True)
    assert votes(app) == [("unhelpful", PRICES, None)]
    client.post("/vote", data=sent | {"reason": "outdated"})
    assert votes(app) == [("unhelpful", PRICES, "outdated")]
    client.post("/vote", data=sent | {"helpful": "yes", "reason": "outdated"})
    assert votes(app) == [("helpful", PRICES, None)]


def test_votes_of_two_people_who_asked_nothing_are_two(client: FlaskClient, app: App) -> None:
    for address in ("203.0.113.7", "203.0.113.8"):
        vote = {"entry": PRICES, "reference": "", "helpful": "yes"}
        client.post("/vote", data=vote, environ_base={"REMOTE_ADDR": address})
    assert len(votes(app)) == 2


@pytest.mark.parametrize("entry", ["", "no-such-entry", "x" * 10_000])
def test_a_vote_on_nothing_is_not_stored(client: FlaskClient, app: App, entry: str) -> None:
    assert client.post("/vote", data={"entry": entry, "helpful": "yes"}).status_code == 404
    assert votes(app) == []


def test_an_inquiry_reaches_people_with_the_question_asked_before(app: App) -> None:
    handed: list[HandedQuestion] = []
    client = client_of(app, handed.append)
    html = page(client, f"/search?q={quote('縄文土器の文様')}")
    (reference,) = re.findall(r'href="/contact\?ref=(\w{8})', html)
    assert "縄文土器の文様</textarea>" in page(client, f"/contact?ref={reference}&q={quote('縄文土器の文様')}")
    sent = {"ref": reference, "words": "文様を\r\n教えてください", "reach": "me@example.com"}
    assert "me@example.com へお返事します" in client.post("/contact", data=sent).get_data(as_text=True)
    (one,) = handed
    assert (one.reference, one.words, one.reach) == (reference, "文様を\n教えてください", "me@example.com")
    assert votes(app) == [("escalated", None, None)]


def test_an_inquiry_out_of_the_blue_is_a_question_of_its_own(app: App) -> None:
    handed: list[HandedQuestion] = []
    sent = {"ref": "0123abcd", "words": "縄文土器の文様は？", "reach": "me@example.com"}
    assert client_of(app, handed.append).post("/contact", data=sent).status_code == 200
    assert app.faq.question(handed[0].reference) == "縄文土器の文様は？"


@pytest.mark.parametrize("missing", ["words", "reach"])
def test_an_inquiry_with_something_missing_keeps_the_rest(app: App, missing: str) -> None:
    handed: list[HandedQuestion] = []
    sent = {"words": "書いた内容", "reach": "me@example.com"} | {missing: " \u200b\n "}
    response = client_of(app, handed.append).post("/contact", data=sent)
    assert (response.status_code, handed) == (422, [])
    assert next(value for value in sent.values() if value.strip("\u200b \n")) in response.get_data(as_text=True)


def test_an_inquiry_that_reaches_nobody_keeps_its_words_and_names_another_way(app: App) -> None:
    def fail(_: HandedQuestion) -> None:
        raise NotHandedError("担当者に伝えられませんでした。")

    sent = {"words": "書いた内容", "reach": "me@example.com"}
    response = client_of(app, fail).post("/contact", data=sent)
    html = response.get_data(as_text=True)
    assert response.status_code == 502
    assert "書いた内容</textarea>" in html
    assert 'href="https://kschannel.jp/"' in html
    (reference,) = re.findall(r'name="ref" value="(\w{8})"', html)  # sent again, it is the same question
    assert app.faq.question(reference) == "書いた内容"


def test_people_read_few_inquiries_of_one_address_in_a_minute(app: App) -> None:
    handed: list[HandedQuestion] = []
    client = client_of(app, handed.append)
    sent = {"words": "宣伝", "reach": "spam@example.com"}
    assert [client.post("/contact", data=sent).status_code for _ in range(3)] == [200, 200, 429]


def test_without_people_in_slack_there_is_no_form(client: FlaskClient) -> None:
    assert "フォームで" not in page(client, f"/faq/{PRICES}")
    page(client, "/contact", 404)


# -- the widget -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/widget", "/widget/", "/widget/search?q=x", f"/widget/faq/{PRICES}", "/widget.js"])
def test_only_named_sites_may_frame_the_widget(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert response.status_code == 200
    assert policy.endswith(f"frame-ancestors {SHOP}")
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in response.headers
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in response.headers


def test_pages_in_the_frame_lead_to_pages_in_the_frame(client: FlaskClient) -> None:
    html = page(client, f"/widget/search?q={quote('料金')}")
    own = set(re.findall(r'(?:href|action|data-suggest)="(/[^"]*)"', html))
    assert all(path.startswith(("/widget/", "/static/")) for path in own)
    (reference,) = re.findall(r'name="reference" value="(\w+)"', html)
    chosen = client.post("/widget/choose", data={"reference": reference, "entry": PRICES})
    assert chosen.headers["Location"] == f"/widget/faq/{PRICES}?ref={reference}"


def test_where_no_site_is_named_there_is_no_widget(app: App) -> None:
    client = web_of(app, settings=read_settings({})).test_client()
    for path in ("/widget/", "/widget.js"):
        page(client, path, 404)


# -- the first page -------------------------------------------------------------------------------


def test_a_category_lists_its_questions_with_their_conclusions(client: FlaskClient, app: App) -> None:
    entry = app.faq.entry("plan-prices")
    assert entry
    html = page(client, f"/category?name={quote('料金')}").replace("<wbr>", "")
    assert f'href="/faq/plan-prices">{entry.question}<small>{markdown.conclusion(entry.answer)}' in html
    assert "見つかりませんでした" in page(client, "/category?name=nothing", 404)


@pytest.mark.parametrize("left_over", ["その他", "そのほか"])
def test_what_is_left_over_is_the_last_category_at_every_door(
    small: App, fake_slack: FakeSlack, left_over: str
) -> None:
    added = [make_entry(f"in-{n}", f"{name}の話", category=name) for n, name in enumerate((left_over, "お支払い"))]
    publish(small, Change(put=tuple(added)))
    wanted = ["お支払い", "料金", "無料お試し", left_over]
    client, team = client_of(small), TeamTester(small).signed_in()
    assert re.findall(r">([^<]+)<span class=\"count\">", page(client, "/")) == wanted
    assert client.get("/api/v1/entries").get_json()["categories"] == wanted
    assert re.findall("^## (.+)$", page(client, "/llms.txt"), re.MULTILINE) == wanted
    listed = page(team, "/team/entries?order=category")
    assert re.findall("<option>([^<]+)</option>", listed) == wanted
    assert listed.rindex(left_over) > listed.rindex("無料お試し")
    with slack_on(small, fake_slack) as slack:
        assert labels(opened(slack.open_tab("home")))[-len(wanted) :] == wanted


def test_what_changed_last_is_listed_with_its_day(client: FlaskClient, app: App) -> None:
    assert "最近変わった回答" not in page(client, "/")
    entry = app.faq.entry("plan-prices")
    other = app.faq.entry("free-trial-10days")
    assert entry and other
    put = (replace(entry, answer=entry.answer + "\n\n2027年に改定します。"), replace(other, note="見直し済み"))
    publish(app, Change(put=put))
    changed = page(client, "/").split("最近変わった回答")[1]
    assert 'href="/faq/plan-prices"' in changed
    assert f"{datetime.now(TOKYO):%Y-%m-%d}" in changed
    assert "free-trial-10days" not in changed  # a note is not what people read


def test_the_old_address_of_a_search_still_answers(client: FlaskClient) -> None:
    assert '<h1 class="question">' in page(client, f"/?q={quote('料金プランはいくらですか')}")


def test_completing_a_question_is_not_asking_it(client: FlaskClient, app: App) -> None:
    found = client.get(f"/suggest?q={quote('料金プラン')}").get_json()["questions"]
    assert found[0] == {"url": "/faq/plan-prices", "parts": [["料金プラン", True], ["と月額はいくらですか？", False]]}
    with app.store.engine.connect() as connection:
        assert connection.execute(queries.select()).all() == []
