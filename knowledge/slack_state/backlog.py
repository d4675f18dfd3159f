"""The events of the inbox in all processes together: how many are not done yet, and those that are long over."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import inbox


@dataclass(frozen=True, slots=True)
class Backlog:
    """The number of events, and the seconds since the oldest of them came (0 without any)."""

    events: int
    seconds: float


def read_backlog(engine: sa.Engine) -> Backlog:
    """The backlog now. Raises StoreError."""
    oldest = sa.select(sa.func.count(), sa.func.min(inbox.c.received_at, type_=inbox.c.received_at.type))
    with reading(engine) as connection:
        events, since = connection.execute(oldest.where(inbox.c.leased_until.is_not(None))).one()
    return Backlog(events, max(0.0, (datetime.now(UTC) - since).total_seconds()) if since else 0.0)


def forget_events(engine: sa.Engine, older_than: timedelta) -> None:
    """Delete the events that came before that time, done or not. Raises StoreError."""
    with changing(engine) as connection:
        connection.execute(sa.delete(inbox).where(inbox.c.received_at < datetime.now(UTC) - older_than))
