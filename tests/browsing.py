"""A real browser for tests, and a web server for it to visit.

Needs Chromium: the path in CHROMIUM, the machine's own, or Playwright's; `make test` installs one.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.web.server import Server, listen

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
PATIENCE = 30_000  # milliseconds; several tests, and axe above all, leave a small machine little time to answer
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


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
    server = Server(web, listen("PORT", "127.0.0.1", 0))
    server.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.stop()


@cache
def _context(browser: Browser, *, phone: bool, script: bool) -> BrowserContext:
    """A context of a browser, made once: that takes longer than most visits. No page of ours keeps anything in it."""
    context = browser.new_context(viewport=PHONE if phone else DESK, java_script_enabled=script, locale="ja-JP")
    context.set_default_timeout(PATIENCE)
    return context


@contextmanager
def visiting(browser: Browser, *, phone: bool = False, script: bool = True) -> Iterator[Page]:
    """A page on a desk or a phone, with or without JavaScript; it fails when the browser complains of anything."""
    page = _context(browser, phone=phone, script=script).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: said.location["url"] != page.url and complaints.append(said.text))  # a 404 is one
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.wait_for_load_state()  # with a time limit, which closing a page that still loads does not have
    page.close()
    assert complaints == []
