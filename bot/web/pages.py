"""The pages for people: search, a choice among suggestions, an entry."""

from collections.abc import Callable, Sequence

from flask import Flask, Response, abort, render_template, request, url_for

from bot import markdown
from bot.faq import Faq
from bot.reply import Asker
from bot.wording import sentences
from index.asking.turns import Turn
from index.text.filters import drop_invisible
from knowledge.entry import Entry

DOOR = "web"
MAX_QUERY_FIELD = 500  # characters the search box takes; longer questions are cut by the browser

MostAsked = Callable[[int], Sequence[Entry]]  # the entries asked for most, at most so many


def add_pages(web: Flask, faq: Faq, most_asked: MostAsked) -> None:
    """Add the pages to `web`."""
    web.jinja_env.globals.update(
        wording=sentences,
        parse=markdown.parse,
        conclusion=markdown.conclusion,
        site=faq.site,
        max_query=MAX_QUERY_FIELD,
    )
    web.jinja_env.tests["list_block"] = lambda block: isinstance(block, markdown.List)
    _add_search(web, faq, most_asked)
    _add_choice(web, faq)
    _add_entry(web, faq)


def _add_search(web: Flask, faq: Faq, most_asked: MostAsked) -> None:
    @web.get("/")
    def home() -> str:
        text = drop_invisible(request.args.get("q", ""))  # what turns text around would do so on the page too
        reply = faq.ask(text, Asker(DOOR), _turns_before()) if text.strip() else None
        return render_template("home.html", faq=faq, query=text, reply=reply, most_asked=most_asked)


def _turns_before() -> list[Turn]:
    """The question before, and the entry shown for it, as the form remembers them."""
    asked, shown = drop_invisible(request.args.get("asked", "")), request.args.get("after", "")
    return [Turn(asked, (shown,) if shown else ())] if asked or shown else []


def _add_choice(web: Flask, faq: Faq) -> None:
    @web.post("/choose")
    def choose() -> Response | str:
        """A suggested question, or どれでもない, was pressed: stored, then shown."""
        reference, entry_id = request.form.get("reference", ""), request.form.get("entry", "")
        was_asked = faq.stored(reference) is not None  # anybody can send a form; what nobody asked is not stored
        if not entry_id:
            if was_asked:
                faq.none_of_these(reference, Asker(DOOR))
            return render_template("none.html")
        entry = faq.choose(reference, entry_id, Asker(DOOR)) if was_asked else faq.entry(entry_id)
        if entry is None:
            abort(404)
        return Response(status=303, headers={"Location": url_for("entry_page", entry_id=entry.id)})


def _add_entry(web: Flask, faq: Faq) -> None:
    @web.get("/faq/<entry_id>")
    def entry_page(entry_id: str) -> str:
        entry = faq.entry(entry_id)
        if entry is None:
            abort(404)
        return render_template("entry.html", faq=faq, entry=entry)
