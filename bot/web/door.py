"""The objects that the pages share, and their addresses."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from bot.faq import Faq
from bot.overview import Overview

NAME = "web"  # of this door, in the query log
PAGES, WIDGET = "pages", "widget"  # the same pages twice: by themselves, and in a frame on other sites


@dataclass(frozen=True, slots=True)
class Door:
    """The web door; `public_url` is where it is seen from outside, "" where that is not known."""

    faq: Faq
    public_url: str = ""
    overview: Overview | None = None

    def absolute(self, path: str) -> str:
        """The address of a path as others see it, "" where that is not known."""
        return self.public_url + path if self.public_url else ""


def is_framed() -> bool:
    """True while a page in a frame on another site is asked for."""
    return request.blueprint == WIDGET


def to(page: str, **values: Any) -> str:
    """The path of a page; from a page in a frame it leads to one in the frame."""
    return url_for(f"{WIDGET if is_framed() else PAGES}.{page}", **values)
