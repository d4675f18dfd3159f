"""The inbox: events of Slack, kept before they are acknowledged and worked on by one process at a time.

A process works on an event under a lease that it renews; when the process dies, the lease runs out and
another one takes the event. The clocks of the machines may differ by much less than a lease; when one is set back, the
leases from before it are longer than any can be, and count as run out.
"""

import json
import math
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import changing, for_single_statements, reading
from knowledge.database.outage import HARMLESS
from knowledge.database.tables import inbox
from knowledge.errors import AlreadyStored

LEASE = timedelta(seconds=12)  # a dead process's events go to others within this and a poll
MAX_ATTEMPTS = 5  # an event at which that many processes died is given up
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# Built once: SQLAlchemy takes longer to build a statement than PostgreSQL to run it.
KEEP = sa.insert(inbox)
CHANGE_MINE = sa.update(inbox).where(
    (inbox.c.event == sa.bindparam("mine")) & (inbox.c.owner == sa.bindparam("by")) & inbox.c.leased_until.is_not(None)
)


class EventState(StrEnum):
    """The state of an event."""

    WAITING = "waiting"  # for a process, or being worked on
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event to work on; `attempt` counts from 1, and from 2 on an earlier one may have posted a reply."""

    id: str
    body: dict[str, Any]
    attempt: int


class Inbox:
    """The events in the database, as one process sees them; every method may raise StoreError.

    `owner` is a name that no other process has, nor an earlier life of this one. `failed_at` is the moment
    (of time.monotonic) at which the database last failed, whatever it was asked.
    """

    def __init__(self, engine: sa.Engine, owner: str, lease: timedelta = LEASE) -> None:
        self.engine = for_single_statements(engine)
        self.owner = owner
        self.lease = lease
        self._leases: dict[str, datetime] = {}  # of our events, as far as we know
        self._lock = threading.Lock()
        self.failed_at = -math.inf
        sa.event.listen(engine, "handle_error", self._failed)

    def keep(self, event_id: str, key: str, body: dict[str, Any], *, leased: bool = True, tried: bool = False) -> bool:
        """Keep a new event; returns False when it, or another event for the same message `key`, is here already.

        `leased`: this process works on it at once, else whoever polls first; `tried`: one already has.
        """
        now = datetime.now(UTC)
        until = now + self.lease if leased else now
        values: dict[str, Any] = {"event": event_id, "key": key or None, "body": body}
        values |= {"state": EventState.WAITING.value}
        values |= {"attempts": int(leased or tried), "received_at": now, "leased_until": until}
        values |= {"owner": self.owner if leased else None}
        try:
            with changing(self.engine) as connection:
                connection.execute(KEEP, values)
        except AlreadyStored:
            return False
        if leased:
            self._leases[event_id] = until
        return True

    def note(self, event_id: str, key: str) -> None:
        """Remember an event that was answered without the database, for its further deliveries."""
        now = datetime.now(UTC)
        values = {"event": event_id, "key": key or None, "state": EventState.DONE.value, "attempts": 1}
        with suppress(AlreadyStored), changing(self.engine) as connection:
            connection.execute(KEEP, values | {"received_at": now, "done_at": now})

    def take(self, limit: int) -> list[StoredEvent]:
        """Up to `limit` events that nobody works on, oldest first; they are ours now."""
        now = datetime.now(UTC)
        free = (
            sa.select(inbox.c.event)
            .where(self._is_free(now), inbox.c.attempts < MAX_ATTEMPTS)
            .order_by(inbox.c.received_at)
            .limit(limit)
            .with_for_update(skip_locked=True)  # left out on SQLite, where one process writes at a time
            .cte("free")
        )
        until = now + self.lease
        values = {"owner": self.owner, "leased_until": until, "attempts": inbox.c.attempts + 1}
        taking = sa.update(inbox).where(inbox.c.event.in_(sa.select(free.c.event))).values(values)
        with changing(self.engine) as connection:
            rows = connection.execute(taking.returning(inbox.c.event, inbox.c.body, inbox.c.attempts)).all()
        self._leases.update((row.event, until) for row in rows)
        return [StoredEvent(row.event, row.body, row.attempts) for row in rows]

    def renew(self) -> None:
        """Keep every event of ours for another lease."""
        until = datetime.now(UTC) + self.lease
        mine = (inbox.c.leased_until > LONG_AGO) & (inbox.c.owner == self.owner)
        renewing = sa.update(inbox).where(mine).values(leased_until=until).returning(inbox.c.event)
        with changing(self.engine) as connection:
            renewed = connection.scalars(renewing).all()
        with self._lock:
            self._leases |= {event_id: until for event_id in renewed if event_id in self._leases}

    def hold(self, event_id: str) -> bool:
        """Make sure that an event stays ours for half a lease at least; False when another process has taken it.

        The database is asked only where our lease may run out before that.
        """
        now = datetime.now(UTC)
        if self.lease / 2 < self._leases.get(event_id, LONG_AGO) - now <= self.lease:
            return True
        held = self._change(event_id, leased_until=now + self.lease) == 1
        if held:
            self._leases[event_id] = now + self.lease
        return held

    def claim(self, event_id: str, key: str) -> bool:
        """Let an event be the one that answers the message `key`; False when another one already is."""
        try:
            return self._change(event_id, key=key) == 1
        except AlreadyStored:
            return False

    def finish(self, event_id: str, state: EventState, reference: str = "", message: str = "") -> None:
        """Settle an event that is done or has failed: what was said is erased.

        `reference` and `message` (a timestamp) are those of our reply, "" where there is none.
        """
        ended = {"state": state.value, "body": None, "leased_until": None, "done_at": datetime.now(UTC)}
        self._change(event_id, **ended, reference=reference or None, message=message or None)
        self._drop([event_id])

    def release(self, event_ids: Sequence[str], *, tried: bool) -> None:
        """Leave events to other processes, at once; of those `tried` a reply may have been posted."""
        mine = inbox.c.event.in_(event_ids) & (inbox.c.owner == self.owner)
        attempts = inbox.c.attempts - int(not tried)
        released = {"leased_until": datetime.now(UTC), "owner": None, "attempts": attempts}
        with changing(self.engine) as connection:
            connection.execute(sa.update(inbox).where(mine).values(released))
        self._drop(event_ids)

    def give_up(self) -> list[str]:
        """Mark the events that too many processes died of as failed; returns their ids."""
        now = datetime.now(UTC)
        hopeless = self._is_free(now) & (inbox.c.attempts >= MAX_ATTEMPTS)
        ended = {"state": EventState.FAILED.value, "body": None, "leased_until": None, "done_at": now}
        with changing(self.engine) as connection:
            return list(
                connection.scalars(sa.update(inbox).where(hopeless).values(ended).returning(inbox.c.event)).all()
            )

    def unfinished(self, holding: str) -> list[dict[str, Any]]:
        """The bodies of the events of any process that are not done yet and hold the value `holding` somewhere."""
        written = sa.cast(inbox.c.body, sa.Text)  # PostgreSQL cannot look into JSON that has a NUL anywhere
        holders = inbox.c.leased_until.is_not(None) & written.contains(json.dumps(holding), autoescape=True)
        with reading(self.engine) as connection:
            return list(connection.scalars(sa.select(inbox.c.body).where(holders)).all())

    def _is_free(self, now: datetime) -> sa.ColumnElement[bool]:
        return (inbox.c.leased_until < now) | (inbox.c.leased_until > now + 2 * max(self.lease, LEASE))

    def _failed(self, context: sa.ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        if error is not None and not isinstance(error, HARMLESS):
            self.failed_at = time.monotonic()

    def _change(self, event_id: str, **values: Any) -> int:
        """Change an event as long as it is ours."""
        with changing(self.engine) as connection:
            return connection.execute(CHANGE_MINE, {"mine": event_id, "by": self.owner} | values).rowcount

    def _drop(self, event_ids: Sequence[str]) -> None:
        with self._lock:
            for event_id in event_ids:
                self._leases.pop(event_id, None)
