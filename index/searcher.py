"""The searcher holds the newest snapshot and swaps it whole; a question in flight keeps the one it began with."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from index.snapshot import Snapshot
from knowledge.errors import FaqError, KnowledgeError, StoreError

logger = logging.getLogger(__name__)


class Searcher:
    """Holds the live snapshot and replaces it when a newer revision exists.

    `newest` gives the newest revision, `build` the snapshot of it, given the one it follows; `complete` makes
    a candidate ready to go live, given the same. All may raise FaqError, and then the last good snapshot stays.
    `now` is the clock (timezone-aware) that says which entries have ended.
    """

    def __init__(
        self,
        newest: Callable[[], int],
        build: Callable[[Snapshot | None], Snapshot],
        complete: Callable[[Snapshot, Snapshot], Snapshot] = lambda candidate, _: candidate,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._newest = newest
        self._build = build
        self._complete = complete
        self._now = now
        self._lock = threading.Lock()
        self._refused: int | None = None  # a faulty revision: built once, not every second again
        self.snapshot = build(None)

    def refresh(self, candidate: Snapshot | None = None) -> bool:
        """Swap in the newest revision if there is one, `candidate` where it is that one; returns True if it did."""
        with self._lock:
            try:
                revision = self._newest()
                if revision == self._refused:
                    return self._drop_ended()
                if self._is_current(self.snapshot, revision):
                    return False
                ready = candidate if candidate and self._is_current(candidate, revision) else None
                self.snapshot = self._complete(ready, self.snapshot) if ready else self._build(self.snapshot)
            except KnowledgeError:
                self._refused = revision
                logger.exception("revision %s is faulty, %s stays live", revision, self.snapshot.revision)
                return False
            except StoreError:  # the log says once that the database is gone
                return self._drop_ended()
            except FaqError:
                logger.exception("refresh failed, revision %s stays live", self.snapshot.revision)
                return False
            logger.info("revision %s is live", self.snapshot.revision)
            return True

    def _drop_ended(self) -> bool:
        """Take out the entries whose validity has ended, though nothing newer can be had; returns True if any had."""
        left = self.snapshot.without_ended(self._now())
        if left is self.snapshot:
            return False
        self.snapshot = left
        logger.info("entries of revision %s have ended", left.revision)
        return True

    def _is_current(self, snapshot: Snapshot, revision: int) -> bool:
        """True when the snapshot is of this revision and no validity has changed since it was built."""
        return snapshot.revision == revision and snapshot.holds_at(self._now())
