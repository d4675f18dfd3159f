"""The widget: the same pages in a frame on other sites, and the script that puts a button for it there."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from flask import Blueprint, Flask, Response, request

from bot.web.door import WIDGET, checked_again, is_framed

SCRIPT = Path(__file__).parent / "static" / "widget.js"
ACCENT = "#0b63b0"  # as in style.css
FRAMED_BY_NOBODY = "frame-ancestors 'none'"


def add_widget(web: Flask, pages: Blueprint, colour: Callable[[], str]) -> None:
    """Add `pages` below /widget, and /widget.js with a button of this colour."""
    web.register_blueprint(pages, name=WIDGET, url_prefix=f"/{WIDGET}")

    @web.get("/widget.js")
    def widget_script() -> Response:
        return checked_again(SCRIPT.read_text("utf-8").replace("ACCENT", colour() or ACCENT), "text/javascript")


def may_be_framed() -> bool:
    """True while one of these is asked for."""
    return is_framed() or request.endpoint == "widget_script"


def in_frame(headers: Mapping[str, str], sites: Collection[str]) -> dict[str, str]:
    """The headers of a page that `sites` may frame, from those of a page that nobody may."""
    framed = {name: value for name, value in headers.items() if name != "X-Frame-Options"}
    policy = headers["Content-Security-Policy"].replace(FRAMED_BY_NOBODY, f"frame-ancestors {' '.join(sorted(sites))}")
    return framed | {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin"}
