"""The searcher: always the newest snapshot, swapped whole; questions in flight keep the one they began with."""

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
    """

    def __init__(
        self,
        newest: Callable[[], int],
        build: Callable[[Snapshot | None], Snapshot],
        complete: Callable[[Snapshot, Snapshot], Snapshot] = lambda candidate, _: candidate,
    ) -> None:
        self._newest = newest
        self._build = build
        self._complete = complete
        self._lock = threading.Lock()
        self._refused: int | None = None  # a faulty revision: built once, not every second again
        self.snapshot = build(None)

    def refresh(self, candidate: Snapshot | None = None) -> bool:
        """Swap in the newest revision if there is one; returns True when it did.

        `candidate` is what was just published: taken where it is the newest revision, instead of building it again.
        """
        with self._lock:
            try:
                revision, now = self._newest(), datetime.now(UTC)
                if revision == self._refused:
                    return self._drop_ended()
                if revision == self.snapshot.revision and self.snapshot.holds_at(now):
                    return False
                if candidate and candidate.revision == revision and candidate.holds_at(now):
                    self.snapshot = self._complete(candidate, self.snapshot)
                else:
                    self.snapshot = self._build(self.snapshot)
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
        """Whatever else cannot be had: an entry is never answered after its validity has ended."""
        left = self.snapshot.without_ended(datetime.now(UTC))
        if left is self.snapshot:
            return False
        self.snapshot = left
        logger.info("entries of revision %s have ended", left.revision)
        return True
