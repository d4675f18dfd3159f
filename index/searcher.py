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

    `newest` gives the newest revision, `build` the snapshot of it, given the one it follows; both may
    raise FaqError, and then the last good snapshot stays live.
    """

    def __init__(self, newest: Callable[[], int], build: Callable[[Snapshot | None], Snapshot]) -> None:
        self._newest = newest
        self._build = build
        self._lock = threading.Lock()
        self._refused: int | None = None  # a faulty revision: built once, not every second again
        self.snapshot = build(None)

    def refresh(self) -> bool:
        """Swap in the newest revision if there is one; returns whether it did."""
        with self._lock:
            try:
                revision = self._newest()
                if revision == self._refused:
                    return self._drop_ended()
                if revision == self.snapshot.revision and self.snapshot.holds_at(datetime.now(UTC)):
                    return False
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
