"""/team/manual: the editors' manual, as the repository has it."""

from functools import cache
from importlib import resources

from flask import render_template
from markupsafe import Markup

from bot.web.team.manual.reading import as_html
from bot.web.team.pages import TeamPages


def add_manual(pages: TeamPages) -> None:
    """Add the page."""

    @pages.page("/manual")
    def manual() -> str:
        return render_template("team/manual.html", manual=_manual())


@cache
def _manual() -> Markup:
    return as_html((resources.files("knowledge") / "README.md").read_text(encoding="utf-8"))
