"""Our replies, half sentences that wait for the next message, and the questions that were handed to people."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.database.connection import changing, for_single_statements, reading
from knowledge.database.tables import escalations, feedback, queries, replies
from knowledge.questions.feedback import FeedbackKind

# Built once: SQLAlchemy takes longer to build a statement than PostgreSQL to run it.
NEWEST = sa.select(replies).order_by(replies.c.at.desc()).limit(1)
OF_NO_HELP = (FeedbackKind.UNHELPFUL.value, FeedbackKind.NONE_OF_THESE.value)
MAX_TURNS = 4  # replies that a follow-up may go back to
TURNS = (
    sa.select(replies, sa.func.coalesce(queries.c.text, replies.c.said).label("asked"), queries.c.door)
    .outerjoin(queries, queries.c.reference == replies.c.reference)
    .order_by(replies.c.at.desc())
    .limit(MAX_TURNS)
)
OF_TEAM = sa.bindparam("team", type_=sa.String)
IN_CHANNEL = TURNS.where(
    replies.c.channel == sa.bindparam("place"),
    replies.c.at > sa.bindparam("since"),
    sa.or_(OF_TEAM == "", replies.c.team == OF_TEAM),
)
IN_THREAD = IN_CHANNEL.where(replies.c.thread == sa.bindparam("in"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedReply:
    """Our message `message` in `thread`, for the asker's message `key`; `asker` is a keyed hash.

    Where the asker only announced something, `said` is that (redacted), and `message` their own.

    `team` is the workspace whose bot posted it, `at` when it was kept, `asked` the question as the query log has it
    (redacted) and `door` where it was asked, "" where that is not read.
    """

    key: str
    reference: str
    asker: str
    channel: str
    thread: str
    message: str
    entry_id: str | None = None
    team: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    said: str = ""
    asked: str = ""
    door: str = ""


JOINED = ("asked", "door")  # from the query log
REPLY_COLUMNS = [name for name in PostedReply.__dataclass_fields__ if name not in JOINED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A question handed to people: the asker's thread in the workspace `team`, and the support team's at home."""

    reference: str
    channel: str
    thread: str
    asker: str
    support_channel: str
    support_thread: str
    team: str = ""
    resolved: bool = False


