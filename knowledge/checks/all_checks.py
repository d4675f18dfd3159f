"""All checks of entries that need no retrieval."""

from collections.abc import Sequence
from datetime import datetime

from knowledge.checks.contradictions import check_contradictions
from knowledge.checks.dates import check_dates
from knowledge.checks.equal_texts import check_equal_texts
from knowledge.checks.lengths import check_lengths
from knowledge.checks.relations import check_relations
from knowledge.checks.style import StyleRule, check_style
from knowledge.checks.sums import check_sums
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns


def check_entries(
    located: Sequence[LocatedEntry], now: datetime, only: Only = None, *, style: Sequence[StyleRule] = ()
) -> list[Problem]:
    """Every problem of the entries, or of those in `only`; each field was checked when the entry was read."""
    return [
        *(warning for item in located if concerns(only, item.entry.id) for warning in item.warnings),
        *check_relations(located, now, only),
        *check_equal_texts(located, now, only),
        *check_contradictions(located, now, only),
        *check_dates(located, now, only),
        *check_sums(located, only),
        *check_lengths(located, only),
        *check_style(located, style, only),
    ]
