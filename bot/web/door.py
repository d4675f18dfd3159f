"""The objects that the pages share, and their addresses."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from bot.faq import Faq
from bot.hand_over import HandOver
from bot.overview import Overview
from bot.setting_table import Settings

PAGES, WIDGET = "pages", "widget"  # the same pages twice: by themselves, and in a frame on other sites


@dataclass(frozen=True, slots=True)
class Door:
    """The web door; `hand_over` takes a question to people, None where only the site's contact leads to them."""

    faq: Faq
    settings: Settings
    overview: Overview
    hand_over: HandOver | None = None

    def absolute(self, path: str) -> str:
        """The address of a path as others see it, "" where that is not known."""
        return self.settings.public_url and self.settings.public_url + path


def is_framed() -> bool:
    """True while a page in a frame on another site is asked for."""
    return request.blueprint == WIDGET


def to(page: str, **values: Any) -> str:
    """The path of a page; from a page in a frame it leads to one in the frame."""
    return url_for(f"{WIDGET if is_framed() else PAGES}.{page}", **values)


def checked_again(text: str, mimetype: str = "text/html") -> Response:
    """A response that whoever keeps it asks about before showing it again: an answer may have been taken back."""
    response = Response(text, content_type=f"{mimetype}; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
