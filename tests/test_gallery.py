"""The gallery draws every view, in HTML that shows all its text, and the README's pictures in few colours.

The browser is asked for neither: `make gallery` and `make pictures` photograph what is drawn here.
"""

import re
import struct
import zlib

from bot.app import App
from tests.gallery import render
from tests.gallery.__main__ import colleagues, people, prospects
from tests.gallery.editing import editors
from tests.gallery.readme_pictures import FOLDER


def test_every_view_is_drawn(app: App, small: App) -> None:
    sections = [*prospects(app), *people(app.faq), *colleagues(app)]
    sections += editors(small)  # of a small knowledge base, where an impact is a moment's work
    titles = [title for title, _, _ in sections]
    assert len(set(titles)) == len(titles) > 40
    assert all(re.sub("<[^>]+>", "", html).strip() for _, _, html in sections)
    page = render.page(sections)
    assert all(f'id="s{number}"' in page for number in range(len(titles)))


def test_the_pictures_are_complete_and_have_a_palette() -> None:
    for name in ("slack", "web"):
        picture = (FOLDER / f"{name}.png").read_bytes()
        width, height, bits, kind = struct.unpack(">IIBB", picture[16:26])
        assert (bits, kind) == (8, 3)
        start = picture.index(b"IDAT")
        (size,) = struct.unpack(">I", picture[start - 4 : start])
        assert len(zlib.decompress(picture[start + 4 : start + 4 + size])) == (width + 1) * height
