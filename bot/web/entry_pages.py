"""The page of an entry, of one that is gone, and the votes on it."""

import re

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as Redirection

from bot.web.askers import asker_at
from bot.web.door import Door, checked_again
from bot.web.structured_data import question_data
from bot.wording import doors
from index.decision.equality import is_equal
from index.ranking.ranking import Ranking
from knowledge.entry import Entry
from knowledge.questions.feedback import UnhelpfulReason
from knowledge.questions.query_log import new_reference

MAX_NEAREST = 3
REFERENCE = re.compile("[0-9a-f]{8}")
ID = re.compile("[a-z0-9-]{1,64}")


def add_entry_pages(pages: Blueprint, door: Door) -> None:
    """Add `/faq/<id>` and `/vote`."""

    @pages.get("/faq/<entry_id>")
    def entry(entry_id: str) -> Response | Redirection | tuple[str, int]:
        found = door.faq.entry(entry_id)
        if found is None:
            return _gone(door, entry_id)
        reference = reference_in(request.args.get("ref", ""))
        data = question_data(found, door.absolute(f"/faq/{found.id}"))
        html = render_template("entry.html", faq=door.faq, entry=found, reference=reference, data=data)
        return Response(html) if reference else checked_again(html)

    @pages.post("/vote")
    def vote() -> str:
        """はい, いいえ or a reason; the last one counts."""
        voted = door.faq.entry(request.form.get("entry", ""))
        if voted is None or voted.declines:
            abort(404)
        reference = reference_in(request.form.get("reference", "")) or new_reference()
        reason = _reason(request.form.get("reason", ""))
        helpful = request.form.get("helpful") == "yes"
        door.faq.vote(reference, voted.id, asker_at(doors.WEB), helpful=helpful, reason=None if helpful else reason)
        return render_template("voted.html", entry=voted, reference=reference, asks_why=not helpful and not reason)


def reference_in(text: str) -> str:
    """The reference of a question that a form or an address carries, "" for anything else."""
    return text if REFERENCE.fullmatch(text) else ""


def _reason(text: str) -> UnhelpfulReason | None:
    return next((reason for reason in UnhelpfulReason if reason.value == text), None)


def _gone(door: Door, entry_id: str) -> Redirection | tuple[str, int]:
    """Lead from what was public once to the entry that asks the same now, else show those nearest; 404 for the rest.

    An entry asks the same when it is the old one under another id, or has taken it in.
    """
    was = door.overview.once_public(entry_id) if ID.fullmatch(entry_id) else None
    if was is None:
        abort(404)
    index = door.faq.searcher.snapshot.index
    ranking = index.rank(index.query(was.question))
    if ranking.entries and is_equal(ranking):
        return redirect(f"/faq/{ranking.hits[0].entry.id}", 301)
    return render_template("gone.html", nearest=_nearest(ranking)), 410


def _nearest(ranking: Ranking) -> list[Entry]:
    return [hit.entry for hit in ranking.hits if not hit.entry.declines][:MAX_NEAREST]
