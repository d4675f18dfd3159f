"""The checks before publishing: one list for every door."""

from collections.abc import Sequence
from datetime import datetime

from index.entry_index import EntryIndex
from index.lookalikes import check_retrieval
from knowledge.checks import check_entries
from knowledge.errors import Problem
from knowledge.filed import FiledEntry, Only


def check_knowledge_base(
    index: EntryIndex, filed: Sequence[FiledEntry], now: datetime, only: Only = None
) -> list[Problem]:
    """Every problem of the entries, or those that a change of the entries `only` brings.

    `index` may hold any of the entries, in the order of `filed`.
    """
    only = None if only is None else frozenset(only)
    return [*check_entries(filed, now, only), *check_retrieval(index, filed, now, only)]
