"""The widget in a real browser, on a page of another origin with a strict policy, at a desk and on a phone.

1. One line of script puts a button there; it opens the FAQ in a frame that is as high as its content.
2. A question is asked and answered in the frame; Esc closes it from inside and outside, and the focus comes back.
3. It keeps no cookie, and a site that is not named shows nothing of it.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import serving, visiting
from flask import Flask, Response
from making import bot_on, web_of
from playwright.sync_api import Browser, Page, expect

from index.text.analyzer import Analyzer

HTML = """<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>会社のサイト</title><h1>会社のサイト</h1><script src="{faq}/widget.js" data-label="ご質問" defer></script>"""
POLICY = "default-src 'none'; script-src {faq}; frame-src {faq}"


def host(faq: list[str]) -> Flask:
    """The site of a company that uses the FAQ whose address `faq` will have."""
    web = Flask("host", static_folder=None)

    @web.get("/")
    def home() -> Response:
        response = Response(HTML.format(faq=faq[0]))
        response.headers["Content-Security-Policy"] = POLICY.format(faq=faq[0])
        return response

    @web.get("/favicon.ico")
    def icon() -> Response:
        return Response(status=204)

    return web


@pytest.fixture(scope="module")
def site(
    prepared_small_database: Path, small_folder: str, analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A site that is named in WIDGET_SITES by its address with a number; its name `localhost` is not named."""
    database = shutil.copy(prepared_small_database, tmp_path_factory.mktemp("widget") / "small.db")
    faq: list[str] = []
    with serving(host(faq)) as site:
        settings = {"KNOWLEDGE": small_folder, "WEB_RATE_LIMIT": "10000", "WIDGET_SITES": site}
        with (
            bot_on(f"sqlite:///{database}", analyzer, **settings) as app,
            serving(web_of(app)) as url,
        ):
            faq.append(url)
            yield site


@pytest.fixture(params=[False, True], ids=["desk", "phone"])
def page(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    with visiting(browser, phone=request.param) as page:
        page.goto(site)
        yield page


def test_a_question_is_asked_and_answered_on_another_site(page: Page) -> None:
    page.get_by_role("button", name="ご質問").click()
    frame = page.frame_locator("iframe")
    frame.get_by_label("ご質問を").press_sequentially("りょうきん")
    expect(frame.get_by_role("option").first).to_be_visible()
    frame.get_by_label("ご質問を").fill("料金プランはいくらですか")
    expect(frame.locator("mark").first).to_contain_text("料金プラン")  # until then the frame may move under the button
    frame.get_by_role("button", name="質問する").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("料金プランと月額はいくらですか？")
    assert frame.get_by_role("link", name="もとのページを見る").get_attribute("target") == "_blank"
    frame.locator(".related a").first.click()
    expect(frame.get_by_role("button", name="はい")).to_be_visible()
    assert page.context.cookies() == []


def test_the_frame_is_as_high_as_its_content_within_the_window(page: Page) -> None:
    page.get_by_role("button", name="ご質問").click()
    inside = page.frame_locator("iframe").locator("body")
    expect(page.locator("iframe")).not_to_have_css("height", "320px")
    wanted = inside.evaluate("document.body.offsetHeight")
    window = page.viewport_size
    box = page.get_by_role("dialog").bounding_box()
    assert window and box
    assert abs(box["height"] - min(wanted, window["height"] - 7 * 16)) < 2
    assert box["x"] >= 0 and box["x"] + box["width"] <= window["width"]
    assert box["y"] >= 0


@pytest.mark.parametrize("place", ["inside", "outside"])
def test_escape_closes_it_and_the_focus_comes_back(page: Page, place: str) -> None:
    button = page.get_by_role("button", name="ご質問")
    button.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    if place == "inside":
        box = page.frame_locator("iframe").get_by_label("ご質問を")
        expect(box).to_be_visible()
        page.frames[1].wait_for_load_state()  # its script listens from then on
        box.press("Escape")
    else:
        page.get_by_role("button", name="閉じる").press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    assert button.get_attribute("aria-expanded") == "false"


def test_a_site_that_is_not_named_shows_nothing_of_it(browser: Browser, site: str) -> None:
    page = browser.new_page()  # the browser shall complain
    page.goto(site.replace("127.0.0.1", "localhost"))
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.get_by_role("button", name="ご質問").click()
    expect(page.frame_locator("iframe").get_by_label("ご質問を")).to_have_count(0)
    page.close()
