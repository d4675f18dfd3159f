"""A check of every entry that takes a while: do its links open, do its own texts find it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.digest import find_dead_links
from bot.faq import Faq
from bot.process.background import OneAtATime
from index.review.confusable_texts import check_retrieval
from knowledge.checks.links import check_links
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry
from knowledge.team.entry_faults import EntryFaults, FaultKind


class Checkup(OneAtATime):
    """One check at a time."""

    def __init__(
        self, faq: Faq, faults: EntryFaults, ask: Callable[[Sequence[LocatedEntry]], list[Problem]] = check_links
    ) -> None:
        """`ask` asks every link."""
        super().__init__("the check of all entries")
        self.faults, self._faq, self._ask = faults, faq, ask

    def do(self) -> None:
        """Check everything, and keep what is found."""
        find_dead_links(self._faq, self.faults, self._ask)
        index, now = self._faq.searcher.snapshot.index, datetime.now(UTC)
        self.faults.keep(FaultKind.TEXT, check_retrieval(index, list(map(LocatedEntry, index.entries)), now))
