"""The events of the inbox that are not done yet, in all processes together."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from knowledge.database.connection import reading
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
