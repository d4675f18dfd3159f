"""A real browser for tests, and a web server for it to visit.

Needs Chromium: the path in CHROMIUM, the machine's own, or Playwright's; `make test` installs one.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize, expect, sync_playwright

from bot.web.server import Server, listen

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
PATIENCE = 30_000  # milliseconds; several tests, and axe above all, leave a small machine little time to answer
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)
LOOKS: tuple[tuple[ViewportSize, Literal["light", "dark"]], ...] = ((PHONE, "dark"), (DESK, "light"))


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser."""
    expect.set_options(PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def serving(web: Flask) -> Iterator[str]:
    """The address of a running server of `web`."""
    listening = listen("PORT", "127.0.0.1", 0)
    server = Server(web, listening)
    server.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.stop()


@cache
def _page(browser: Browser, *, phone: bool, script: bool) -> Page:
    """A page of a browser, opened once: that takes longer than most visits. No page of ours keeps anything in it."""
    context = browser.new_context(viewport=PHONE if phone else DESK, java_script_enabled=script, locale="ja-JP")
    context.set_default_timeout(PATIENCE)
    return context.new_page()


@contextmanager
def visiting(browser: Browser, *, phone: bool = False, script: bool = True) -> Iterator[Page]:
    """A page on a desk or a phone, with or without JavaScript; it fails when the browser complains of anything."""
    page = _page(browser, phone=phone, script=script)
    complaints: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.location["url"] != page.url:  # a 404 is one
            complaints.append(said.text)

    def fail(error: Error) -> None:
        complaints.append(str(error))

    page.on("console", hear)
    page.on("pageerror", fail)
    try:
        yield page
        page.wait_for_load_state()
    finally:
        page.remove_listener("console", hear)
        page.remove_listener("pageerror", fail)
    assert complaints == []


def fits(page: Page) -> bool:
    """Whether a page is no wider than its window; call it when something of the page has been seen."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def look_over(page: Page) -> None:
    """Assert that a page is no wider than its window and that axe finds nothing, on a phone by night too."""
    page.evaluate(AXE_SCRIPT)
    for size, scheme in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        assert fits(page), (page.url, size)
        found = AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))
        assert found.violations_count == 0, f"{page.url} {scheme}\n{found.generate_report()}"
