"""The pages in a real browser, at a desk and on a phone, with and without JavaScript.

1. Searching, choosing among suggestions, browsing and reading on work without JavaScript.
2. With it, the questions that match so far appear while somebody types, and the keyboard reaches everything.
3. No page is wider than a phone, asks another host for anything or makes the browser complain; text stays text.
4. axe finds nothing to object to, by day and by night.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import fits, look_over, serving, visiting
from making import bot_on, make_entry, web_of
from playwright.sync_api import Browser, Page, expect

from bot.web.app import FromSlack
from index.text.analyzer import Analyzer
from knowledge.revisions.store import Change

ASK = "ご質問を"
PATHS = (
    "/",
    "/search?q=料金プランはいくらですか",
    "/search?q=料金",
    "/search?q=縄文土器",
    "/search?q=料金プランはいくらですか？あと、無料お試しは何日間ですか",
    "/category?name=料金",
    "/faq/plan-prices",
    "/faq/hostile",
    "/faq/no-such-entry",
    "/search?q=" + "W" * 300,
)
SETTINGS = {"WEB_RATE_LIMIT": "10000", "WIDGET_SITES": "*"}
HOSTILE = "</script><img src=x onerror=alert(1)>'\"{{ 7*191 }}"


@pytest.fixture(scope="module")
def site(
    prepared_small_database: Path, small_folder: str, analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    database = shutil.copy(prepared_small_database, tmp_path_factory.mktemp("site") / "small.db")
    with bot_on(f"sqlite:///{database}", analyzer, KNOWLEDGE=small_folder, **SETTINGS) as app:
        app.store.publish(Change(put=(make_entry("hostile", HOSTILE, f"{HOSTILE}。"),)), "test", "", 1)
        app.searcher.refresh()
        web = web_of(app, FromSlack(hand_over=lambda _: None))
        with serving(web) as url:
            yield url


@pytest.fixture(params=[False, True], ids=["desk", "phone"])
def plain(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page without JavaScript."""
    with visiting(browser, phone=request.param, script=False) as page:
        page.goto(site)
        yield page


@pytest.fixture(params=[False, True], ids=["desk", "phone"])
def page(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    with visiting(browser, phone=request.param) as page:
        page.goto(site)
        yield page


def test_a_question_is_asked_and_answered_without_javascript(plain: Page) -> None:
    plain.get_by_label(ASK).fill("料金プランはいくらですか")
    plain.get_by_role("button", name="質問する").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("料金プランと月額は")
    assert plain.get_by_role("link", name="もとのページを見る").get_attribute("href")
    expect(plain.get_by_label(ASK)).to_have_value("料金プランはいくらですか")
    assert "/search?q=" in plain.url


def test_a_suggestion_leads_to_its_entry_without_javascript(plain: Page) -> None:
    plain.get_by_label(ASK).fill("料金")
    with plain.expect_navigation():
        plain.keyboard.press("Enter")
    choices = plain.locator(".choices button")
    expect(choices).to_have_count(4)
    wanted = choices.first.inner_text().splitlines()[0]
    choices.first.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text(wanted)


def test_a_category_leads_to_its_entries_and_on_to_related_ones(plain: Page) -> None:
    plain.locator(".categories").get_by_role("link", name="料金").click()
    plain.get_by_role("link", name="料金プランと月額はいくらですか？").click()
    plain.locator(".related a").first.click()
    expect(plain.get_by_role("button", name="質問する")).to_be_visible()
    plain.get_by_label("現在位置").get_by_role("link", name="料金").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("料金")


def test_a_vote_and_its_reason_need_no_other_page(page: Page, site: str) -> None:
    page.goto(site + "/faq/plan-prices")
    page.get_by_role("button", name="いいえ").click()
    page.get_by_role("button", name="分かりにくい").click()
    expect(page.get_by_role("status").filter(has_text="ありがとうございました")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("料金プランと月額はいくらですか？")
    assert page.url == site + "/faq/plan-prices"


def test_a_vote_counts_without_javascript(plain: Page, site: str) -> None:
    plain.goto(site + "/faq/plan-prices")
    plain.get_by_role("button", name="いいえ").click()
    plain.get_by_role("button", name="内容が古い").click()
    expect(plain.locator("main")).to_contain_text("ありがとうございました")
    plain.get_by_role("link", name="へ戻る").click()
    expect(plain).to_have_url(site + "/faq/plan-prices")


def test_an_inquiry_is_sent_without_javascript(plain: Page, site: str) -> None:
    plain.goto(site + "/search?q=料金プランはいくらですか")
    plain.get_by_role("link", name="フォームで問い合わせる").click()
    expect(plain.get_by_label("お問い合わせの内容")).to_have_value("料金プランはいくらですか")
    plain.get_by_label("お返事の宛先").fill("me@example.com")
    plain.get_by_role("button", name="送る").click()
    expect(plain.locator("main")).to_contain_text("me@example.com へお返事します")


def test_questions_appear_while_typing_with_their_matching_parts(page: Page) -> None:
    page.get_by_label(ASK).press_sequentially("りょうきん")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(options.locator("mark").first).to_have_text("料金")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "true")
    wanted = options.first.inner_text()
    options.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)


