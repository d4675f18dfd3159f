"""Ids in messages as links to their entries."""

import re
from collections.abc import Callable

from flask import url_for
from markupsafe import Markup, escape

QUOTED_OR_ID = re.compile(r"「[^」]*」|(?<![A-Za-z0-9_-])[a-z0-9]+(?:-[a-z0-9]+)*(?![A-Za-z0-9_-])")


def linked(text: str, question_of: Callable[[str], str]) -> Markup:
    """A message with the question of each entry, as a link, in place of its id; what is quoted stays as it is."""
    shown, end = Markup(), 0
    for found in QUOTED_OR_ID.finditer(text):
        question = question_of(found[0])
        if question and not found[0].startswith("「"):
            shown += escape(text[end : found.start()].rstrip(" ")) + entry_link(found[0], question)
            end = found.end() + (text[found.end() : found.end() + 1] == " ")
    return shown + escape(text[end:])


def entry_link(entry_id: str, question: str) -> Markup:
    """An entry's question that leads to its page."""
    return Markup('<a href="{}">「{}」</a>').format(url_for("team.entry", entry_id=entry_id), question)
