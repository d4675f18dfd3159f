"""One-time links: the way in for whoever sees what this process prints."""

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)
VALID_SECONDS = 900.0
SAID = "社内のページに入るには、{minutes}分以内に次のリンクを開いてください（1回だけ使えます）:\n{address}"


@dataclass
class OneTimeLinks:
    """Links that sign `user` in as an editor; they are kept in memory, so that a restart ends those not used.

    `say` shows a link to the person at this machine, and to nobody else.
    """

    user: str
    address: str  # of the page that takes a key
    say: Callable[[str], object]
    timer: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _valid: dict[str, float] = field(default_factory=dict, init=False)  # hash of a key: until when

    def show(self) -> None:
        """Make a link and show it."""
        key = secrets.token_urlsafe(32)
        now = self.timer()
        with self._lock:
            self._valid = {one: until for one, until in self._valid.items() if until > now}
            self._valid[_hash(key)] = now + VALID_SECONDS
        self.say(SAID.format(minutes=round(VALID_SECONDS / 60), address=f"{self.address}?key={key}"))
        logger.info("a one-time link to the team's pages was shown")

    @contextmanager
    def once(self, key: str) -> Iterator[bool]:
        """Give True to the first use of a link's key in time; where that fails, the link stays good."""
        with self._lock:
            until = self._valid.pop(_hash(key), 0.0)
        try:
            yield until > self.timer()
        except Exception:
            with self._lock:
                self._valid[_hash(key)] = until
            raise


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
