"""The web page in a real browser: without JavaScript, on a phone, by keyboard.

Needs Chromium: the path in CHROMIUM, the machine's own, or Playwright's; `make test` installs one.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.app import App
from bot.web.app import create_web
from bot.web.server import Server, listen

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(app: App) -> Iterator[str]:
    server = Server(create_web(app.faq, app.settings), listen("PORT", "127.0.0.1", 0))
    server.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.stop()


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(site)
    yield page
    context.close()


def test_a_question_is_asked_and_answered_without_javascript(phone: Page) -> None:
    phone.get_by_label("ご質問を").fill("途中でやめたら違約金を取られますか")
    phone.get_by_role("button", name="質問する").click()
    assert phone.get_by_role("heading", level=1).inner_text().startswith("途中で解約すると")
    link = phone.get_by_role("link", name="もとのページを見る")
    assert link.get_attribute("href") == "https://kschannel.jp/qalog/QA_Guid004.htm"
    assert phone.get_by_label("ご質問を").input_value() == "途中でやめたら違約金を取られますか"


def test_a_suggestion_leads_to_its_entry(phone: Page) -> None:
    phone.get_by_label("ご質問を").fill("解約したい")
    with phone.expect_navigation():
        phone.keyboard.press("Enter")
    choices = phone.locator(".choices button")
    assert choices.count() == 4
    wanted = choices.first.inner_text().splitlines()[0]
    choices.first.click()
    assert phone.get_by_role("heading", level=1).inner_text() == wanted


def test_a_related_question_leads_on_and_back_to_asking(phone: Page) -> None:
    phone.get_by_text("料金", exact=True).click()
    phone.locator("details[open]").get_by_role("link", name="料金プランと月額はいくらですか？").click()
    phone.locator(".related a").first.click()
    phone.get_by_role("link", name="ほかの質問をする").click()
    assert phone.get_by_role("button", name="質問する").is_visible()


def test_nothing_is_wider_than_a_phone(phone: Page, site: str) -> None:
    for path in ("/", "/?q=解約したい", "/?q=料金プランはいくらですか", "/faq/no-such-entry", "/?q=" + "W" * 300):
        phone.goto(site + path)
        width = phone.locator("body").bounding_box()
        assert width and width["width"] <= 360
        for card in phone.locator(".card").all():
            box = card.bounding_box()
            assert box and box["x"] + box["width"] <= 360


def test_text_is_large_enough_and_buttons_can_be_touched(phone: Page) -> None:
    button = phone.get_by_role("button", name="質問する").bounding_box()
    field = phone.get_by_label("ご質問を").bounding_box()
    assert button and button["height"] >= 40
    assert field and field["height"] >= 40


def test_the_page_loads_nothing_from_elsewhere(browser: Browser, site: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(site + "/?q=解約したい")
    assert asked
    assert all(url.startswith(site) for url in asked)
    assert errors == []
    page.close()


def test_the_pages_can_be_looked_at(browser: Browser, site: str, tmp_path: Path) -> None:
    """Screenshots of every page and reply, on a desk and on a phone; SCREENSHOTS keeps them in a folder."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(exist_ok=True)
    pages = {
        "home": "/",
        "answer": "/?q=料金プランはいくらですか",
        "suggestion": "/?q=解約したい",
        "declined": "/?q=月の途中で解約したら日割りになりますか",
        "unknown": "/?q=ピタゴラスの定理を証明して",
        "entry": "/faq/line-carrier-compatibility",
        "missing": "/faq/no-such-entry",
    }
    for width in (1200, 360):
        page = browser.new_page(viewport={"width": width, "height": 800})
        for name, path in pages.items():
            page.goto(site + path)
            file = folder / f"{name}-{width}.png"
            page.screenshot(path=file, full_page=True)
            assert file.stat().st_size > 5_000
        page.close()
