"""The entry form with what it offers, and the form of an edit that somebody else was faster than."""

from collections.abc import Sequence

from bot.gate.catching_up import catch_up
from bot.slack.door import Door
from bot.slack.views.blocks import Block
from bot.slack.views.form import Draft, entry_form
from bot.wording.categories import categories_of
from knowledge.errors import Problem
from knowledge.revisions.store import Change


def form_for(door: Door, draft: Draft, problems: Sequence[Problem] = ()) -> Block:
    """The entry form with the categories and questions there are, from memory: it is shown without the database too."""
    base = door.faq.searcher.snapshot.base

    def question_of(entry_id: str) -> str:
        return base.by_id[entry_id].question if entry_id in base.by_id else ""

    return entry_form(draft, categories_of(base.entries), question_of, problems)


def overtaken_form(door: Door, change: Change, base: int, reason: str = "") -> Block | None:
    """The form of a change with both people's work in it; None for one of several entries or of a list.

    Raises StoreError.
    """
    if len(change.put) != 1 or change.remove or change.lists:
        return None
    (entry,) = change.put
    found = catch_up(door.publishing, entry, base)
    if found is None:
        return None
    entry_id = entry.id if found.is_there else ""
    draft = Draft(found.entry.to_fields(), found.base, entry_id, reason, found.theirs)
    return form_for(door, draft, [Problem(found.said, found.hint)])
