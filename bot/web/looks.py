"""The looks of a site: its colour and its logo, where site.yaml names them."""

from flask import Flask, Response, send_from_directory, url_for

from bot.web.door import Door, checked_again
from knowledge.colours import lightened

GROUND = "#1c232b"  # --card of style.css in the dark
RULES = ":root {{ --accent: {light}; }}\n@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; }} }}\n"


def add_looks(web: Flask, door: Door) -> None:
    """Add `/looks.css` and `/logo` where there is something to show."""
    site, folder = door.faq.site, door.settings.knowledge.path
    has_logo = bool(site.logo) and (folder / site.logo).is_file()
    if site.colour:
        rules = RULES.format(light=site.colour, dark=lightened(site.colour, GROUND))
        web.add_url_rule("/looks.css", "looks", lambda: checked_again(rules, "text/css"))
    if has_logo:
        web.add_url_rule("/logo", "logo", lambda: _logo(door))
    web.jinja_env.globals["logo"] = lambda: url_for("logo") if has_logo else url_for("static", filename="icon.svg")


def _logo(door: Door) -> Response:
    file = send_from_directory(door.settings.knowledge.path, door.faq.site.logo)
    file.headers["Cache-Control"] = "no-cache"
    return file
