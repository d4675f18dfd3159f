"""The pages for people: the first one, what a search finds, a category, a choice among suggestions."""

from collections.abc import Sequence

from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request
from werkzeug.local import LocalProxy

from bot import markdown
from bot.choosing.completion import complete
from bot.web.askers import asker_at
from bot.web.contact import add_contact
from bot.web.door import PAGES, Door, is_framed, to
from bot.web.entry_pages import add_entry_pages
from bot.web.phrases import phrase_breaks
from bot.web.structured_data import site_data
from bot.wording import doors, sentences
from index.asking.turns import Turn
from index.text.filters import drop_invisible
from knowledge.entry import TOKYO, Entry

MOST_ASKED = 5  # shown on the first page
CHANGED = 5


def add_pages(web: Flask, door: Door) -> Blueprint:
    """Add the pages to `web`; returns them, for a second place."""
    web.jinja_env.globals.update(
        wording=sentences,
        parse=markdown.parse,
        conclusion=markdown.conclusion,
        site=LocalProxy(lambda: door.faq.site),  # words may change while pages are served
        to=to,
        is_framed=is_framed,
        absolute=door.absolute,
        phrases=phrase_breaks(door.faq.searcher.snapshot.index.analyzer.tokenizer),
        linked=markdown.linked,
        has_form=door.hand_over is not None,
        tokyo=TOKYO,
    )
    web.jinja_env.tests["list_block"] = lambda block: isinstance(block, markdown.List)
    pages = Blueprint(PAGES, __name__)
    _add_first(pages, door)
    _add_search(pages, door)
    _add_choice(pages, door)
    add_entry_pages(pages, door)
    if door.hand_over:
        add_contact(pages, door, door.hand_over)
    return pages


def _add_first(pages: Blueprint, door: Door) -> None:
    @pages.get("/", strict_slashes=False)
    def home() -> str:
        if "q" in request.args:  # the address of searches before they had one of their own
            return found(door)
        return render_template(
            "home.html",
            by_category=_by_category(door),
            data=site_data(door.faq.site, door.absolute("/"), door.absolute("/search")),
            most_asked=door.overview.most_asked(MOST_ASKED),
            changed=door.overview.changed(CHANGED),
        )

    @pages.get("/category")
    def category() -> str:
        name = request.args.get("name", "")
        entries = _by_category(door).get(name)
        if not entries:
            abort(404)
        return render_template("category.html", name=name, entries=entries)


def _by_category(door: Door) -> dict[str, Sequence[Entry]]:
    """The answering entries of each category, in the categories' order."""
    listed: dict[str, list[Entry]] = {name: [] for name in door.faq.categories()}
    for entry in door.faq.entries():
        if not entry.declines:
            listed[entry.category].append(entry)
    return dict(listed)


def _add_search(pages: Blueprint, door: Door) -> None:
    @pages.route("/search", methods=["GET", "POST"])
    def search() -> str:
        """A form that is too long for an address, of which proxies often take 8 kB, is posted."""
        return found(door)

    @pages.get("/suggest")
    def suggest() -> Response:
        """The questions that match what is being typed, each with its path and its parts, as JSON."""
        typed = drop_invisible(request.args.get("q", ""))
        fitting = complete(door.faq.searcher.snapshot, typed)
        return jsonify(questions=[{"url": to("entry", entry_id=one.id), "parts": parts} for one, parts in fitting])


def found(door: Door) -> str:
    """The page with what is found for the question in its address: the reply that Slack would give too."""
    text = drop_invisible(request.values.get("q", ""))  # what turns text around would do so on the page too
    reply = door.faq.ask(text, asker_at(doors.WEB), _turns_before()) if text.strip() else None
    return render_template("search.html", faq=door.faq, query=text, reply=reply)


def _turns_before() -> list[Turn]:
    """The question before, and the entry shown for it, as the form remembers them."""
    asked, shown = drop_invisible(request.values.get("asked", "")), request.values.get("after", "")
    return [Turn(asked, (shown,) if shown else ())] if asked or shown else []


def _add_choice(pages: Blueprint, door: Door) -> None:
    @pages.post("/choose")
    def choose() -> Response | str:
        """A suggested question, or どれでもない, was pressed: stored, then shown."""
        reference, entry_id = request.form.get("reference", ""), request.form.get("entry", "")
        was_asked = door.faq.stored(reference) is not None  # anybody can send a form
        if not entry_id:
            if was_asked:
                door.faq.none_of_these(reference, asker_at(doors.WEB))
            return render_template("none.html", reference=reference if was_asked else "")
        entry = door.faq.choose(reference, entry_id, asker_at(doors.WEB)) if was_asked else door.faq.entry(entry_id)
        if entry is None:
            abort(404)
        asked = {"ref": reference} if was_asked else {}
        return Response(status=303, headers={"Location": to("entry", entry_id=entry.id, **asked)})
