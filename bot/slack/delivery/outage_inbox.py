"""The inbox that goes on while the database is out: the messages of one process, in its memory.

An event for which the database fails is worked on from memory until it ends, and the database is told afterwards.
Until then this process alone knows of it: when it dies, the event is lost, while refusing it would leave its asker
without an answer for minutes. Another process may have got the same event without knowing of us, so that the reply
to it is looked for in Slack before and after it is posted (`is_unsure`).
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from knowledge.errors import StoreError
from knowledge.slack_state.inbox import EventState, Inbox, StoredEvent

logger = logging.getLogger(__name__)
REMEMBERED = 10_000  # events and messages, to know duplicates without the database
UNSURE_SECONDS = 8.0  # after a failure of the database, in which others may work on what it does not know
RESTING_SECONDS = 4.0  # after one, in which every process renews its own leases before any takes others over


class OutageInbox:
    """The methods of `Inbox` that the work on events needs, of which none raises StoreError."""

    def __init__(self, database: Inbox) -> None:
        self.database = database
        self._seen: dict[str, str] = {}  # ids of events and keys of messages, with the event that brought them first
        self._withdrawn: dict[str, None] = {}  # keys of messages that were deleted
        self._unstored: dict[str, tuple[str, dict[str, Any]]] = {}  # key and body of events that the database lacks
        self._failed: set[str] = set()  # events that the database has, and failed for since
        self._untold: dict[str, Callable[[], object]] = {}  # what the database is to be told of events that ended
        self._lock = threading.Lock()

    def receive(self, event_id: str, key: str, body: dict[str, Any], *, leased: bool) -> bool:
        """Keep a new event, see `Inbox.keep`; returns True when this process has to work on it now."""
        if not self._is_new(event_id, key):
            return False
        try:
            return self.database.keep(event_id, key, body, leased=leased) and leased
        except StoreError:
            self._unstored[event_id] = (key, body)
            return True

    def withdraw(self, key: str) -> None:
        """Remember that the message `key` was deleted."""
        with self._lock:
            self._withdrawn[key] = None
            while len(self._withdrawn) > REMEMBERED:
                del self._withdrawn[next(iter(self._withdrawn))]

    def is_withdrawn(self, key: str) -> bool:
        """True when this process knows that the message `key` was deleted."""
        return key in self._withdrawn

    def claim(self, event_id: str, key: str) -> bool:
        """Let an event be the one that answers the message `key`; False when another one already is."""
        if self._seen.setdefault(key, event_id) != event_id:
            return False
        if event_id in self._unstored:
            self._unstored[event_id] = (key, self._unstored[event_id][1])
        return self._ask(event_id, partial(self.database.claim, event_id, key))

    def hold(self, event_id: str) -> bool:
        """Make sure that an event stays ours for a while, see `Inbox.hold`."""
        return self._ask(event_id, partial(self.database.hold, event_id))

    def is_unsure(self, event_id: str) -> bool:
        """True when another process may have answered an event without the database knowing of it."""
        return self._is_in_memory(event_id) or self._failed_within(UNSURE_SECONDS)

    def finish(self, event_id: str, state: EventState, reference: str = "", message: str = "") -> None:
        """Settle an event, see `Inbox.finish`."""
        self._failed.discard(event_id)
        tell: Callable[[], object] = partial(self.database.finish, event_id, state, reference, message)
        if event_id in self._unstored:
            tell = partial(self.database.note, event_id, self._unstored.pop(event_id)[0])
        try:
            tell()
        except StoreError:
            self._untold[event_id] = tell

    def poll(self, limit: int) -> list[StoredEvent]:
        """Renew our leases, tell the database what it missed, and take over up to `limit` events of dead processes."""
        try:
            self.database.renew()
            self._tell()
            if self._failed_within(RESTING_SECONDS):
                return []
            for event_id in self.database.give_up():
                logger.error("event %s was given up: too many processes ended while they worked on it", event_id)
            return self.database.take(limit)
        except StoreError:
            return []

    def leave(self, events: Mapping[str, bool]) -> None:
        """Leave events to other processes at once; the value says whether a reply may have been posted."""
        try:
            self._tell()
            for tried in (False, True):
                self.database.release([event_id for event_id, was in events.items() if was is tried], tried=tried)
            for event_id in self._unstored.keys() & events.keys():
                key, body = self._unstored.pop(event_id)
                self.database.keep(event_id, key, body, leased=False, tried=events[event_id])
        except StoreError:
            logger.warning("the inbox cannot be reached: others take over when our leases run out")

    def _ask(self, event_id: str, ask: Callable[[], bool]) -> bool:
        """The database's answer; True for an event that is worked on from memory, or is so from now on."""
        if self._is_in_memory(event_id):
            return True
        try:
            return ask()
        except StoreError:
            self._failed.add(event_id)
            return True

    def _is_in_memory(self, event_id: str) -> bool:
        return event_id in self._unstored or event_id in self._failed

    def _is_new(self, event_id: str, key: str) -> bool:
        with self._lock:
            names = {event_id, key} - {""}
            is_new = not names & self._seen.keys()
            self._seen.update((name, event_id) for name in names if name not in self._seen)
            while len(self._seen) > REMEMBERED:
                del self._seen[next(iter(self._seen))]
            return is_new

    def _tell(self) -> None:
        for event_id, tell in list(self._untold.items()):
            tell()
            self._untold.pop(event_id, None)

    def _failed_within(self, seconds: float) -> bool:
        return time.monotonic() - self.database.failed_at < seconds
