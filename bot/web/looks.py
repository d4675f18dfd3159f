"""The looks of a site: its colour and its logo, where site.yaml names them."""

from flask import Flask, Response, abort, send_from_directory, url_for

from bot.web.door import Door, checked_again
from knowledge.colours import lightened

GROUND = "#1c232b"  # --card of style.css in the dark
RULES = ":root {{ --accent: {light}; }}\n@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; }} }}\n"


def add_looks(web: Flask, door: Door) -> None:
    """Add `/looks.css` and `/logo`, which are there while the site names a colour and a file that exists."""

    @web.get("/looks.css")
    def looks() -> Response:
        colour = door.faq.site.colour
        if not colour:
            abort(404)
        return checked_again(RULES.format(light=colour, dark=lightened(colour, GROUND)), "text/css")

    web.add_url_rule("/logo", "logo", lambda: _logo(door))
    web.jinja_env.globals["logo"] = lambda: (
        url_for("logo") if _has_logo(door) else url_for("static", filename="icon.svg")
    )


def _has_logo(door: Door) -> bool:
    name = door.faq.site.logo
    return bool(name) and (door.settings.knowledge.path / name).is_file()


def _logo(door: Door) -> Response:
    if not _has_logo(door):
        abort(404)
    file = send_from_directory(door.settings.knowledge.path, door.faq.site.logo)
    file.headers["Cache-Control"] = "no-cache"
    return file