class Conversations:
    """Replies and escalations in the database; every method may raise StoreError.

    `team` is the workspace of a channel, whose id may be another one's too; "" where there is one, or they share it.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = for_single_statements(engine)
        self._keep = _upsert(engine.dialect.name, replies.c.key)
        self._open = _upsert(engine.dialect.name, escalations.c.reference)

    def keep_reply(self, posted: PostedReply) -> None:
        """Remember a reply; a newer one for the same message takes its place."""
        values = {name: getattr(posted, name) for name in REPLY_COLUMNS} | {"at": datetime.now(UTC)}
        with changing(self.engine) as connection:
            connection.execute(self._keep, values)

    def reply_to(self, key: str) -> PostedReply | None:
        """Our reply to the message `key`."""
        return self._reply(replies.c.key == key)

    def reply_of(self, reference: str) -> PostedReply | None:
        """Our reply with this reference."""
        return self._reply(replies.c.reference == reference)

    def last_replies(self, channel: str, thread: str, since: datetime, team: str = "") -> list[PostedReply]:
        """Our newest replies in a thread, at most MAX_TURNS, newest first; with "" for the thread, in the channel."""
        place = {"place": channel, "since": since, "team": team}
        return self._all(IN_THREAD, place | {"in": thread}) if thread else self._all(IN_CHANNEL, place)

    def replies_before(self, posted: PostedReply, thread: str, since: datetime, team: str = "") -> list[PostedReply]:
        """Our newest replies above another one, as `last_replies`."""
        above = (replies.c.channel == posted.channel) & (replies.c.message < posted.message) & (replies.c.at > since)
        if thread:
            above &= replies.c.thread == thread
        above &= _of(replies, team)
        return self._all(TURNS.where(above).order_by(None).order_by(replies.c.message.desc()), {})

    def of_no_help(self, references: Collection[str]) -> set[str]:
        """Those replies of which somebody said that they do not help, or that nothing suggested fits."""
        said = feedback.c.reference.in_(references) & feedback.c.kind.in_(OF_NO_HELP)
        with reading(self.engine) as connection:
            return set(connection.scalars(sa.select(feedback.c.reference).where(said)))

    def forget_reply(self, key: str) -> None:
        """Forget the reply to the message `key`, which is gone."""
        with changing(self.engine) as connection:
            connection.execute(sa.delete(replies).where(replies.c.key == key))

    def escalate(self, opened: Escalation) -> None:
        """Remember that a question was handed to people; this takes the place of an earlier time."""
        names = set(Escalation.__dataclass_fields__) - {"resolved"}
        values = {name: getattr(opened, name) for name in names} | {"at": datetime.now(UTC), "resolved_at": None}
        with changing(self.engine) as connection:
            connection.execute(self._open, values)

    def escalation(self, reference: str) -> Escalation | None:
        """The escalation of the question `reference`, open or resolved."""
        return self._escalation(escalations.c.reference == reference)

    def escalation_begun_in(self, channel: str, team: str = "") -> Escalation | None:
        """The open escalation for which a direct conversation was begun: none of our replies stands in its thread."""
        replied = (replies.c.channel == escalations.c.channel) & (replies.c.thread == escalations.c.thread)
        begun = (escalations.c.channel == channel) & _of(escalations, team) & ~sa.exists().where(replied)
        return self._escalation(begun & escalations.c.resolved_at.is_(None))

    def escalation_in(self, channel: str, thread: str, team: str = "", home: str = "") -> Escalation | None:
        """The open escalation whose asker or whose support team, in the workspace `home`, talks in this thread."""
        asking = (escalations.c.channel == channel) & (escalations.c.thread == thread)
        supporting = (escalations.c.support_channel == channel) & (escalations.c.support_thread == thread)
        asking &= _of(escalations, team)
        supporting &= sa.true() if team in ("", home) else sa.false()
        return self._escalation((asking | supporting) & escalations.c.resolved_at.is_(None))

    def resolve(self, reference: str) -> bool:
        """Close an escalation; returns whether it was open."""
        still_open = (escalations.c.reference == reference) & escalations.c.resolved_at.is_(None)
        with changing(self.engine) as connection:
            changed = connection.execute(sa.update(escalations).where(still_open).values(resolved_at=datetime.now(UTC)))
            return changed.rowcount == 1

    def _reply(self, wanted: sa.ColumnElement[bool]) -> PostedReply | None:
        return _posted(self._first(NEWEST.where(wanted)))

    def _escalation(self, wanted: sa.ColumnElement[bool]) -> Escalation | None:
        row = self._first(sa.select(escalations).where(wanted).order_by(escalations.c.at.desc()).limit(1))
        if row is None:
            return None
        names = set(Escalation.__dataclass_fields__) - {"resolved"}
        return Escalation(**{name: row[name] for name in names}, resolved=row["resolved_at"] is not None)

    def _all(self, found: sa.Select[Any], values: dict[str, Any]) -> list[PostedReply]:
        with reading(self.engine) as connection:
            return [_as_posted(dict(row)) for row in connection.execute(found, values).mappings()]

    def _first(self, found: sa.Select[Any], values: dict[str, Any] | None = None) -> dict[str, Any] | None:
        with reading(self.engine) as connection:
            row = connection.execute(found, values).mappings().first()
        return dict(row) if row else None


def _of(table: sa.Table, team: str) -> sa.ColumnElement[bool]:
    return table.c.team == team if team else sa.true()


def _upsert(dialect: str, key: sa.Column[Any]) -> sa.Insert:
    """A statement that keeps a row in the place of an earlier one with the same key."""
    if dialect == "sqlite":
        keeping = sqlite.insert(key.table)
        return keeping.on_conflict_do_update(index_elements=[key], set_=dict(keeping.excluded))
    keep = postgresql.insert(key.table)
    return keep.on_conflict_do_update(index_elements=[key], set_=dict(keep.excluded))


def _posted(row: dict[str, Any] | None) -> PostedReply | None:
    return _as_posted(row) if row else None


def _as_posted(row: dict[str, Any]) -> PostedReply:
    joined: dict[str, Any] = {name: row.get(name) or "" for name in JOINED}
    return PostedReply(**{name: row[name] for name in REPLY_COLUMNS}, **joined)
