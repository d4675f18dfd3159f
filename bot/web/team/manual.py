"""/team/manual: the editors' manual, as the repository has it, beside the pages that it tells of."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from flask import render_template
from markupsafe import Markup, escape

from bot.web.team.pages import TeamPages

if TYPE_CHECKING:
    from markdown_it.token import Token

LED = ("#", "https://")  # where its links may lead; what leads to another file of the repository is text alone


def add_manual(pages: TeamPages) -> None:
    """Add the page."""

    @pages.page("/manual")
    def manual() -> str:
        return render_template("team/manual.html", manual=_manual())


@cache
def _manual() -> Markup:
    return as_html((resources.files("knowledge") / "README.md").read_text(encoding="utf-8"))


def as_html(text: str) -> Markup:
    """Markdown with tables as HTML; headings get the anchors that repositories give them, HTML in it stays text."""
    from markdown_it import MarkdownIt  # 50 ms, and hardly a process shows the manual

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    for code in ("fence", "code_block"):
        reader.add_render_rule(code, _code)
    tokens = reader.parse(text)
    for token, content in zip(tokens, [*tokens[1:], *tokens[:1]], strict=True):
        if token.type == "heading_open":
            token.attrSet("id", _anchor("".join(part.content for part in content.children or ())))
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.children:
            token.children = _line(token.children)
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704  # it escapes what it renders


def _anchor(heading: str) -> str:
    """The name of a heading: words and hyphens, no other signs."""
    kept = (sign for sign in heading.strip().lower() if sign in " -_" or unicodedata.category(sign)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def _line(tokens: Sequence["Token"]) -> list["Token"]:
    """A line without links that lead nowhere, and without the breaks between words of Japanese, which has no blanks."""
    kept: list[Token] = []
    leads = True
    for number, token in enumerate(tokens):
        if token.type == "link_open":
            leads = str(token.attrs["href"]).startswith(LED)
        parts_words = token.type == "softbreak" and all(
            sign.isascii() for sign in (tokens[number - 1].content[-1:], tokens[number + 1].content[:1])
        )
        if (leads or not token.type.startswith("link_")) and (token.type != "softbreak" or parts_words):
            kept.append(token)
    return kept


def _code(_: object, tokens: Sequence["Token"], number: int, *__: object) -> str:
    """A block of code that the keyboard can scroll."""
    return f'<pre tabindex="0"><code>{escape(tokens[number].content.rstrip())}</code></pre>\n'
