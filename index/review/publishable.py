"""Entries that nobody has checked yet, made fit to be published: what the checks refuse is left out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from index.ranking.entry_index import EntryIndex
from index.review.checks import check_knowledge_base
from index.review.confusable_texts import MOVE_TEXT
from knowledge.entry import Entry, Status
from knowledge.errors import Problem, Severity
from knowledge.located_entry import LocatedEntry

VARIANT = "variants."


def publishable(entries: Sequence[Entry], index: EntryIndex, now: datetime) -> tuple[list[Entry], list[Problem]]:
    """The entries with the errors that made them other than they were; `index` holds those that people can find.

    A variant with an error is left out; an entry with another one becomes a draft, of two that are nearly equal the
    later one. So it goes on until no check finds an error: each round leaves fewer texts that can be found.
    """
    kept, told = list(entries), list[Problem]()
    while True:
        found = check_knowledge_base(index, list(map(LocatedEntry, kept)), now)
        errors = [problem for problem in found if problem.severity is Severity.ERROR]
        equal = [problem for problem in errors if problem.hint != MOVE_TEXT]
        errors = equal or errors  # without its equal a text finds its own entry
        mended = _mended(kept, errors)
        if mended == kept:
            return kept, told
        kept, told = mended, told + errors


def _mended(entries: Sequence[Entry], errors: Sequence[Problem]) -> list[Entry]:
    fields: defaultdict[str, set[str]] = defaultdict(set)
    for problem in errors:
        fields[problem.entry_id].add(problem.field)
    return [_without(entry, fields[entry.id]) if entry.id in fields else entry for entry in entries]


def _without(entry: Entry, faulty: set[str]) -> Entry:
    if not all(name.startswith(VARIANT) for name in faulty):
        return replace(entry, status=Status.DRAFT)
    kept = tuple(text for number, text in enumerate(entry.variants) if f"{VARIANT}{number}" not in faulty)
    return replace(entry, variants=kept)
