"""The query log in sum: the entries most asked for, counts, and the open gaps."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from cachetools import TTLCache

from index.gaps.gaps import MAX_WORDINGS, Gap, find_gaps
from index.searcher import Searcher
from index.snapshot import Snapshot
from knowledge.entry import Entry, Status
from knowledge.errors import StoreError
from knowledge.questions.gap_questions import GapQuestions, IgnoredGap
from knowledge.questions.query_log import QueryLog
from knowledge.questions.statistics import Statistics
from knowledge.revisions.history import History, Version
from knowledge.revisions.store import Store

RECENT_DAYS = 30
GAP_DAYS = 60
RESTORED_DAYS = 7  # in which what was ignored stands beside the gaps
GAPS_KEPT = 20.0  # seconds: thousands of texts take seconds to group, and an editor comes back to them often
LOOKED_THROUGH = 30  # entries edited last, for those whose answers changed


class Overview:
    """Reads the query log beside the live entries; safe to share between threads."""

    def __init__(self, searcher: Searcher, log: QueryLog, favourites: Callable[[], Sequence[str]] = tuple) -> None:
        """`favourites` gives ids of entries that are shown before anybody has asked."""
        self.statistics = Statistics(log.engine)
        self._searcher = searcher
        self._favourites = favourites
        self._gap_questions = GapQuestions(log.engine)
        self._store = Store(log.engine)
        self._history = History(log.engine)
        self._changed: tuple[Snapshot | None, list[tuple[Entry, datetime]]] = (None, [])  # swapped whole
        self.kept_gaps: TTLCache[int, list[Gap]] = TTLCache(1, GAPS_KEPT)  # by revision
        self._lock = threading.Lock()  # of the kept gaps; of two who ask at once the second waits for the first's

    def most_asked(self, limit: int) -> list[Entry]:
        """The live answering entries most asked for in the last RECENT_DAYS days, then the favourites."""
        try:
            counted = [entry_id for entry_id, _ in self.statistics.most_asked(RECENT_DAYS, 10 * limit)]
        except StoreError:
            counted = []
        by_id = self._searcher.snapshot.by_id
        found = (by_id.get(entry_id) for entry_id in dict.fromkeys((*counted, *self._favourites())))
        return [entry for entry in found if entry and not entry.declines][:limit]

    def changed(self, limit: int) -> list[tuple[Entry, datetime]]:
        """The live answering entries whose words changed last, and when, newest first; none of the first revision."""
        snapshot = self._searcher.snapshot
        if self._changed[0] is not snapshot:
            try:
                self._changed = snapshot, self._find_changed(snapshot)
            except StoreError:
                return []
        return self._changed[1][:limit]

    def _find_changed(self, snapshot: Snapshot) -> list[tuple[Entry, datetime]]:
        edited = {entry_id: revision for entry_id, revision in self._store.last_changes().items() if revision > 1}
        live = [snapshot.by_id[one] for one in sorted(edited, key=lambda one: -edited[one]) if one in snapshot.by_id]
        newest = [entry for entry in live if not entry.declines][:LOOKED_THROUGH]
        found = [(entry, _said_since(self._history.versions(entry.id))) for entry in newest]
        return sorted(((entry, at) for entry, at in found if at), key=lambda pair: pair[1], reverse=True)

    def once_public(self, entry_id: str) -> Entry | None:
        """An entry that may be live no more, as it was when it was published last; None for what never was."""
        try:
            versions = [version.entry for version in self._history.versions(entry_id)]
        except StoreError:
            return None
        now = datetime.now(UTC)
        public = (one for one in versions if one and one.status is Status.PUBLISHED)
        return next((one for one in public if (one.starts_at() or now) <= now), None)

    def gaps(self, days: int = GAP_DAYS, now: datetime | None = None) -> list[Gap]:
        """The open gaps among the questions of `days` days of 24 hours, most pressing first. Raises StoreError."""
        now = now or datetime.now(UTC)
        snapshot = self._searcher.snapshot
        questions = self._gap_questions.asked_between(now - timedelta(days=days), now, MAX_WORDINGS)
        return find_gaps(questions, snapshot, now, self._store.last_changes())

    def recent_gaps(self) -> list[Gap]:
        """The open gaps, as they were GAPS_KEPT seconds ago at most. Raises StoreError."""
        revision = self._searcher.snapshot.revision
        with self._lock:
            found = self.kept_gaps.get(revision)
            if found is None:
                found = self.kept_gaps[revision] = self.gaps()
        return found

    def ignore_gap(self, gap: Gap, editor: str) -> None:
        """Never list the texts of a gap again, whoever asks them. Raises StoreError."""
        self._gap_questions.ignored.ignore(gap.texts, editor)

    def ignore_listed(self, key: str, editor: str) -> None:
        """Ignore the gap that was listed by the wording `key`, and find all of them anew. Raises StoreError."""
        for gap in self.recent_gaps():
            if key in gap.keys:
                self.ignore_gap(gap, editor)
        with self._lock:
            self.kept_gaps.clear()

    def ignored_gaps(self) -> list[IgnoredGap]:
        """The ignored gaps of GAP_DAYS days, restored ones too, the last ignored first. Raises StoreError."""
        now = datetime.now(UTC)
        return self._gap_questions.ignored_between(now - timedelta(days=GAP_DAYS), now, MAX_WORDINGS)

    def lately_ignored(self) -> list[IgnoredGap]:
        """The gaps that editors have ignored within RESTORED_DAYS days and nobody has restored. Raises StoreError."""
        since = datetime.now(UTC) - timedelta(days=RESTORED_DAYS)
        found = self.ignored_gaps()
        return [one for one in found if one.ignoring.at > since and not one.ignoring.restored_at]

    def restore_gap(self, key: str, editor: str) -> None:
        """List an ignored gap again, if it is still open. Raises StoreError."""
        self._gap_questions.ignored.restore(key, editor)
        with self._lock:
            self.kept_gaps.clear()


def _said_since(versions: Sequence[Version]) -> datetime | None:
    """When an entry got the words of `versions[0]`, its newest; None if it has had them since revision 1."""

    def words(version: Version) -> tuple[str, str] | None:
        return (version.entry.question, version.entry.answer) if version.entry else None

    *_, oldest = takewhile(lambda version: words(version) == words(versions[0]), versions)
    return oldest.revision.at if oldest.revision.number > 1 else None
