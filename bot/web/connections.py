"""Connections: how long each client may keep the server waiting, and how many connections it may hold open."""

import contextlib
import socket
import time
from dataclasses import dataclass
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

from bot.web.clients import network_of


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on connections; the times are in seconds."""

    request: float = 30.0  # from the first byte of a request to its last, and as long again to take its answer
    idle: float = 75.0  # between two requests; load balancers give up after 60, and they shall be the first to
    connections: int = 200  # of everybody; some systems allow a process 256 open files
    client: int = 32  # connections of one client; a browser opens six
    turn: float = 0.5  # the longest time between two looks at the clock


TOO_LARGE = (
    "送られた内容が大きすぎます（1MBまで）。前のページに戻り、分けて送ってください。"
    "大きなファイルの取り込みは、運用の担当者に頼んでください（faqbot import）。"
)


class Refusal(ErrorTask):
    """The answer to what cannot be taken; people see it who send too large a file."""

    def execute(self) -> None:
        """Say so in their language."""
        error = self.request.error  # type: ignore[attr-defined]  # the stubs take the request for its error
        if isinstance(error, RequestEntityTooLarge):
            error.body = TOO_LARGE
        super().execute()


class Request(HTTPRequestParser):
    """A request as it comes in."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the request line and the headers. Raises ParsingError, also where waitress forgets to."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a URL or a length that Python refuses to read
            raise ParsingError("unreadable") from error
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("two lengths")  # a proxy may take the other one, and what follows for a request of ours


class Connection(HTTPChannel):
    """One connection. It takes a thread only while a complete request is being answered."""

    parser_class = Request
    error_task_class = Refusal

    def __init__(self, server: Any, *arguments: Any, **options: Any) -> None:
        self.waiting_since = time.monotonic()
        self._has_been_answered = False
        super().__init__(server, *arguments, **options)
        self.client = network_of(str(self.addr[0]))
        server.make_room(self)

    def __repr__(self) -> str:
        """The kind of object only: waitress logs it, and its own form tells the client's address."""
        return "<connection>"

    @property
    def is_being_answered(self) -> bool:
        """True while a complete request waits for its answer."""
        return bool(self.requests)

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
        return taken

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
