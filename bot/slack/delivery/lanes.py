"""Lanes: the messages of one channel are worked on a few at once, its people in turn, and not while Slack wants a rest.

So a channel that Slack slows down, or a person who writes a lot, keeps no thread from everybody else.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.slack.delivery.delivery import Delivery

AT_ONCE = 4  # of one channel: Slack takes about one message a second there, and one may hang for seconds


@dataclass
class _Lane:
    waiting: dict[str, deque[Delivery]] = field(default_factory=dict)  # by person, in the order of their turns
    running: int = 0
    rests_until: float = 0.0  # of time.monotonic
    is_recovering: bool = False  # after a rest one message at a time shows if Slack takes more


class Lanes:
    """The lanes of one process; `begin` has a message worked on, which tells `leave` when that is over."""

    def __init__(self, begin: Callable[[Delivery], None]) -> None:
        self._begin = begin
        self._lanes: dict[str, _Lane] = {}
        self._running: dict[int, str] = {}  # lane by the identity of a delivery; an event may be taken twice
        self._lock = threading.RLock()

    def enter(self, delivery: Delivery) -> None:
        """Let a message wait for its turn, which may come at once."""
        with self._lock:
            lane = self._lanes.setdefault(delivery.channel, _Lane())
            lane.waiting.setdefault(delivery.person, deque()).append(delivery)
            self._go_on(delivery.channel)

    def leave(self, delivery: Delivery, *, rest: float | None = None, worked: bool = False) -> None:
        """A message is not worked on any more; `worked` tells that Slack took what it was to be told.

        With `rest` Slack refused it: it waits again, first of all, in a lane that rests that many seconds.
        """
        with self._lock:
            name = self._running.pop(id(delivery))
            lane = self._lanes[name]
            lane.running -= 1
            lane.is_recovering = lane.is_recovering and not worked
            if rest is not None:
                self._rest(delivery, rest)
            self._go_on(name)
            self._go_on(delivery.channel)

    def waiting(self, channel: str) -> int:
        """The number of messages that wait in a lane."""
        with self._lock:
            lane = self._lanes.get(channel)
            return sum(map(len, lane.waiting.values())) if lane else 0

    def clear(self) -> None:
        """Forget what waits."""
        with self._lock:
            for lane in self._lanes.values():
                lane.waiting.clear()

    def _rest(self, delivery: Delivery, seconds: float) -> None:
        lane = self._lanes.setdefault(delivery.channel, _Lane())
        theirs = lane.waiting.pop(delivery.person, deque())
        theirs.appendleft(delivery)
        lane.waiting = {delivery.person: theirs} | lane.waiting
        lane.rests_until = max(lane.rests_until, time.monotonic() + seconds)
        lane.is_recovering = True
        if seconds > 0:
            timer = threading.Timer(seconds, self._go_on, [delivery.channel])
            timer.daemon = True
            timer.start()

    def _go_on(self, name: str) -> None:
        with self._lock:
            lane = self._lanes.get(name)
            if lane is None:
                return
            while lane.waiting and lane.running < (1 if lane.is_recovering else AT_ONCE):
                if lane.rests_until > time.monotonic():
                    return
                delivery = _next(lane)
                lane.running += 1
                self._running[id(delivery)] = name
                self._begin(delivery)
            if not lane.waiting and not lane.running and lane.rests_until <= time.monotonic():
                del self._lanes[name]


def _next(lane: _Lane) -> Delivery:
    """The message of the person whose turn it is; then everybody else's comes before their next one."""
    person = next(iter(lane.waiting))
    waiting = lane.waiting.pop(person)
    delivery = waiting.popleft()
    if waiting:
        lane.waiting[person] = waiting
    return delivery
