"""The query log in sum: the entries most asked for, counts, and the open gaps."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from index.gaps.gaps import Gap, find_gaps
from index.searcher import Searcher
from knowledge.entry import Entry
from knowledge.errors import StoreError
from knowledge.questions.gap_questions import GapQuestions
from knowledge.questions.query_log import QueryLog
from knowledge.questions.statistics import Statistics
from knowledge.revisions.store import Store

RECENT_DAYS = 30
GAP_DAYS = 60


class Overview:
    """Reads the query log beside the live entries; safe to share between threads."""

    def __init__(self, searcher: Searcher, log: QueryLog, favourites: Sequence[str] = ()) -> None:
        """`favourites` are ids of entries that are shown before anybody has asked."""
        self.statistics = Statistics(log.engine)
        self._searcher = searcher
        self._favourites = favourites
        self._gap_questions = GapQuestions(log.engine)
        self._store = Store(log.engine)

    def most_asked(self, limit: int) -> list[Entry]:
        """The live answering entries most asked for in the last RECENT_DAYS days, then the favourites."""
        try:
            counted = [entry_id for entry_id, _ in self.statistics.most_asked(RECENT_DAYS, 10 * limit)]
        except StoreError:
            counted = []
        by_id = self._searcher.snapshot.by_id
        found = (by_id.get(entry_id) for entry_id in dict.fromkeys((*counted, *self._favourites)))
        return [entry for entry in found if entry and not entry.declines][:limit]

    def gaps(self, days: int = GAP_DAYS, now: datetime | None = None) -> list[Gap]:
        """The open gaps among the questions of `days` days of 24 hours, most pressing first. Raises StoreError."""
        now = now or datetime.now(UTC)
        snapshot = self._searcher.snapshot
        questions = self._gap_questions.asked_between(now - timedelta(days=days), now)
        return find_gaps(questions, snapshot, snapshot.index.query, now, self._store.last_changes())

    def ignore_gap(self, gap: Gap, editor: str) -> None:
        """Never list the texts of a gap again, whoever asks them. Raises StoreError."""
        self._gap_questions.ignore(gap.texts, editor)
