"""Connections: how long each client may keep the server waiting, and how many connections it may hold open."""

import contextlib
import logging
import socket
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from waitress.channel import HTTPChannel

from bot.web.clients import network_of
from bot.web.incoming import Refusal, Request

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on connections; the times are in seconds."""

    request: float = 30.0  # from the first byte of a request to its last, and as long again to take its answer
    idle: float = 75.0  # between two requests; load balancers give up after 60, and they shall be the first to
    connections: int = 200  # of everybody; some systems allow a process 256 open files
    client: int = 32  # connections of one client; a browser opens six
    turn: float = 0.5  # the longest time between two looks at the clock


class Connection(HTTPChannel):
    """One connection. It takes a thread only while a request is being answered, or its leave to be larger."""

    error_task_class = Refusal
    server: Any  # the stubs know neither our classes nor the lock
    parser_class: Any
    request: Any
    requests: Any
    requests_lock: Any

    def __init__(self, server: Any, *arguments: Any, **options: Any) -> None:
        self.waiting_since = time.monotonic()
        self._has_been_answered, self._is_asking = False, False
        self.parser_class = partial(Request, larger=server.larger)
        super().__init__(server, *arguments, **options)
        self.client = network_of(str(self.addr[0]))
        server.make_room(self)

    def __repr__(self) -> str:
        """The kind of object only: waitress logs it, and its own form tells the client's address."""
        return "<connection>"

    @property
    def is_being_answered(self) -> bool:
        """True while a request waits for its answer, or for the leave to be larger."""
        return bool(self.requests) or self._is_asking

    @property
    def is_busy(self) -> bool:
        """True until the answers to all complete requests are sent."""
        return self.is_being_answered or self.total_outbufs_len > 0

    def is_overdue(self, bounds: Bounds, now: float) -> bool:
        """True when the client has kept us waiting for too long: for a request, or to take its answer."""
        is_idle = self._has_been_answered and self.request is None and not self.total_outbufs_len
        return not self.is_being_answered and now - self.waiting_since > (bounds.idle if is_idle else bounds.request)

    def received(self, data: bytes) -> bool:
        """Read what has come; the time of a request begins with its first byte."""
        before = self.request
        taken: bool = super().received(data)
        if self.request is not None and self.request is not before:
            self.waiting_since = time.monotonic()
            if self.request.awaits_leave:
                self._is_asking = True
                self.server.add_task(Leave(self))
        return taken

    def readable(self) -> bool:
        """True when more may be read."""
        return not self._is_asking and bool(super().readable())

    def go_on(self, *, is_given: bool, seconds: float) -> None:
        """Read the rest of the larger request or refuse it, after asking for `seconds`, which count as our own."""
        with self.requests_lock:
            self.waiting_since += seconds
            self.request.take_leave(is_given=is_given)
            if not is_given:
                self.requests.append(self.request)
                self.request = None
                if len(self.requests) == 1:
                    self.server.add_task(self)
            self._is_asking = False
        self.server.pull_trigger()

    def service(self) -> None:
        """Answer the first complete request, on a thread of the server's."""
        super().service()
        self._has_been_answered = True
        self.waiting_since = time.monotonic()

    def drop(self) -> None:
        """Close without an answer. The shutdown wakes the server's loop even if the client takes no data."""
        self.will_close = True
        if self.socket:
            with contextlib.suppress(OSError):  # the client was quicker
                self.socket.shutdown(socket.SHUT_RDWR)


class Leave:
    """Asks, on a thread of the server's, for the leave to read the rest of a larger request."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def service(self) -> None:
        """Ask, and let the connection go on."""
        began, one = time.monotonic(), self._connection
        try:
            is_given = one.server.larger.may_send(one.request.headers.get("COOKIE", ""))
        except Exception:
            logger.exception("who sends a larger request could not be told")
            is_given = False
        one.go_on(is_given=is_given, seconds=time.monotonic() - began)

    def cancel(self) -> None:
        """Close the connection: the server stops."""
        self._connection.cancel()
