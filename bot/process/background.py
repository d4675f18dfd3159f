"""Background work that is repeated until the process ends, and the signals that end it."""

import logging
import signal
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

from knowledge.errors import StoreError

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.5  # between two looks at whether a signal came


def repeat(
    name: str, action: Callable[[], object], pause: Callable[[], object], is_over: Callable[[], bool] = lambda: False
) -> None:
    """Call `action` and `pause` by turns until it `is_over`, in a thread that ends with the process.

    A failure of `action` is logged and never ends the thread: what it does is missed only until the next turn.
    """

    def run() -> None:
        while not is_over():
            try:
                action()
            except StoreError:  # the log says once that the database is gone
                pass
            except Exception:
                logger.exception("%s failed, and is tried again", name)
            pause()

    threading.Thread(target=run, name=name, daemon=True).start()


class OneAtATime(ABC):
    """A task that takes a while: in a thread of its own, and never twice at the same time in this process."""

    def __init__(self, name: str) -> None:
        """`name` is of the thread, and stands in the log where it fails."""
        self.has_failed = False  # the last time
        self._name, self._running = name, threading.Lock()

    @property
    def is_running(self) -> bool:
        """True while it is being done."""
        return self._running.locked()

    def start(self) -> None:
        """Begin to do it, where nobody does."""
        threading.Thread(target=self.run, name=self._name, daemon=True).start()

    def run(self) -> None:
        """Do it now, unless somebody does; a failure is logged."""
        if not self._running.acquire(blocking=False):
            return
        try:
            self.do()
            self.has_failed = False
        except Exception:
            logger.exception("%s failed", self._name)
            self.has_failed = True
        finally:
            self._running.release()

    @abstractmethod
    def do(self) -> None:
        """Do it once."""


def end_signal() -> Callable[[], None]:
    """A function that waits for Ctrl-C or SIGTERM, which from now on do nothing else.

    It looks up now and then: a handler runs in the main thread only, which is not woken by a signal that comes
    just as it begins to wait, or that the system gives to another thread.
    """
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())

    def wait() -> None:
        while not ended.wait(LOOK_SECONDS):
            pass

    return wait
