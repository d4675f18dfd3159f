"""`make pictures`: the two pictures of the README, an answer in Slack and the same answer on the web page.

Writes tests/gallery/pictures/slack.png and web.png (Chromium), in few colours so that they are small in git.
"""

import struct
import sys
import tempfile
import zlib
from base64 import b64encode
from html import escape
from pathlib import Path
from urllib.parse import quote

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from making import web_of
from playwright.sync_api import Browser

from bot.app import App
from bot.settings import read_settings
from tests.browsing import chromium, serving
from tests.gallery import render
from tests.gallery.__main__ import reply_to

FOLDER = Path(__file__).parent / "pictures"
QUESTION = "途中で解約したら違約金はかかりますか"
WIDTH = 720  # pixels
STEP = 16  # colours that differ by less than this in each channel become one
PIXELS = """async (url) => {
  const image = new Image(); image.src = url; await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return [image.width, Array.from(context.getImageData(0, 0, image.width, image.height).data)];
}"""


def main() -> None:
    """Write both pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        app = App(read_settings({"DATABASE_URL": f"sqlite:///{folder}/gallery.db"}))
        pictures = {"slack": _slack(browser, app), "web": _web(browser, app)}
        for name, picture in pictures.items():
            small = _in_few_colours(browser, picture)
            (FOLDER / f"{name}.png").write_bytes(small)
            print(f"{FOLDER / name}.png: {len(small)} bytes")
        app.store.engine.dispose()


def _slack(browser: Browser, app: App) -> bytes:
    """A thread: the question, and the bot's reply to it."""
    text = f'<div class="block plain"><span class="user">@{app.faq.site.bot_name}</span> {escape(QUESTION)}</div>'
    asked = f'<div class="face">山</div><div><div class="name">山田</div>{text}</div>'
    _, blocks = reply_to(app.faq, QUESTION)
    page = browser.new_page(viewport={"width": WIDTH, "height": 400})
    page.set_content(
        f"<!doctype html><style>{render.STYLE} body {{ margin: 0; padding: 0; background: #fff; }}"
        ".message { box-shadow: none; padding: .6rem 1rem 0; max-width: none; }</style>"
        f'<div class="message">{asked}</div>{render.message(blocks)}'
    )
    picture = page.screenshot(full_page=True)
    page.close()
    return picture


def _web(browser: Browser, app: App) -> bytes:
    with serving(web_of(app)) as url:
        page = browser.new_page(viewport={"width": WIDTH, "height": 400}, locale="ja-JP")
        page.goto(f"{url}/search?q={quote(QUESTION)}")
        picture = page.screenshot(full_page=True)
        page.close()
    return picture


def _in_few_colours(browser: Browser, picture: bytes) -> bytes:
    """A PNG with a palette of at most 256 colours (https://www.w3.org/TR/png-3/#4Concepts.PNGImage)."""
    page = browser.new_page()
    width, values = page.evaluate(PIXELS, f"data:image/png;base64,{b64encode(picture).decode()}")
    page.close()
    pixels = np.array(values).reshape(-1, 4)[:, :3]
    _, indices, counts = np.unique(pixels // STEP, axis=0, return_inverse=True, return_counts=True)
    colours = np.array([np.bincount(indices, channel) / counts for channel in pixels.T]).T.round()
    rows = indices.reshape(-1, width).astype(np.uint8)
    lines = np.hstack([np.zeros((len(rows), 1), np.uint8), rows])  # each line begins with its filter: 0, none
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)  # 8 bits, palette
    parts = {b"IHDR": header, b"PLTE": colours.astype(np.uint8).tobytes(), b"IDAT": zlib.compress(lines.tobytes(), 9)}
    chunks = (parts | {b"IEND": b""}).items()
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


if __name__ == "__main__":
    main()
