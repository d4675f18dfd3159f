"""The web pages as people see them: at a desk, on a phone and in the dark."""

from collections.abc import Iterable
from dataclasses import replace
from html import escape
from pathlib import Path

from making import web_of
from playwright.sync_api import Browser, Page

from bot.app import App
from bot.web.app import FromSlack
from tests.browsing import DESK, PHONE, serving

PAGES = {
    "top": ("トップ", "/"),
    "answer": ("回答", "/search?q=途中で解約したら違約金はかかりますか"),
    "choice": ("候補", "/search?q=解約の相談"),
    "several": ("2つの質問", "/search?q=免許証は写メで送っていいですか？あと、途中でやめたら違約金はかかりますか？"),
    "unknown": ("分からないとき", "/search?q=縄文土器の文様"),
    "category": ("分類", "/category?name=料金"),
    "entry": ("項目", "/faq/plan-prices"),
    "declined": ("回答しない項目", "/search?q=月の途中で解約したら日割りになりますか"),
    "contact": ("お問い合わせ", "/contact"),
    "missing": ("見つからないとき", "/faq/no-such-entry"),
    "widget": ("ウィジェット", "/widget/"),
}
TYPED = "りょうきん"
Section = tuple[str, str, str]


def photograph_pages(browser: Browser, app: App, folder: Path) -> list[Section]:
    """Pictures of every page in `folder`, and a section for each page that shows them."""
    settings = replace(app.settings, widget_sites=frozenset("*"), web_rate_limit=10_000)
    web = web_of(app, FromSlack(hand_over=lambda _: None), settings=settings)
    kinds = {"desk": (DESK, "light"), "phone": (PHONE, "light"), "dark": (DESK, "dark")}
    with serving(web) as url:
        for kind, (size, scheme) in kinds.items():
            page = browser.new_page(viewport=size, color_scheme=scheme, locale="ja-JP")  # type: ignore[arg-type]
            for name, (_, path) in PAGES.items():
                page.goto(url + path)
                page.screenshot(path=folder / f"web-{name}-{kind}.png", full_page=True)
            page.goto(url)
            _type(page)
            page.screenshot(path=folder / f"web-typing-{kind}.png")
            page.close()
    titles = {name: title for name, (title, _) in PAGES.items()} | {"typing": "入力の途中"}
    return [(f"Web: {title}", "机・電話・暗い画面", _shown(name, title, kinds)) for name, title in titles.items()]


def _type(page: Page) -> None:
    page.locator("#q").press_sequentially(TYPED)
    page.locator("#matches li").first.wait_for()
    page.keyboard.press("ArrowDown")


def _shown(name: str, title: str, kinds: Iterable[str]) -> str:
    return "".join(f'<img src="web-{name}-{kind}.png" alt="{escape(title)}" width="300">' for kind in kinds)
