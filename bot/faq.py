"""The one object every door calls: ask a question, follow up on a reply."""

import logging
import time
from dataclasses import dataclass

from index.amounts import Difference, differences
from index.decision import Abstain, Answer, Decision, Suggest
from index.filters import drop_invisible
from index.follow_up import follow_up
from index.parameters import MAX_QUERY
from index.ranking import Hit, Ranking
from index.searcher import Searcher
from knowledge.entry import Entry
from knowledge.errors import StoreError
from knowledge.query_log import FeedbackKind, LoggedQuery, QueryLog, new_reference

logger = logging.getLogger(__name__)
MAX_RELATED = 3


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and where: `id` is the door's own name for the person, "" when there is none."""

    door: str
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Everything a door needs to show for one question."""

    reference: str
    query: str
    decision: Decision
    confidence: float
    candidates: tuple[Hit, ...]
    revision: int
    milliseconds: float
    ranking: Ranking
    differences: tuple[Difference, ...] = ()  # figures of the question that the answer does not have
    follows: Entry | None = None  # the entry with whose subject the question was read

    @property
    def entry(self) -> Entry | None:
        """The entry that answers, or that declines; None for suggestions and plain abstentions."""
        match self.decision:
            case Answer(hit) | Abstain(_, Hit() as hit):
                return hit.entry
            case Suggest() | Abstain():
                return None

    def candidate_confidences(self) -> list[tuple[Hit, float]]:
        """The candidates with a confidence each: the best one's is calibrated, the others' is in proportion."""
        best = self.candidates[0].share if self.candidates else 1.0
        return [(hit, self.confidence * hit.share / best) for hit in self.candidates]

    @property
    def kind(self) -> str:
        """The decision's name as logs and JSON carry it: answer, suggest or abstain."""
        return type(self.decision).__name__.lower()


class Faq:
    """The bot without a door; safe to share between threads."""

    def __init__(self, searcher: Searcher, log: QueryLog | None = None, public_url: str = "") -> None:
        """`log` is None where nothing may be written; `public_url` is where the web door is seen from outside."""
        self.searcher = searcher
        self._log = log
        self._public_url = public_url

    def ask(self, text: str, asker: Asker, after: str = "") -> Reply:
        """Answer, suggest or abstain; the question goes, redacted, into the query log.

        Text beyond MAX_QUERY characters is not read. `after` is the id of the entry that was shown
        before in the same conversation, for follow-ups. A log that cannot be written does not keep
        anybody from an answer.
        """
        started = time.perf_counter()
        readable = text[: 4 * MAX_QUERY].encode("utf-8", "ignore").decode()  # half a character is none
        query = drop_invisible(readable).strip()[:MAX_QUERY]
        snapshot = self.searcher.snapshot
        outcome = alone = snapshot.ask(query)
        previous = snapshot.by_id.get(after)
        if previous:
            outcome = follow_up(snapshot, alone, previous) or alone
        milliseconds = (time.perf_counter() - started) * 1000
        reply = Reply(
            reference=new_reference(),
            query=query,
            decision=outcome.decision,
            confidence=outcome.confidence,
            candidates=tuple(outcome.ranking.hits),
            revision=snapshot.revision,
            milliseconds=milliseconds,
            ranking=outcome.ranking,
            differences=_differences(query, outcome.decision),
            follows=previous if outcome is not alone else None,
        )
        self._write(reply, asker)
        return reply

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

    def entries(self) -> tuple[Entry, ...]:
        """Every live entry."""
        return self.searcher.snapshot.index.entries

    def choose(self, reference: str, entry_id: str) -> Entry | None:
        """The suggested entry that the asker of `reference` pressed; the choice is stored."""
        self._write_feedback(reference, FeedbackKind.CHOSEN, entry_id)
        return self.entry(entry_id)

    def none_of_these(self, reference: str) -> None:
        """The asker of `reference` found nothing that fits: a gap, stored."""
        self._write_feedback(reference, FeedbackKind.NONE_OF_THESE)

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
            logger.warning("question %s was answered but not logged", reply.reference)

    def _write_feedback(self, reference: str, kind: FeedbackKind, entry_id: str | None = None) -> None:
        if self._log is None:
            return
        try:
            self._log.write_feedback(reference, kind, entry_id)
        except StoreError:
            logger.warning("feedback on %s was not stored", reference)


def _differences(query: str, decision: Decision) -> tuple[Difference, ...]:
    match decision:
        case Answer(hit):
            return tuple(differences(query, hit.entry.answer))
        case Suggest() | Abstain():
            return ()
