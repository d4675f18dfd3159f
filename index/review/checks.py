"""The checks before publishing: one list for every door."""

from collections.abc import Sequence
from datetime import datetime

from index.ranking.entry_index import EntryIndex
from index.review.confusable_texts import check_retrieval
from knowledge.checks.all_checks import check_entries
from knowledge.checks.style import StyleRule
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only


def check_knowledge_base(
    index: EntryIndex,
    located: Sequence[LocatedEntry],
    now: datetime,
    only: Only = None,
    *,
    style: Sequence[StyleRule] = (),
) -> list[Problem]:
    """Every problem of the entries, or those that a change of the entries `only` brings.

    `index` may hold any of the entries, in the order of `located`; `style` is the style guide.
    """
    only = None if only is None else frozenset(only)
    return [*check_entries(located, now, only, style=style), *check_retrieval(index, located, now, only)]
