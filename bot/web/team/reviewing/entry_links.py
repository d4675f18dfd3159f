"""Ids in messages as links to their entries."""

from flask import url_for
from markupsafe import Markup, escape

from bot.wording.entry_names import QuestionOf, cut_at_ids


def linked(text: str, question_of: QuestionOf) -> Markup:
    """A message with the question of each entry, as a link, in place of its id; what is quoted stays as it is."""
    shown = Markup()
    for before, entry_id, question in cut_at_ids(text, question_of):
        shown += escape(before) + (entry_link(entry_id, question) if entry_id else Markup())
    return shown


def entry_link(entry_id: str, question: str) -> Markup:
    """An entry's question that leads to its page."""
    return Markup('<a href="{}">「{}」</a>').format(url_for("team.entry", entry_id=entry_id), question)
