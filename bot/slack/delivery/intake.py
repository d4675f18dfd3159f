"""Messages on their way in: stored before they are acknowledged, then worked on until they are answered.

Without the database a message is taken all the same: this process answers it from the snapshot in memory and
knows of duplicates by itself; while and shortly after that it looks in Slack for what another process may
have posted. A message is then lost only if the process dies within that second, while refusing it would
leave the asker without an answer for minutes.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.process.background import repeat
from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery, NotYet, TakenOver
from bot.slack.delivery.posting import is_passing
from knowledge.errors import StoreError
from knowledge.slack_state.inbox import Inbox, State

logger = logging.getLogger(__name__)
POLL_SECONDS = 2.0
MAX_HELD = 400  # events one process keeps for itself; the rest waits for whoever is free
MAX_TRIES = 8  # of one process, with pauses that double from one second on: some four minutes
LONGEST_PAUSE = 120.0  # seconds; Slack may ask for more
REMEMBERED = 10_000  # events, to know duplicates without the database
UNSURE_SECONDS = 8.0  # after an outage, in which other processes may have events that the database does not know


@dataclass
class Intake:
    """The messages of one process: `hear` calls their listener, on `executor`; `tell` reports a final failure."""

    inbox: Inbox
    executor: Executor
    hear: Callable[[Delivery], None]
    tell: Callable[[Delivery, Exception], None]
    _held: dict[str, tuple[Delivery, Future[None]]] = field(default_factory=dict)
    _later: list[tuple[float, Delivery]] = field(default_factory=list)  # to be tried again, and when
    _unsettled: dict[str, tuple[State, str, str]] = field(default_factory=dict)  # ended, and the database does not know
    _remembered: dict[str, None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: threading.Event = field(default_factory=threading.Event)
    _unkept: dict[str, str] = field(default_factory=dict)  # events and keys that the database shall know of
    _takes_from: float = 0.0
    _unsure_until: float = 0.0

    def receive(self, body: dict[str, Any]) -> bool:
        """Take an event, to be acknowledged; returns False when this process ends and Slack has to ask another."""
        if self._closed.is_set():
            return False
        event_id, key = str(body.get("event_id") or secrets.token_hex(16)), incoming.answered_key(body)
        if not self._is_new(event_id, key):
            return True
        delivery, ours = self._delivery(event_id, body), len(self._held) < MAX_HELD
        try:
            ours = self.inbox.keep(event_id, key, body, leased=ours) and ours
        except StoreError:
            delivery.inbox, ours = None, True
            self._was_out()
        delivery.unsure = time.monotonic() < self._unsure_until
        if ours:
            self._begin(delivery)
        return True

    def start(self) -> None:
        """Begin to take over what other processes left."""
        repeat("inbox", self.poll, partial(self._closed.wait, POLL_SECONDS), self._closed.is_set)

    def close(self, seconds: float) -> None:
        """Take no more, finish what is running, leave the rest to others; returns after `seconds` at the latest."""
        self._closed.set()
        with self._lock:
            left = [delivery for delivery, future in self._held.values() if future.cancel()]
            for delivery in left:
                del self._held[delivery.id]
        deadline = time.monotonic() + seconds
        self._leave(left)
        while self._held and time.monotonic() < deadline:
            time.sleep(0.02)
        self._leave([delivery for _, delivery in self._later])

    def poll(self) -> None:
        """Renew our leases, try again what is due, and take over what nobody works on."""
        now = time.monotonic()
        with self._lock:
            due = [delivery for at, delivery in self._later if at <= now]
            self._later = [(at, delivery) for at, delivery in self._later if at > now]
        for delivery in due:
            self._begin(delivery)
        try:
            self.inbox.renew()
            self._settle_again()
            if now < self._takes_from:
                return
            for event_id in self.inbox.give_up():
                logger.error("event %s was given up: too many processes ended while they worked on it", event_id)
            for stored in self.inbox.take(max(0, MAX_HELD - len(self._held))):
                logger.info("event %s is taken over, attempt %s", stored.id, stored.attempt)
                self._begin(self._delivery(stored.id, stored.body, stored.attempt))
        except StoreError:
            self._was_out()

    def _delivery(self, event_id: str, body: dict[str, Any], attempt: int = 1) -> Delivery:
        key = incoming.answered_key(body)
        return Delivery(event_id, body, key, attempt, self.inbox, self._remembered)

    def _was_out(self) -> None:
        now = time.monotonic()
        self._takes_from = now + 2 * POLL_SECONDS  # everybody renews what is theirs first
        self._unsure_until = now + UNSURE_SECONDS

    def _begin(self, delivery: Delivery) -> None:
        with self._lock:
            if self._closed.is_set():
                return
            self._held[delivery.id] = (delivery, self.executor.submit(self._work, delivery))

    def _work(self, delivery: Delivery) -> None:
        failure: Exception | None = None
        try:
            self.hear(delivery)
        except Exception as error:  # noqa: BLE001  # whatever it is, no event may stay without an end
            failure = error
        pause = None
        try:
            pause = self._end(delivery, failure)
        finally:
            with self._lock:
                self._held.pop(delivery.id, None)
                if pause is not None:
                    self._later.append((time.monotonic() + pause, delivery))

    def _end(self, delivery: Delivery, error: Exception | None) -> float | None:
        """Settle what has ended; returns the seconds until the next attempt where there is one."""
        if error is None:
            self._settle(delivery, State.DONE)
        elif isinstance(error, TakenOver):
            logger.warning("event %s was taken over by another process", delivery.id)
        elif isinstance(error, NotYet):
            return 0.0  # with the next poll, and no attempt of its own: what it waits for ends
        elif delivery.attempt < MAX_TRIES and _may_work_later(error):
            pause = max(_retry_after(error), min(2.0 ** (delivery.attempt - 1), LONGEST_PAUSE))
            logger.warning("event %s failed (%s), again in %.0f s", delivery.id, type(error).__name__, pause)
            delivery.attempt += 1
            return pause
        else:
            self.tell(delivery, error)
            self._settle(delivery, State.FAILED)
        return None

    def _settle(self, delivery: Delivery, state: State) -> None:
        try:
            if delivery.inbox:
                self.inbox.finish(delivery.id, state, delivery.reference, delivery.message)
            else:
                self.inbox.note(delivery.id, delivery.key)
        except StoreError:
            if delivery.inbox:
                self._unsettled[delivery.id] = (state, delivery.reference, delivery.message)
            else:
                self._unkept[delivery.id] = delivery.key

    def _settle_again(self) -> None:
        for event_id, ended in list(self._unsettled.items()):
            self.inbox.finish(event_id, *ended)
            del self._unsettled[event_id]
        for event_id, key in list(self._unkept.items()):
            self.inbox.note(event_id, key)
            del self._unkept[event_id]

    def _is_new(self, event_id: str, key: str) -> bool:
        with self._lock:
            names = {event_id, key} - {""}
            is_new = not any(name in self._remembered for name in names)
            self._remembered.update(dict.fromkeys(names))
            while len(self._remembered) > REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            return is_new

    def _leave(self, deliveries: list[Delivery]) -> None:
        """Leave events to other processes, and what has ended settled."""
        try:
            for tried in (False, True):
                these = [delivery for delivery in deliveries if delivery.was_tried is tried]
                self.inbox.release([delivery.id for delivery in these if delivery.inbox], tried=tried)
                for delivery in these:
                    if not delivery.inbox:
                        self.inbox.keep(delivery.id, delivery.key, delivery.body, leased=False, tried=tried)
            self._settle_again()
        except StoreError:
            logger.warning("the inbox cannot be reached: others take over when our leases run out")


def _may_work_later(error: Exception) -> bool:
    return isinstance(error, StoreError) or is_passing(error)


def _retry_after(error: Exception) -> float:
    """Seconds that Slack asks us to wait."""
    headers = error.response.headers if isinstance(error, SlackApiError) else {}
    try:
        return float(headers.get("Retry-After", 0))
    except ValueError:
        return 0.0
