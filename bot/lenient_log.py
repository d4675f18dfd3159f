"""The query log as asking uses it: its failures are logged, and keep nobody from an answer."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.reply import Asker, Reply
from index.decision.decision import Suggest
from index.message.message import MessageKind
from index.ranking.ranking import Hit
from knowledge.errors import StoreError
from knowledge.questions.feedback import Feedback
from knowledge.questions.query_log import DAILY, Limit, LoggedQuery, QueryLog, StoredQuery

logger = logging.getLogger(__name__)


class LenientLog:
    """Writes and reads the log; without one (None) it stores nothing and finds nothing. Safe to share."""

    def __init__(self, log: QueryLog | None) -> None:
        self._log = log

    def write(self, reply: Reply, asker: Asker, limit: int | None) -> bool:
        """Store a question; returns False when the asker has reached the `limit` of questions a minute.

        What a visitor asks beyond DAILY is answered and not stored.
        """
        if self._log is None:
            return True
        logged = _logged(reply, asker)
        try:
            if asker.is_visitor:
                return self._log.write(logged, DAILY) or limit is None
            return self._log.write(logged, Limit(limit) if limit else None)
        except StoreError:  # better a question too many than an asker without an answer
            logger.debug("question %s was answered but not logged", reply.reference)
            return True

    def write_feedback(self, given: Feedback) -> None:
        """Store what an asker said of a reply."""
        if self._log is None:
            return
        try:
            self._log.write_feedback(given)
        except StoreError:
            logger.debug("feedback on %s was not stored", given.reference)

    def find(self, reference: str) -> StoredQuery | None:
        """The question behind a reference; None when it is gone or the log cannot be read."""
        try:
            return self._log.find(reference) if self._log else None
        except StoreError:
            logger.debug("question %s cannot be read", reference)
            return None

    def has_asked(self, asker: Asker, limit: int) -> bool:
        """True when the asker has asked `limit` questions or more within a minute."""
        if self._log is None or not asker.id:
            return False
        try:
            return self._log.asked_since(asker.id, datetime.now(UTC) - Limit(limit).time) >= limit
        except StoreError:  # better a question too many than an asker without an answer
            return False


def log_decision(reply: Reply, asker: Asker) -> None:
    """Log the decision on a question, never its text."""
    facts = {
        "reference": reply.reference,
        "door": asker.door,
        "decision": reply.kind,
        "entry": reply.entry.id if reply.entry else "",
        "confidence": round(reply.confidence, 4),
        "milliseconds": round(reply.milliseconds, 3),
    }
    logger.info("question %s", " ".join(f"{name}={value}" for name, value in facts.items()), extra=facts)


def _logged(reply: Reply, asker: Asker) -> LoggedQuery:
    return LoggedQuery(
        reference=reply.reference,
        door=asker.door,
        asker=asker.id,
        text=reply.query,
        decision="person" if reply.message is MessageKind.PERSON else reply.kind,
        entry_id=reply.entry.id if reply.entry else None,
        confidence=reply.confidence,
        revision=reply.revision,
        milliseconds=reply.milliseconds,
        suggested=tuple(hit.entry.id for hit in _suggested(reply)),
    )


def _suggested(reply: Reply) -> Sequence[Hit]:
    return reply.decision.hits if isinstance(reply.decision, Suggest) else ()
