"""Pages for search engines and language models: robots.txt, sitemap.xml, llms.txt."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flask import Flask, Response, abort, url_for

from bot.markdown import conclusion
from bot.web.door import PAGES, Door, checked_again
from bot.wording import sentences

PRIVATE = ("search", "suggest", "choose", "vote", "contact", "widget", "team")  # what somebody asks is nobody else's
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
QUOTE = "回答は、このとおりの言葉で、ページへのリンクと断り書きを添えて引用してください。"


def add_machine_pages(web: Flask, door: Door) -> None:
    """Add the three pages; there is a sitemap where the setting PUBLIC_URL says what it would point to."""

    @web.get("/robots.txt")
    def robots() -> Response:
        refused = [f"Disallow: /{path}" for path in PRIVATE]
        sitemap = [f"Sitemap: {door.absolute('/sitemap.xml')}"] if door.settings.public_url else []
        return checked_again("\n".join(["User-agent: *", *refused, *sitemap, ""]), "text/plain")

    @web.get("/sitemap.xml")
    def sitemap() -> Response:
        if not door.settings.public_url:
            abort(404)
        places = "".join(f"<url><loc>{escape(door.absolute(path))}</loc></url>" for path in _paths(door))
        return checked_again(f'<urlset xmlns="{NAMESPACE}">{places}</urlset>', "application/xml")

    @web.get("/llms.txt")
    def llms() -> Response:
        return checked_again("\n".join(_outline(door)), "text/plain")


def _paths(door: Door) -> Iterator[str]:
    yield "/"
    for name in door.faq.categories():
        yield url_for(f"{PAGES}.category", name=name)
    for entry in door.faq.entries():
        if not entry.declines:
            yield url_for(f"{PAGES}.entry", entry_id=entry.id)


def _outline(door: Door) -> Iterator[str]:
    """The site as https://llmstxt.org describes it: each answering entry with its link and its conclusion."""
    site = door.faq.site
    yield from (f"# {site.title}", "", f"> {site.greeting}", "", QUOTE, "", site.contact)
    for name in door.faq.categories():
        yield from ("", f"## {' '.join(name.split())}", "")
        for entry in door.faq.entries():
            if entry.category == name and not entry.declines:
                link = door.absolute(f"/faq/{entry.id}") or f"/faq/{entry.id}"
                said = f"{conclusion(entry.answer)} {sentences.notice(entry, site)}"
                yield f"- [{' '.join(entry.question.split())}]({link}): {' '.join(said.split())}"
    yield ""
