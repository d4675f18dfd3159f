"""The web door, over real HTTP semantics: search, choices, errors.

What surrounds an answer is in test_web_pages.py, hostile text in test_web_hostile.py.

1. The ten questions of the Q&A log's fourth page are answered with their entry and link.
2. Every live entry has a permanent page; an unknown one is a friendly 404.
3. No script but our own file may run, no cookie is set, and a failure shows a reference only.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from making import web_of
from test_slack_asking import TEN

from bot import markdown
from bot.app import App
from knowledge.database.tables import feedback, queries


@pytest.fixture
def client(app: App) -> Iterator[FlaskClient]:
    with web_of(app).test_client() as client:
        yield client


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.get_data(as_text=True)


@pytest.mark.parametrize(("question", "entry_id", "answer"), TEN)
def test_each_of_the_ten_questions_is_answered_with_its_link(
    client: FlaskClient, app: App, question: str, entry_id: str, answer: str
) -> None:
    entry = app.faq.entry(entry_id)
    assert entry
    html = page(client, f"/search?q={quote(question)}")
    text = re.sub(r"<[^>]+>", "", html)
    assert entry.question in text
    assert answer in text
    assert f'href="{entry.url}"' in html
    assert "掲載当時の内容です" in html


def test_the_first_page_lets_people_ask_and_browse(client: FlaskClient) -> None:
    html = page(client, "/")
    assert '<input id="q" name="q" type="search"' in html
    for category in ("料金", "解約", "無料お試し", "転送・番号"):
        assert f'href="/category?name={quote(category)}"' in html
    assert 'href="/faq/plan-prices"' in html.split("分類から探す")[0]


def test_every_live_entry_has_its_page(client: FlaskClient, app: App) -> None:
    for entry in app.faq.entries():
        assert entry.question.split("？")[0] in page(client, f"/faq/{entry.id}")


def test_an_unknown_entry_is_a_friendly_404(client: FlaskClient) -> None:
    assert "見つかりませんでした" in page(client, "/faq/no-such-entry", 404)
    assert "見つかりませんでした" in page(client, "/favicon.ico", 404)


def test_a_pressed_suggestion_leads_to_its_page_and_is_stored(client: FlaskClient, app: App) -> None:
    html = page(client, f"/search?q={quote('解約の相談')}")
    chosen = re.findall(r'<button name="entry" value="([a-z0-9-]+)">', html)
    (reference,) = re.findall(r'name="reference" value="(\w+)"', html)
    assert len(chosen) == 3
    response = client.post("/choose", data={"reference": reference, "entry": chosen[1]})
    assert (response.status_code, response.headers["Location"]) == (303, f"/faq/{chosen[1]}?ref={reference}")
    with app.store.engine.connect() as connection:
        (stored,) = connection.execute(feedback.select()).all()
    assert (stored.reference, stored.kind, stored.entry_id) == (reference, "chosen", chosen[1])


def test_none_of_these_is_stored_and_offers_a_person(client: FlaskClient, app: App) -> None:
    (reference,) = re.findall(r'name="reference" value="(\w+)"', page(client, f"/search?q={quote('解約の相談')}"))
    response = client.post("/choose", data={"reference": reference, "entry": ""})
    assert "担当者への連絡" in response.get_data(as_text=True)
    with app.store.engine.connect() as connection:
        assert [row.kind for row in connection.execute(feedback.select())] == ["none_of_these"]


@pytest.mark.parametrize(
    ("entry", "status"), [("no-such-entry", 404), ("x" * 500_000, 404), ("plan-prices", 303), ("", 200)]
)
def test_a_forged_choice_is_shown_and_leaves_nothing(client: FlaskClient, app: App, entry: str, status: int) -> None:
    assert client.post("/choose", data={"reference": "0123abcd", "entry": entry}).status_code == status
    with app.store.engine.connect() as connection:
        assert connection.execute(feedback.select()).all() == []


def test_a_choice_that_was_never_suggested_is_not_stored(client: FlaskClient, app: App) -> None:
    (reference,) = re.findall(r'name="reference" value="(\w+)"', page(client, f"/search?q={quote('解約の相談')}"))
    assert client.post("/choose", data={"reference": reference, "entry": "x" * 500_000}).status_code == 404
    with app.store.engine.connect() as connection:
        assert connection.execute(feedback.select()).all() == []


def test_the_next_question_may_be_a_follow_up(client: FlaskClient) -> None:
    first = page(client, f"/search?q={quote('東京の番号はもらえますか')}")
    assert '<input type="hidden" name="after" value="number-types-03-050">' in first
    assert '<input type="hidden" name="asked" value="東京の番号はもらえますか">' in first
    asked = quote("東京の番号はもらえますか")
    html = page(client, f"/search?q={quote('じゃあ050は？')}&asked={asked}&after=number-types-03-050")
    assert "続くご質問として読みました" in html


def test_two_questions_get_two_answers_each_under_its_question(client: FlaskClient) -> None:
    html = page(client, f"/search?q={quote('免許証は写メで送っていいですか？あと、解約に違約金はありますか')}")
    assert "ご質問1: 免許証は写メで送っていいですか？" in html
    assert "ご質問2: 解約に違約金はありますか" in html
    assert html.count('class="answer"') == 2


def test_thanks_get_one_line(client: FlaskClient) -> None:
    html = page(client, f"/search?q={quote('ありがとうございました')}")
    assert "こちらこそありがとうございます" in html
    assert "担当者への連絡" not in html


def test_a_wrong_figure_in_the_question_is_pointed_out(client: FlaskClient) -> None:
    html = page(client, f"/search?q={quote('無料お試しは30日間ですよね')}")
    assert "「30日」という数字は、この回答にはありません" in html


def test_an_abstention_offers_a_person(client: FlaskClient) -> None:
    html = page(client, f"/search?q={quote('縄文土器の文様')}")
    assert "見つかりませんでした" in html
    assert "担当者への連絡" in html


@pytest.mark.parametrize("query", ["", "   ", "%00", "%F0%9F%99%8F", "%ff%fe", "a" * 5_000, "%E3%80%80"])
def test_an_odd_query_gets_a_page(client: FlaskClient, query: str) -> None:
    assert "ご質問を、ふだんの言葉で" in page(client, f"/search?q={query}")


@pytest.mark.parametrize("path", ["/", "/search?q=x", "/faq/plan-prices"])
def test_no_script_but_our_own_file_may_run_and_no_cookie_is_set(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "Set-Cookie" not in response.headers
    html = response.get_data(as_text=True)
    assert html.count('<script src="/static/') == 1
    assert html.count("<script") == 1 + html.count('<script type="application/ld+json">')
    assert " style=" not in html
    assert not re.search(r"<[^>]+ on\w+=", html)


def test_health_tells_the_revision(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "revision": 1}


def test_slack_is_not_there_without_its_settings(client: FlaskClient) -> None:
    assert client.post("/slack/events", data=b"{}").status_code == 404


def test_a_failure_shows_a_reference_and_no_traceback(
    client: FlaskClient, app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inner detail")

    monkeypatch.setattr(app.faq, "ask", broken)
    html = page(client, "/search?q=x", 500)
    reference = re.search("受付番号 ([0-9a-f]{8})", html)
    assert reference
    assert reference[1] in caplog.text
    assert "inner detail" not in html


def test_questions_from_the_web_are_logged(client: FlaskClient, app: App) -> None:
    page(client, f"/search?q={quote('無料お試しは何日間ですか')}")
    with app.store.engine.connect() as connection:
        (row,) = connection.execute(queries.select()).all()
    assert (row.door, row.decision, row.entry_id) == ("web", "answer", "free-trial-10days")


# -- the Markdown subset --------------------------------------------------------------------------


def test_bold_next_to_japanese_punctuation_is_bold() -> None:
    (paragraph,) = markdown.parse("**「はい」**です。**いいえ。**次")
    assert isinstance(paragraph, markdown.Paragraph)
    assert [(span.text, span.bold) for span in paragraph.lines[0]] == [
        ("「はい」", True),
        ("です。", False),
        ("いいえ。", True),
        ("次", False),
    ]


def test_paragraphs_lists_and_links() -> None:
    blocks = markdown.parse("一行目\n二行目\n\n- 甲\n- [乙](https://example.com)\n  続き\n\n1. 一\n2. 二\n終わり")
    kinds = [type(block).__name__ for block in blocks]
    assert kinds == ["Paragraph", "List", "List", "Paragraph"]
    assert isinstance(blocks[1], markdown.List)
    assert [span.text for span in blocks[1].items[1]] == ["乙", " 続き"]
    assert blocks[1].items[1][0].url == "https://example.com"


@pytest.mark.parametrize(
    "text", ["**", "**a", "[a](b", "[a](javascript:x)", "[a]( https://x)", "*a*", "`a`", "# a", "a **** b", ""]
)
def test_what_is_not_in_the_subset_stays_as_written(text: str) -> None:
    blocks = markdown.parse(text)
    said = "".join(
        span.text
        for block in blocks
        for line in (block.lines if isinstance(block, markdown.Paragraph) else block.items)
        for span in line
    )
    assert said == text.strip()
