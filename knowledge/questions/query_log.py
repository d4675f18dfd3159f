"""The query log: questions, decisions and feedback, redacted before writing and kept for a finite time."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from knowledge.database.connection import changing, for_single_statements, reading
from knowledge.database.tables import ASKER_TABLES, feedback, queries
from knowledge.questions.feedback import VOTES, Feedback, storing

# Built once: SQLAlchemy takes longer to build a statement than PostgreSQL to run it.
INSERT = sa.insert(queries)
ASKED_SINCE = (
    sa.select(sa.func.count())
    .select_from(queries)
    .where(
        queries.c.asker == sa.bindparam("who"),
        queries.c.at > sa.bindparam("moment"),
        queries.c.at < sa.bindparam("end"),  # later ones are from before the clock was set back
    )
)
_VALUES = [sa.bindparam(column.name, type_=column.type) for column in queries.c]
INSERT_WITHIN_LIMIT = INSERT.from_select(
    queries.c.keys(), sa.select(*_VALUES).where(ASKED_SINCE.scalar_subquery() < sa.bindparam("limit"))
).returning(queries.c.reference)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many questions of one asker are stored within a time."""

    number: int
    time: timedelta = timedelta(minutes=1)


READ_FOR_EACH = 20  # questions read for each that is wanted: many are the same, or of one asker
DAILY = Limit(200, timedelta(days=1))  # of somebody who is known by an address alone: nobody reads so much


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedQuery:
    """One question with its decision; only the keyed hash of `asker` is stored."""

    reference: str
    door: str
    asker: str
    text: str
    decision: str
    entry_id: str | None
    confidence: float
    revision: int
    milliseconds: float
    suggested: tuple[str, ...] = ()  # ids of entries


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A question as it is stored: redacted."""

    reference: str
    at: datetime
    text: str
    decision: str
    entry_id: str | None
    confidence: float
    revision: int


def new_reference() -> str:
    """A short random name for one question, to find it again in the logs (8 characters)."""
    return secrets.token_hex(4)


class QueryLog:
    """Writes questions and feedback; `key` makes asker hashes useless to anyone without it.

    `contract_numbers` is a pattern of the operator's own contract numbers, which are redacted too.
    """

    def __init__(self, engine: sa.Engine, key: bytes, contract_numbers: re.Pattern[str] | None = None) -> None:
        from knowledge.privacy.redaction import redact  # 0.2 s of patterns, and some commands need no log

        self.engine = engine
        self._single = for_single_statements(engine)
        self._key = key
        self._redact = partial(redact, contract_numbers=contract_numbers)

    def write(self, query: LoggedQuery, limit: Limit | None = None) -> bool:
        """Store one question, redacted, with its asker hashed. Raises StoreError.

        With a `limit` nothing is stored, and False returned, when the asker has asked that many in its time.
        """
        now, asker = datetime.now(UTC), self.asker_hash(query.asker)
        values = {
            "reference": query.reference,
            "at": now,
            "door": query.door,
            "asker": asker,
            "text": self.redacted(query.text),
            "decision": query.decision,
            "entry_id": query.entry_id,
            "confidence": query.confidence,
            "revision": query.revision,
            "milliseconds": query.milliseconds,
            "suggested": "".join(f" {entry_id} " for entry_id in query.suggested),
        }
        with changing(self._single) as connection:
            if limit is None or not asker:
                connection.execute(INSERT, values)
                return True
            within = {"who": asker, "moment": now - limit.time, "end": now + limit.time, "limit": limit.number}
            return connection.scalar(INSERT_WITHIN_LIMIT, values | within) is not None

    def write_feedback(self, given: Feedback) -> None:
        """Store feedback on a stored question, the same but once; see `storing`. Raises StoreError.

        Of one asker's votes on an entry the last counts.
        """
        asker = self.asker_hash(given.asker)
        values = {
            "reference": given.reference,
            "at": datetime.now(UTC),
            "kind": given.kind.value,
            "entry_id": given.entry_id,
            "asker": asker,
            "reason": given.reason.value if given.reason else None,
        }
        votes = [kind.value for kind in VOTES]
        with changing(self.engine) as connection:
            if given.kind in VOTES:
                same = {"reference": given.reference, "asker": asker, "entry_id": given.entry_id}
                earlier = [feedback.c[name].is_not_distinct_from(value) for name, value in same.items()]
                connection.execute(sa.delete(feedback).where(*earlier, feedback.c.kind.in_(votes)))
            connection.execute(storing(values))

    def asked_since(self, asker: str, moment: datetime) -> int:
        """The number of questions of an asker since `moment`, at all doors and processes. Raises StoreError."""
        now = datetime.now(UTC)
        asked = {"who": self.asker_hash(asker), "moment": moment, "end": now + (now - moment)}
        with reading(self._single) as connection:
            return connection.scalar(ASKED_SINCE, asked) or 0

    def find(self, reference: str) -> StoredQuery | None:
        """The question behind a reference, as it is stored (redacted); None when it is deleted."""
        found = sa.select(queries).where(queries.c.reference == reference)
        with reading(self._single) as connection:
            row = connection.execute(found).one_or_none()
        if row is None:
            return None
        return StoredQuery(row.reference, row.at, row.text, row.decision, row.entry_id, row.confidence, row.revision)

    def recent_texts(self, limit: int) -> list[str]:
        """The distinct questions (redacted) asked last, newest first, not too many of one asker. Raises StoreError."""
        with reading(self._single) as connection:
            return [row.text for row in connection.execute(_newest(limit))]

    def forget(self, older_than: timedelta) -> int:
        """Delete what askers did before that time; returns the number of questions. Raises StoreError."""
        before = datetime.now(UTC) - older_than
        with changing(self.engine) as connection:
            deleted = {
                table: connection.execute(sa.delete(table).where(table.c.at < before)).rowcount
                for table in ASKER_TABLES
            }
        return deleted[queries]

    def redacted(self, text: str) -> str:
        """A text as it may be stored."""
        return self._redact(text)

    def asker_hash(self, asker: str) -> str:
        """The keyed hash (HMAC-SHA-256, 32 hexadecimal digits) that stands for an asker."""
        return hmac.new(self._key, asker.encode(), hashlib.sha256).hexdigest()[:32] if asker else ""


def _newest(limit: int) -> sa.Select[tuple[str, datetime]]:
    asked = sa.select(queries.c.text, queries.c.asker, queries.c.at).where(queries.c.text != "")
    last = asked.order_by(queries.c.at.desc()).limit(READ_FOR_EACH * limit).subquery()
    number = sa.func.row_number().over(partition_by=last.c.asker, order_by=last.c.at.desc()).label("number")
    numbered = sa.select(last, number).subquery()
    moment = sa.func.max(numbered.c.at)
    of_each = sa.select(numbered.c.text, moment).where(
        (numbered.c.asker == "") | (numbered.c.number <= max(1, limit // 5))
    )
    return of_each.group_by(numbered.c.text).order_by(moment.desc(), numbered.c.text).limit(limit)
