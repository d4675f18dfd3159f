"""The live half of an impact, measured while an editor reads: the first impact of a process waits for half as long."""

import threading
import time
from dataclasses import dataclass, field
from itertools import islice

from bot.gate.publishing import Publishing
from index.snapshot import Snapshot
from index.snapshot_builder import judged_for

BATCH = 20  # judged queries, some 0.1 s when they are encoded too
PAUSE = 0.01  # seconds between batches, in which whoever asks comes first


@dataclass
class MeasuringAhead:
    """Asks the live snapshot its judged queries, once for each snapshot that an editor comes to."""

    publishing: Publishing
    _begun: Snapshot | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def begin(self) -> threading.Thread | None:
        """The thread that asks from now on; None where it was begun for this snapshot already."""
        snapshot = self.publishing.searcher.snapshot
        with self._lock:
            if snapshot is self._begun:
                return None
            self._begun = snapshot
        thread = threading.Thread(target=self._ask, args=(snapshot,), name="ahead", daemon=True)
        thread.start()
        return thread

    def _ask(self, snapshot: Snapshot) -> None:
        asked, builder = self.publishing.kept.asked(snapshot), self.publishing.builder
        judged = iter(judged_for(snapshot.base))
        while some := list(islice(judged, BATCH)):
            if self.publishing.searcher.snapshot is not snapshot:
                return
            asked.verdicts([builder.query(one.text, snapshot.index.analyzer) for one in some])
            time.sleep(PAUSE)
