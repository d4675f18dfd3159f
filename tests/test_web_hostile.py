"""The web door among the hostile: whatever visitors send and editors might have written, a page stays a page.

1. No entry, query, path or form value becomes markup, a link that runs something, or a template that is computed.
2. Text that turns its surroundings around does not get onto the page.
3. Every response carries every security header and no cookie; over https browsers are told to stay there.
4. No redirect leads to another host.
5. One client's flood is refused with a time to come back, costs nobody else anything and no memory without end.
"""

import math
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from making import bot_on, publish_first, web_of
from werkzeug.test import EnvironBuilder

from bot.app import App
from bot.faq import Faq
from bot.settings import read_settings
from bot.web import clients
from bot.web.rate_limit import MAX_CLIENTS, SECOND, RateLimit
from index.text.analyzer import Analyzer
from knowledge.entry import Entry
from knowledge.entry_reader import read_entry
from knowledge.site import site_of

CONTACT = '<b onclick="x()">窓口</b> javascript:alert(1) https://example.com/"onmouseover="x()'
TURNED = "\u202e\u2066\u200f\ufeff"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><iframe srcdoc='<script>x</script>'>",
    "{{ 7*191 }}{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}",
    "{{ config }}${7*191}#{7*191}<%= 7*191 %>",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href=data:text/html,x>押す</a>",
    '[押す](javascript:alert(1)) [押す](data:text/html,x) [押す](https://example.com/"onclick="x)',
    "**<u>太字</u>**",
    "- <li onclick=x()>項目",
    "'; DROP TABLE entries; --",
    "\r\nSet-Cookie: a=b\r\n\r\n<script>x</script>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "＜script＞alert(1)＜/script＞",
)
TAGS = {
    *("html", "head", "meta", "title", "link", "body", "header", "main", "footer", "article", "section", "div", "p"),
    *(
        "h1",
        "h2",
        "h3",
        "nav",
        "img",
        "script",
        "a",
        "ul",
        "ol",
        "li",
        "strong",
        "br",
        "form",
        "label",
        "input",
        "button",
        "small",
        "span",
        "time",
        "wbr",
    ),
}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "rel", "href", "type", "class", "action", "method", "role", "for", "id"),
    *("value", "maxlength", "placeholder", "autocomplete", "enterkeyhint", "data-suggest", "aria-label", "tabindex"),
    *("src", "defer", "alt", "height", "datetime", "property", "data-inline"),
}


@dataclass
class Page(HTMLParser):
    """What a browser makes of a page: its text, and a check of every tag, attribute and link."""

    html: str
    text: str = ""
    values: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        if tag == "script" and "src" not in dict(attrs):
            assert dict(attrs) == {"type": "application/ld+json"}
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            if name in ("href", "action", "data-suggest"):
                assert re.match(r"https://|/(?!/)|#main$", value or ""), value
            if name == "property":
                assert (value or "").startswith("og:"), value
            if name == "src":
                assert re.fullmatch(r"/static/[a-z]+\.(js|svg)", value or ""), value
            self.values.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def entry(number: int, text: str) -> Entry:
    """An entry that no check has seen, hostile in every field that is shown."""
    return Entry(
        id=f"hostile-{number}",
        question=text,
        variants=(f"{number}番の項目を見せてください",),
        answer=f"{text}\n\n- {text}\n\n1. **{text}**\n\n[{text}](https://example.com)",
        category=text,
        related=("hostile-0", "hostile-1"),
    )


