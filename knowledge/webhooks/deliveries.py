"""Deliveries: each event once for each receiver, kept until the receiver has taken it.

A row names its event (a revision's number, a question's reference, a gap's key) and holds no words of anybody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import UtcDateTime, feedback, metadata, revisions
from knowledge.errors import AlreadyStored
from knowledge.questions.feedback import FeedbackKind

Names = Mapping[str, Collection[str]]  # of subjects: those that each has, or had before
NO_NAMES: Names = MappingProxyType({})
BEGUN = ""  # subject of the row that says that an event is watched: what happened before is told to nobody
LOOK_BACK = timedelta(days=7)  # for events: no process is away for longer
KEPT = timedelta(days=90)  # longer than a gap is looked for; while one is open it is kept, so that none is told twice

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("event", sa.String(32), primary_key=True),
    sa.Column("subject", sa.String(64), primary_key=True),
    sa.Column("target", sa.String(16), primary_key=True),  # digest of the receiver's URL
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", UtcDateTime, index=True),  # None: taken, or given up
)


class Event(StrEnum):
    """The kinds of events."""

    PUBLISHED = "revision.published"
    GAP = "gap.opened"
    ESCALATED = "question.escalated"


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event for one receiver; `attempts` were made, the next one is due."""

    event: Event
    subject: str
    target: str
    at: datetime
    attempts: int
    due_at: datetime


class Deliveries:
    """The deliveries in the database; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def happened(self, event: Event, now: datetime) -> list[str]:
        """The revisions published, or the questions escalated, of late."""
        since = now - LOOK_BACK
        if event is Event.PUBLISHED:
            found = sa.select(sa.cast(revisions.c.revision, sa.String)).where(revisions.c.at > since)
            found = found.order_by(revisions.c.revision)
        else:
            pressed = feedback.c.kind == FeedbackKind.ESCALATED.value
            found = sa.select(feedback.c.reference).where(pressed, feedback.c.at > since).order_by(feedback.c.at)
        with reading(self.engine) as connection:
            return list(dict.fromkeys(connection.scalars(found)))

    def add(
        self, event: Event, subjects: Sequence[str], targets: Sequence[str], now: datetime, names: Names = NO_NAMES
    ) -> int:
        """Let what is new of `subjects` be delivered to every target; returns how many are new.

        The first call of an event takes all of them as known, and so is one of whose `names` any is known: it is
        noted under its own too. Of several processes one adds.
        """
        with reading(self.engine) as connection:
            known = set(connection.scalars(sa.select(deliveries.c.subject).where(deliveries.c.event == event.value)))
        begins = BEGUN not in known
        unseen = [subject for subject in subjects if subject not in known]
        new = [] if begins else [one for one in unseen if known.isdisjoint(names.get(one, ()))]
        row = {"event": event.value, "at": now, "attempts": 0}
        due = {one: {"subject": one, "due_at": now if one in new else None} for one in unseen}
        rows = [row | due[one] | {"target": target} for one in unseen for target in targets]
        rows += [row | {"subject": BEGUN, "target": "", "due_at": None}] if begins else []
        try:
            with changing(self.engine) as connection:
                if rows:
                    connection.execute(sa.insert(deliveries), rows)
        except AlreadyStored:  # another process was quicker; what it did not see comes with the next call
            return 0
        return len(new)

    def due(self, now: datetime) -> list[WebhookDelivery]:
        """The deliveries that are due, oldest first; a first attempt at once, wherever the clock was set."""
        is_due = (deliveries.c.due_at <= now) | ((deliveries.c.attempts == 0) & deliveries.c.due_at.is_not(None))
        found = sa.select(deliveries).where(is_due).order_by(deliveries.c.due_at)
        with reading(self.engine) as connection:
            rows = connection.execute(found).all()
        return [
            WebhookDelivery(Event(row.event), row.subject, row.target, row.at, row.attempts, row.due_at) for row in rows
        ]

    def claim(self, delivery: WebhookDelivery, due_again: datetime) -> bool:
        """True when this process makes the next attempt; if it fails or dies, the one after it is `due_again`."""
        mine = _row(delivery) & (deliveries.c.attempts == delivery.attempts) & deliveries.c.due_at.is_not(None)
        with changing(self.engine) as connection:
            values = {"attempts": delivery.attempts + 1, "due_at": due_again}
            return connection.execute(sa.update(deliveries).where(mine).values(values)).rowcount == 1

    def end(self, delivery: WebhookDelivery) -> None:
        """No further attempt: it was taken, or is given up."""
        with changing(self.engine) as connection:
            connection.execute(sa.update(deliveries).where(_row(delivery)).values(due_at=None))

    def forget(self, now: datetime, still_open: Collection[str] = ()) -> None:
        """Delete what was delivered long ago, but for the gaps that are `still_open`."""
        old = (deliveries.c.at < now - KEPT) & deliveries.c.due_at.is_(None)
        old &= deliveries.c.subject.not_in((BEGUN, *still_open))
        with changing(self.engine) as connection:
            connection.execute(sa.delete(deliveries).where(old))


def _row(delivery: WebhookDelivery) -> sa.ColumnElement[bool]:
    names = ("event", "subject", "target")
    return sa.and_(*(deliveries.c[name] == getattr(delivery, name) for name in names))