def test_the_keyboard_alone_finds_an_answer(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("お試し")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-activedescendant", "match-0")
    wanted = options.first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)


def test_escape_closes_the_list_and_enter_then_asks_what_was_typed(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("お試し")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_label(ASK)).to_have_value("お試し")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/search?q=" in page.url


def test_a_slash_is_a_slash_while_somebody_types(page: Page) -> None:
    page.get_by_label(ASK).press_sequentially("03/050")
    expect(page.get_by_label(ASK)).to_have_value("03/050")


def test_what_editors_write_stays_text(page: Page) -> None:
    page.get_by_label(ASK).press_sequentially("onerror")
    expect(page.get_by_role("option").first).to_have_text(HOSTILE)
    expect(page.get_by_role("option").first.locator("mark")).to_have_text("onerror")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    assert page.locator("img[src=x]").count() == 0


def test_what_is_typed_stays_text(page: Page) -> None:
    page.get_by_label(ASK).fill(HOSTILE)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_label(ASK)).to_have_value(HOSTILE)
    assert page.locator("img[src=x]").count() == 0
    too_long = HOSTILE.ljust(1_100, "。")  # for many a proxy, as an address
    page.get_by_label(ASK).fill(too_long)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert (page.get_by_label(ASK).input_value(), "?" in page.url) == (too_long, False)
    expect(page.get_by_text("はじめの1,000文字までを読みました")).to_be_visible()


def test_the_first_tab_leads_past_the_heading_to_the_text(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="本文へ移動")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_no_page_is_wider_than_a_phone_or_asks_another_host(browser: Browser, site: str) -> None:
    asked: list[str] = []
    with visiting(browser, phone=True, script=False) as page:
        page.on("request", lambda request: asked.append(request.url))
        for path in PATHS:
            page.goto(site + path)
            assert fits(page), path
    assert len(asked) >= len(PATHS)
    assert all(url.startswith(site) for url in asked)


def test_axe_finds_nothing(browser: Browser, site: str) -> None:
    with visiting(browser) as page:
        for path in (*PATHS, "/contact", "/widget/", "/widget/faq/plan-prices"):
            page.goto(site + path)
            look_over(page)
        page.goto(site)
        page.get_by_label(ASK).press_sequentially("お試し")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("option").first).to_be_visible()
        look_over(page)


def test_text_is_large_enough_and_buttons_can_be_touched(browser: Browser, site: str) -> None:
    with visiting(browser, phone=True) as page:
        page.goto(site)
        for part in (page.get_by_role("button", name="質問する"), page.get_by_label(ASK)):
            box = part.bounding_box()
            assert box and box["height"] >= 44
