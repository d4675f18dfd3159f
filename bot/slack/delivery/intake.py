"""Messages on their way in: stored before they are acknowledged, then worked on until they are answered."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.process.background import repeat
from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery, NotYet, TakenOver
from bot.slack.delivery.lanes import Lanes
from bot.slack.delivery.outage_inbox import OutageInbox
from bot.slack.repeating import is_passing, is_rate_limit, retry_after
from knowledge.errors import StoreError
from knowledge.slack_state.inbox import EventState

logger = logging.getLogger(__name__)
POLL_SECONDS = 2.0
MAX_HELD = 400  # events one process keeps for itself; the rest waits for whoever is free
FEW = 10  # messages of a channel that do not wait behind hundreds of another one's
MAX_TRIES = 8  # of one process, with pauses that double from one second on: some four minutes
MAX_REFUSALS = 60  # by Slack's rate limit, which count as no try: one message at a time asks after a rest
LAST_REST = 1.0  # seconds that a process which ends waits for Slack to take more
LONGEST_PAUSE = 120.0  # seconds; Slack may ask for more


@dataclass
class Intake:
    """The messages of one process: `hear` calls their listener, on `executor`; `tell` reports a final failure.

    In the channels `watched` messages count that nobody addressed to the bot. `timer` gives the time in seconds.
    """

    inbox: OutageInbox
    executor: Executor
    hear: Callable[[Delivery], None]
    tell: Callable[[Delivery, Exception], None]
    watched: Collection[str] = ()
    timer: Callable[[], float] = time.monotonic
    _held: dict[str, tuple[Delivery, Future[None] | None]] = field(default_factory=dict)
    _later: list[tuple[float, Delivery]] = field(default_factory=list)  # to be tried again, and when
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: threading.Event = field(default_factory=threading.Event)
    _lanes: Lanes = field(init=False)

    def __post_init__(self) -> None:
        self._lanes = Lanes(self._submit)

    def takes(self, body: dict[str, Any]) -> bool:
        """True for an event that has to be kept until it is done."""
        kind = incoming.kind_of(body)
        return bool(kind) and (
            kind is not incoming.EventKind.CHANNEL_MESSAGE or body["event"]["channel"] in self.watched
        )

    def receive(self, body: dict[str, Any]) -> bool:
        """Take an event, to be acknowledged; returns False when this process ends and Slack has to ask another."""
        if self._closed.is_set():
            return False
        if incoming.kind_of(body) is incoming.EventKind.MESSAGE_DELETED:
            self.inbox.withdraw(incoming.message_key(body))
        event_id, key = str(body.get("event_id") or secrets.token_hex(16)), incoming.answered_key(body)
        if self.inbox.receive(event_id, key, body, leased=self._has_room(body["event"]["channel"])):
            self._begin(Delivery(event_id, body, self.inbox, key))
        return True

    def start(self) -> None:
        """Begin to take over what other processes left."""
        repeat("inbox", self.poll, partial(self._closed.wait, POLL_SECONDS), self._closed.is_set)

    def close(self, seconds: float) -> None:
        """Take no more, finish what is running, leave the rest to others; returns after `seconds` at the latest."""
        self._closed.set()
        with self._lock:
            left = [delivery for delivery, future in self._held.values() if future is None or future.cancel()]
            for delivery in left:
                del self._held[delivery.id]
        self._lanes.clear()
        deadline = time.monotonic() + seconds
        self.inbox.leave({delivery.id: delivery.was_tried for delivery in left})
        while self._held and time.monotonic() < deadline:
            time.sleep(0.02)
        self.inbox.leave({delivery.id: delivery.was_tried for _, delivery in self._later})

    def poll(self) -> None:
        """Renew our leases, try again what is due, and take over what nobody works on."""
        now = self.timer()
        with self._lock:
            due = [delivery for at, delivery in self._later if at <= now]
            self._later = [(at, delivery) for at, delivery in self._later if at > now]
        for delivery in due:
            self._begin(delivery)
        for stored in self.inbox.poll(max(0, MAX_HELD - len(self._held))):
            logger.info("event %s is taken over, attempt %s", stored.id, stored.attempt)
            key = incoming.answered_key(stored.body)
            self._begin(Delivery(stored.id, stored.body, self.inbox, key, stored.attempt))

    def _has_room(self, channel: str) -> bool:
        """True when this process may take one more message, of a channel that has few even where others have many."""
        held = len(self._held)
        return held < MAX_HELD or (held < 2 * MAX_HELD and self._lanes.waiting(channel) < FEW)

    def _begin(self, delivery: Delivery) -> None:
        with self._lock:
            if self._closed.is_set():
                return
            self._held[delivery.id] = (delivery, None)
        self._lanes.enter(delivery)

    def _submit(self, delivery: Delivery) -> None:
        with self._lock, suppress(RuntimeError):  # of threads that have ended, as the process will
            if delivery.id in self._held:
                self._held[delivery.id] = (delivery, self.executor.submit(self._work, delivery))

    def _work(self, delivery: Delivery) -> None:
        error, rest = None, None
        try:
            self.hear(delivery)
        except Exception as failure:  # noqa: BLE001  # whatever it is, no event may stay without an end
            error = failure
        try:
            rest = self._rest(delivery, error)
            if rest is None:
                self._drop(delivery, self._end(delivery, error))
        finally:
            self._lanes.leave(delivery, rest=rest, worked=error is None)

    def _rest(self, delivery: Delivery, error: Exception | None) -> float | None:
        """The seconds for which a message waits in its lane where Slack took nothing because of too much there."""
        if not is_rate_limit(error) or delivery.refusals >= MAX_REFUSALS:
            return None
        seconds = retry_after(error)
        logger.warning("event %s: Slack wants a rest of %.0f s in its channel", delivery.id, seconds)
        with self._lock:
            if self._closed.is_set() and seconds > LAST_REST:
                return None
            delivery.refusals += 1
            self._held[delivery.id] = (delivery, None)
        return seconds

    def _drop(self, delivery: Delivery, pause: float | None) -> None:
        with self._lock:
            self._held.pop(delivery.id, None)
            if pause is not None:
                self._later.append((self.timer() + pause, delivery))

    def _end(self, delivery: Delivery, error: Exception | None) -> float | None:
        """Settle what has ended; returns the seconds until the next attempt where there is one."""
        if error is None:
            self.inbox.finish(delivery.id, EventState.DONE, delivery.reference, delivery.message)
        elif isinstance(error, TakenOver):
            logger.warning("event %s was taken over by another process", delivery.id)
        elif isinstance(error, NotYet):
            return 0.0  # with the next poll, and no attempt of its own: what it waits for ends
        elif delivery.attempt < MAX_TRIES and _may_work_later(error):
            pause = max(retry_after(error), min(2.0 ** (delivery.attempt - 1), LONGEST_PAUSE))
            logger.warning("event %s failed (%s), again in %.0f s", delivery.id, type(error).__name__, pause)
            delivery.attempt += 1
            return pause
        else:
            self.tell(delivery, error)
            self.inbox.finish(delivery.id, EventState.FAILED, delivery.reference, delivery.message)
        return None


def _may_work_later(error: Exception) -> bool:
    return isinstance(error, StoreError) or is_passing(error)
