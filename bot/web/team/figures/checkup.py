"""A check of every entry that takes a while: do its links open, do its own texts find it."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.digest import find_dead_links
from bot.faq import Faq
from index.review.confusable_texts import check_retrieval
from knowledge.checks.links import check_links
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry
from knowledge.team.entry_faults import EntryFaults, FaultKind

logger = logging.getLogger(__name__)


class Checkup:
    """One check at a time, in a thread of its own; `has_failed` is of the last one."""

    def __init__(
        self, faq: Faq, faults: EntryFaults, ask: Callable[[Sequence[LocatedEntry]], list[Problem]] = check_links
    ) -> None:
        """`ask` asks every link."""
        self.faults, self.has_failed = faults, False
        self._faq, self._ask, self._running = faq, ask, threading.Lock()

    @property
    def is_running(self) -> bool:
        """True while one runs in this process."""
        return self._running.locked()

    def start(self) -> None:
        """Begin one, where none is running."""
        threading.Thread(target=self.run, name="checkup", daemon=True).start()

    def run(self) -> None:
        """Check everything now, unless somebody does, and keep what is found."""
        if not self._running.acquire(blocking=False):
            return
        try:
            find_dead_links(self._faq, self.faults, self._ask)
            index, now = self._faq.searcher.snapshot.index, datetime.now(UTC)
            self.faults.keep(FaultKind.TEXT, check_retrieval(index, list(map(LocatedEntry, index.entries)), now))
            self.has_failed = False
        except Exception:
            logger.exception("the check of all entries failed")
            self.has_failed = True
        finally:
            self._running.release()
