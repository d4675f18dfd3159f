"""How many requests a client may make in a minute, counted in this process's memory."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MINUTE = 60_000_000_000  # nanoseconds: whole numbers, so that the last request of a quota is not lost to rounding
SECOND = 1_000_000_000
MAX_CLIENTS = 20_000  # remembered, about 200 bytes each; the one that has been quiet longest is forgotten first


class RateLimit:
    """A quota per client that refills evenly; safe to share between threads."""

    def __init__(self, per_minute: int, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._interval = MINUTE // per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._full_at: OrderedDict[str, int] = OrderedDict()  # when a client's quota will be whole again

    def wait(self, client: str) -> float:
        """Seconds until `client` may make its request; 0.0 where it may now, which then counts as made."""
        now = self._clock()
        with self._lock:
            full_at = max(self._full_at.get(client, now), now) + self._interval
            if full_at - now > MINUTE:
                return (full_at - now - MINUTE) / SECOND
            self._full_at[client] = full_at
            self._full_at.move_to_end(client)
            if len(self._full_at) > MAX_CLIENTS:
                self._full_at.popitem(last=False)
            return 0.0
