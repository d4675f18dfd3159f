"""The page of one entry."""

from flask import Blueprint, abort, render_template

from bot.web.door import Door


def add_entry_pages(pages: Blueprint, door: Door) -> None:
    """Add `/faq/<id>`."""

    @pages.get("/faq/<entry_id>")
    def entry(entry_id: str) -> str:
        found = door.faq.entry(entry_id)
        if found is None:
            abort(404)
        return render_template("entry.html", faq=door.faq, entry=found)