@pytest.fixture(scope="module")
def app(analyzer: Analyzer, bare_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A bot whose knowledge base is hostile throughout."""
    url = f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'faqbot.db'}"
    publish_first(url, *(entry(*pair) for pair in enumerate(HOSTILE)))
    with bot_on(url, analyzer, KNOWLEDGE=bare_folder, CONTACT_TEXT=CONTACT) as app:
        yield app


def client_of(app: App, **environment: str) -> FlaskClient:
    return web_of(app, settings=read_settings({"WEB_RATE_LIMIT": "10000"} | environment)).test_client()


@pytest.fixture(scope="module")
def web(app: App) -> Flask:
    return web_of(app, settings=read_settings({"WEB_RATE_LIMIT": "10000"}))


@pytest.fixture
def client(web: Flask) -> Iterator[FlaskClient]:
    with web.test_client() as client:
        yield client


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_entry_is_shown_as_it_is_written(client: FlaskClient, number: int) -> None:
    page = Page(client.get(f"/faq/hostile-{number}").get_data(as_text=True))
    assert HOSTILE[number].strip().split("\r\n")[0] in page.text
    assert "1337" not in page.text


def test_the_first_page_lists_hostile_entries_and_categories_as_text(client: FlaskClient) -> None:
    page = Page(client.get("/").get_data(as_text=True))
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_the_words_of_a_site_are_shown_as_they_are_written(app: App, text: str) -> None:
    site, other = site_of(text, contact=text, examples=(text,)), copy(app)
    other.parts = replace(app.parts, faq=Faq(app.searcher, site_of=lambda _: site))
    page = Page(client_of(other).get("/?q=!").get_data(as_text=True))
    assert text.split("\r\n", maxsplit=1)[0] in page.text
    assert f"例: {text}" in page.values
    assert "1337" not in page.text


@pytest.mark.parametrize("text", [*HOSTILE, *(f"0番の項目を見せてください {text}" for text in HOSTILE)])
def test_a_hostile_query_stays_in_its_field(client: FlaskClient, text: str) -> None:
    response = client.get("/search", query_string={"q": text, "after": text})
    assert response.status_code == 200
    page = Page(response.get_data(as_text=True))
    assert re.sub(r"\s+", " ", text) in page.values
    assert "1337" not in page.text


@pytest.mark.parametrize("path", ["/faq/%00", "/team/entries/a%00", "/api/v1/entries/%00", "/team/proposals/%00"])
def test_a_path_with_a_nul_names_nothing(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("path", ["/faq/{}", "/{}", "/static/{}", "/choose?entry={}"])
def test_a_hostile_path_is_an_error_without_an_echo(client: FlaskClient, path: str, text: str) -> None:
    response = client.get(path.format(text.replace("\r\n", "%0d%0a")))
    assert response.status_code in (404, 405)
    assert "alert(1)" not in Page(response.get_data(as_text=True)).text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_form_value_is_an_error_without_an_echo(client: FlaskClient, text: str) -> None:
    response = client.post("/choose", data={"reference": text, "entry": text})
    assert response.status_code == 404
    assert "alert(1)" not in Page(response.get_data(as_text=True)).text


@pytest.mark.parametrize("text", [TURNED, f"解約{TURNED}したい", f"{TURNED}<b>", "\u202etxet denrut"])
def test_a_query_that_turns_text_around_is_straightened(client: FlaskClient, text: str) -> None:
    html = client.get("/", query_string={"q": text}).get_data(as_text=True)
    assert not set(html) & set(TURNED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", 'https://example.com/"onclick="x'),
        ("url", "//example.com"),
        ("question", f"解約{TURNED}"),
        ("answer", f"{TURNED}です"),
        ("id", "../../etc/passwd"),
    ],
)
def test_what_no_page_could_make_harmless_is_no_entry(name: str, value: str) -> None:
    fields = {"id": "x", "question": "問い", "answer": "答え", "category": "料金"}
    assert not read_entry(fields)[1]
    assert [fault.field for fault in read_entry(fields | {name: value})[1]] == [name]


# -- headers --------------------------------------------------------------------------------------

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PATHS = [
    "/",
    "/search?q=x",
    "/suggest?q=x",
    "/faq/hostile-1",
    "/faq/none",
    "/choose",
    "/healthz",
    "/readyz",
    "/metrics",
    "/static/style.css",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_response_carries_every_security_header_and_no_cookie(client: FlaskClient, path: str) -> None:
    response = client.get(path, buffered=True)
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy and "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
    assert "Set-Cookie" not in response.headers
    kept = path in ("/faq/hostile-1", "/robots.txt", "/llms.txt", "/static/style.css")
    assert response.headers["Cache-Control"] == ("no-cache" if kept else "no-store")


@pytest.mark.parametrize(
    ("public_url", "told"), [("https://faq.example.com", True), ("http://faq.example.com", False), ("", False)]
)
def test_browsers_are_told_to_stay_on_https_where_the_page_is_on_it(app: App, public_url: str, *, told: bool) -> None:
    response = client_of(app, PUBLIC_URL=public_url).get("/")
    assert ("Strict-Transport-Security" in response.headers) == told


@pytest.mark.parametrize(
    "path", ["//static//style.css", "//evil.example/", "/faq//hostile-1", "//faq/hostile-1", "/choose/"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_redirect_leads_to_the_host_that_the_client_named(client: FlaskClient, path: str, method: str) -> None:
    as_sent = {"PATH_INFO": path}  # the client would take what stands between slashes for a host
    response = client.open("/", method=method, headers={"Host": "evil.example"}, environ_overrides=as_sent)
    assert response.status_code in (200, 404, 405)
    assert "evil.example" not in str(response.headers)
    chosen = client.post("/choose", data={"entry": "hostile-1"}, headers={"Host": "evil.example"})
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/faq/hostile-1")


def test_a_wrong_method_names_the_right_one(client: FlaskClient) -> None:
    response = client.get("/choose")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


# -- floods ---------------------------------------------------------------------------------------


def statuses(client: FlaskClient, count: int, address: str = "203.0.113.1", **headers: str) -> list[int]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    base = {"REMOTE_ADDR": address}
    return [client.get("/faq/hostile-1", headers=named, environ_base=base).status_code for _ in range(count)]


def test_a_flood_is_refused_with_a_time_to_come_back_and_others_are_served(app: App) -> None:
    client = client_of(app, WEB_RATE_LIMIT="3")
    assert statuses(client, 5) == [200, 200, 200, 429, 429]
    refused = client.get("/?q=x", environ_base={"REMOTE_ADDR": "203.0.113.1"})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert "もう一度お尋ねください" in Page(refused.get_data(as_text=True)).text
    assert {name: refused.headers[name] for name in HEADERS} == HEADERS
    assert statuses(client, 1, "203.0.113.2") == [200]
    for path in ("/healthz", "/readyz", "/static/style.css"):
        assert client.get(path, buffered=True, environ_base={"REMOTE_ADDR": "203.0.113.1"}).status_code == 200


def test_a_client_cannot_change_who_it_is(app: App) -> None:
    client = client_of(app, WEB_RATE_LIMIT="2")
    told = [statuses(client, 1, X_Forwarded_For=f"198.51.100.{number}")[0] for number in range(4)]
    assert told == [200, 200, 429, 429]


def test_behind_a_proxy_of_ours_everybody_has_a_quota_of_their_own(app: App) -> None:
    client = client_of(app, WEB_RATE_LIMIT="2", TRUSTED_PROXIES="1")
    assert statuses(client, 3, "10.0.0.1", X_Forwarded_For="203.0.113.1") == [200, 200, 429]
    assert statuses(client, 1, "10.0.0.1", X_Forwarded_For="203.0.113.2") == [200]
    assert statuses(client, 1, "10.0.0.1", X_Forwarded_For="198.51.100.9, 203.0.113.1") == [429]


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "client"),
    [
        ("203.0.113.7", None, 0, "203.0.113.7"),
        ("::ffff:10.1.2.3", None, 0, "10.1.2.3"),
        ("127.0.0.1", "203.0.113.7", 0, ""),
        ("127.0.0.1", "127.0.0.1, 203.0.113.7", 1, "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7, 10.0.0.5", 1, "10.0.0.5"),
        ("127.0.0.1", "10.0.0.5:51234", 1, "10.0.0.5"),
        ("127.0.0.1", '"[fd00::1]:80"', 1, "fd00::1"),
        ("127.0.0.1", "unknown", 1, ""),
        ("127.0.0.1", "10.0.0.5", 2, ""),
        ("127.0.0.1", "10.0.0.5, 203.0.113.7", 2, "10.0.0.5"),
        ("127.0.0.1", None, 1, "127.0.0.1"),
        ("unix:/socket", None, 0, ""),
    ],
)
def test_a_client_is_whom_the_outermost_of_our_proxies_saw(
    address: str, forwarded: str | None, proxies: int, client: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    environ = EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": address}).get_environ()
    assert clients.client_of(Request(environ), proxies) == client


def test_a_customer_with_many_addresses_is_one_client(app: App) -> None:
    client = client_of(app, WEB_RATE_LIMIT="2")
    told = [statuses(client, 1, f"2001:db8:1:2::{number:x}")[0] for number in range(1, 4)]
    assert told == [200, 200, 429]
    assert statuses(client, 1, "2001:db8:1:3::1") == [200]


@pytest.mark.parametrize("address", ["", "unix:", "not-an-address", "::1%lo"])
def test_a_client_without_an_address_is_served_and_counted(app: App, address: str) -> None:
    assert statuses(client_of(app, WEB_RATE_LIMIT="1"), 2, address) == [200, 429]


@given(st.integers(1, 200), st.lists(st.integers(0, 30 * SECOND), max_size=200))
def test_a_quota_is_never_exceeded_and_its_wait_is_true(per_minute: int, pauses: list[int]) -> None:
    now = 0
    limit = RateLimit(per_minute, lambda: now)
    for served, pause in enumerate(pauses, start=1):
        now += pause
        wait = limit.wait("client")
        if wait:
            now += math.ceil(wait * SECOND) + 1
            wait = limit.wait("client")
            assert wait == 0.0
        assert served <= per_minute + now / (60 * SECOND // per_minute)


def test_ever_new_addresses_take_no_more_memory_than_the_remembered_ones() -> None:
    limit = RateLimit(1, lambda: 0)
    assert limit.wait("first") == 0.0
    for number in range(2 * MAX_CLIENTS):
        assert limit.wait(str(number)) == 0.0
    assert len(limit._full_at) == MAX_CLIENTS  # noqa: SLF001
    assert limit.wait(str(2 * MAX_CLIENTS - 1)) > 0
