"""The one object every door calls: ask a question, follow up on a reply."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property

from bot.publishing import Proposal, Publishing
from bot.reply import Asker, Reply
from index.decision import Abstain, Answer, Decision, Suggest
from index.figures import Difference, differences
from index.filters import drop_invisible
from index.follow_up import follow_up
from index.gaps import Gap, find_gaps
from index.parameters import MAX_QUERY
from index.searcher import Searcher
from knowledge.entry import Entry
from knowledge.errors import StoreError
from knowledge.gap_questions import GapQuestions
from knowledge.query_log import (
    Feedback,
    FeedbackKind,
    LoggedQuery,
    QueryLog,
    StoredQuery,
    UnhelpfulReason,
    new_reference,
)
from knowledge.statistics import Statistics
from knowledge.store import Change, Store

logger = logging.getLogger(__name__)
MAX_RELATED = 3
NO_LIMIT = 1_000_000
RECENT_DAYS = 30
GAP_DAYS = 60
FAVOURITES = ("no-cancellation-penalty", "free-trial-10days", "plan-prices", "forward-vs-listed-difference")


Observer = Callable[[Reply, Asker], None]


class Faq:
    """The bot without a door; safe to share between threads."""

    def __init__(
        self,
        searcher: Searcher,
        log: QueryLog | None = None,
        public_url: str = "",
        limit: int = NO_LIMIT,
        publishing: Publishing | None = None,
    ) -> None:
        """`log` is None where nothing may be written; `public_url` is where the web door is seen from outside.

        `limit` is the number of questions an asker may ask in a minute; `publishing` is None where nothing
        may be changed.
        """
        self.searcher = searcher
        self._log = log
        self._public_url = public_url
        self._limit = limit
        self._publishing = publishing
        self.observers: list[Observer] = []  # told of every question asked, after its answer

    def ask(self, text: str, asker: Asker, after: str = "") -> Reply:
        """Answer, suggest or abstain; the question goes, redacted, into the query log.

        Text beyond MAX_QUERY characters is not read. `after` is the id of the entry that was shown
        before in the same conversation, for follow-ups. A log that cannot be written does not keep
        anybody from an answer.
        """
        reply = self.preview(text, after)
        self.record(reply, asker)
        return reply

    def record(self, reply: Reply, asker: Asker) -> None:
        """Let a reply that `preview` gave count as asked: query log, observers and the process's log hear of it."""
        self._write(reply, asker)
        _tell(reply, asker)
        for observe in self.observers:
            observe(reply, asker)

    def preview(self, text: str, after: str = "") -> Reply:
        """The reply that `ask` would give now, without leaving a trace."""
        started = time.perf_counter()
        query = _readable(text)
        snapshot = self.searcher.snapshot
        outcome = alone = snapshot.ask(query)
        previous = snapshot.by_id.get(after)
        if previous:
            outcome = follow_up(snapshot, alone, previous) or alone
        milliseconds = (time.perf_counter() - started) * 1000
        return Reply(
            reference=new_reference(),
            query=query,
            outcome=outcome,
            revision=snapshot.revision,
            milliseconds=milliseconds,
            differences=_differences(query, outcome.decision),
            follows=previous if outcome is not alone else None,
        )

    def entry(self, entry_id: str) -> Entry | None:
        """The live entry with this id."""
        return self.searcher.snapshot.by_id.get(entry_id)

    def link(self, entry: Entry) -> str:
        """Where an entry can be read: its source page, else its own page here, else ""."""
        return entry.url or (f"{self._public_url}/faq/{entry.id}" if self._public_url else "")

    def related(self, entry: Entry) -> list[Entry]:
        """The live entries that an entry points to, at most MAX_RELATED."""
        found = [self.entry(entry_id) for entry_id in entry.related]
        return [other for other in found if other][:MAX_RELATED]

    def best(self, text: str) -> list[tuple[Entry, float]]:
        """The best entries for a text that nobody asked us (a customer's message), with confidence; not logged."""
        outcome = self.searcher.snapshot.ask(_readable(text))
        return [(hit.entry, confidence) for hit, confidence in outcome.confidences()]

    def categories(self) -> list[str]:
        """The categories that hold an answering entry."""
        return sorted({entry.category for entry in self.entries() if not entry.declines})

    def entries(self) -> tuple[Entry, ...]:
        """Every live entry."""
        return self.searcher.snapshot.index.entries

    def choose(self, reference: str, entry_id: str, asker: Asker) -> Entry | None:
        """The suggested entry that was pressed under the reply `reference`; the choice is stored if it is live."""
        entry = self.entry(entry_id)
        if entry:
            chosen = Feedback(reference=reference, kind=FeedbackKind.CHOSEN, asker=asker.id, entry_id=entry.id)
            self._write_feedback(chosen)
        return entry

    def none_of_these(self, reference: str, asker: Asker) -> None:
        """Nothing that was suggested under `reference` fits: a gap, stored."""
        self._write_feedback(Feedback(reference=reference, kind=FeedbackKind.NONE_OF_THESE, asker=asker.id))

    def vote(
        self, reference: str, entry_id: str, asker: Asker, *, helpful: bool, reason: UnhelpfulReason | None = None
    ) -> None:
        """Whether the entry shown under `reference` helped, and if not, why; an asker's last vote counts."""
        kind = FeedbackKind.HELPFUL if helpful else FeedbackKind.UNHELPFUL
        self._write_feedback(
            Feedback(reference=reference, kind=kind, asker=asker.id, entry_id=entry_id or None, reason=reason)
        )

    def escalated(self, reference: str, asker: Asker) -> None:
        """A person was asked for under `reference`."""
        self._write_feedback(Feedback(reference=reference, kind=FeedbackKind.ESCALATED, asker=asker.id))

    def stored(self, reference: str) -> StoredQuery | None:
        """The question behind a reference as it was stored; None when it is gone or the log cannot be read."""
        try:
            return self._log.find(reference) if self._log else None
        except StoreError:
            logger.debug("question %s cannot be read", reference)
            return None

    def question(self, reference: str) -> str:
        """The text of that question (redacted), "" when it is gone."""
        found = self.stored(reference)
        return found.text if found else ""

    def allows(self, asker: Asker) -> bool:
        """Whether the asker has asked less than the limit within the last minute."""
        if self._log is None or not asker.id:
            return True
        try:
            return self._log.asked_since(asker.id, datetime.now(UTC) - timedelta(minutes=1)) < self._limit
        except StoreError:  # better a question too many than an asker without an answer
            return True

    def most_asked(self, limit: int) -> list[Entry]:
        """The live answering entries most asked for of late; the shipped favourites where too little was asked."""
        try:
            counted = [entry_id for entry_id, _ in self.statistics.most_asked(RECENT_DAYS, 10 * limit)]
        except StoreError:
            counted = []
        found = (self.entry(entry_id) for entry_id in dict.fromkeys((*counted, *FAVOURITES)))
        return [entry for entry in found if entry and not entry.declines][:limit]

    def gaps(self, days: int = GAP_DAYS, now: datetime | None = None) -> list[Gap]:
        """The open gaps among the questions of `days` days of 24 hours, most pressing first. Raises StoreError."""
        if self._log is None:
            return []
        now = now or datetime.now(UTC)
        snapshot = self.searcher.snapshot
        questions = GapQuestions(self._log.engine).asked_between(now - timedelta(days=days), now)
        return find_gaps(questions, snapshot, snapshot.index.query, now, Store(self._log.engine).last_changes())

    def ignore_gap(self, gap: Gap, editor: str) -> None:
        """Never list the texts of a gap again, whoever asks them. Raises StoreError."""
        if self._log is not None:
            GapQuestions(self._log.engine).ignore(gap.texts, editor)

    @property
    def publishing(self) -> Publishing:
        """The editors' gate."""
        assert self._publishing is not None
        return self._publishing

    def propose(self, change: Change, editor: str, reason: str = "", base: int | None = None) -> Proposal:
        """Check a change and measure its impact, see Publishing.propose."""
        return self.publishing.propose(change, editor, reason, base)

    def publish(self, proposal: Proposal, editor: str, reason: str = "", override: str = "") -> int | None:
        """Publish a proposal, see Publishing.publish."""
        return self.publishing.publish(proposal, editor, reason, override)

    @cached_property
    def statistics(self) -> Statistics:
        """Counts over the query log."""
        assert self._log is not None
        return Statistics(self._log.engine)

    def _write(self, reply: Reply, asker: Asker) -> None:
        if self._log is None:
            return
        logged = LoggedQuery(
            reference=reply.reference,
            door=asker.door,
            asker=asker.id,
            text=reply.query,
            decision=reply.kind,
            entry_id=reply.entry.id if reply.entry else None,
            confidence=reply.confidence,
            revision=reply.revision,
            milliseconds=reply.milliseconds,
        )
        try:
            self._log.write(logged)
        except StoreError:
            logger.debug("question %s was answered but not logged", reply.reference)

    def _write_feedback(self, given: Feedback) -> None:
        if self._log is None:
            return
        try:
            self._log.write_feedback(given)
        except StoreError:
            logger.debug("feedback on %s was not stored", given.reference)


def _tell(reply: Reply, asker: Asker) -> None:
    """Log one question, of which only the decision is anybody's business."""
    facts = {
        "reference": reply.reference,
        "door": asker.door,
        "decision": reply.kind,
        "entry": reply.entry.id if reply.entry else "",
        "confidence": round(reply.confidence, 4),
        "milliseconds": round(reply.milliseconds, 3),
    }
    logger.info("question %s", " ".join(f"{name}={value}" for name, value in facts.items()), extra=facts)


def _readable(text: str) -> str:
    """What is read of a question: its visible text, MAX_QUERY characters at most."""
    whole = text[: 4 * MAX_QUERY].encode("utf-8", "ignore").decode()  # half a character is none
    return drop_invisible(whole).strip()[:MAX_QUERY]


def _differences(query: str, decision: Decision) -> tuple[Difference, ...]:
    match decision:
        case Answer(hit):
            return tuple(differences(query, hit.entry.answer))
        case Suggest() | Abstain():
            return ()
