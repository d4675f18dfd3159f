"""Connections to Slack, kept open from call to call.

A new one takes three ways there and back and a handshake of TLS, and with urllib a millisecond of the processor.
"""

import io
import select
import ssl
import time
from collections import deque
from contextlib import suppress
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request
from weakref import finalize

IDLE_SECONDS = 10.0  # after which one is not used again: Slack may be about to close it
MOST_KEPT = 32  # of those that are not in use


class Connections:
    """The connections to one origin, shared between threads; each is used by one thread at a time."""

    def __init__(self, origin: str, timeout: float, context: ssl.SSLContext | None) -> None:
        """`origin` is a URL with scheme and host; `timeout` is in seconds."""
        self._parts = urlsplit(origin)
        self._timeout = timeout
        self._context = context
        self._kept: deque[tuple[float, HTTPConnection]] = deque(maxlen=MOST_KEPT)  # with the time of their last use
        finalize(self, _close, self._kept)  # as a method, it might be called after the sockets' own ends

    def leads_to(self, url: str) -> bool:
        """True for a URL of this origin."""
        parts = urlsplit(url)
        return (parts.scheme, parts.netloc) == (self._parts.scheme, self._parts.netloc)

    def send(self, request: Request) -> dict[str, Any]:
        """Make a request; returns status, headers and body (text) of the answer, as slack_sdk wants them.

        Raises what urllib raises: HTTPError for a status of failure, URLError where nothing could be sent, and OSError
        or HTTPException where no answer came, in which case Slack may have done what was asked.
        """
        connection = self._idle() or self._new()
        try:
            try:
                connection.request(request.get_method(), request.selector, request.data, dict(request.header_items()))
            except OSError as error:
                raise URLError(error) from error
            response = connection.getresponse()
            body = response.read()
        except BaseException:
            connection.close()
            raise
        self._keep(connection)
        if not 200 <= response.status < 300:
            raise HTTPError(request.full_url, response.status, response.reason, response.headers, io.BytesIO(body))
        charset = response.headers.get_content_charset() or "utf-8"
        return {"status": response.status, "headers": response.headers, "body": body.decode(charset)}

    def _new(self) -> HTTPConnection:
        if self._parts.scheme == "https":
            return HTTPSConnection(self._parts.netloc, timeout=self._timeout, context=self._context)
        return HTTPConnection(self._parts.netloc, timeout=self._timeout)

    def _idle(self) -> HTTPConnection | None:
        """The connection that was used last, None where none is fit for use."""
        while True:
            try:
                used_at, connection = self._kept.pop()
            except IndexError:
                return None
            if time.monotonic() - used_at < IDLE_SECONDS and not _has_ended(connection):
                return connection
            connection.close()

    def _keep(self, connection: HTTPConnection) -> None:
        if connection.sock is None:  # Slack wanted to end it
            return
        if len(self._kept) < MOST_KEPT:
            self._kept.append((time.monotonic(), connection))
        else:
            connection.close()


def _close(kept: deque[tuple[float, HTTPConnection]]) -> None:
    while kept:
        kept.pop()[1].close()


def _has_ended(connection: HTTPConnection) -> bool:
    """True when the other side has closed a connection that nothing is expected on, or said something there."""
    with suppress(OSError, ValueError):
        waiting = select.poll()
        waiting.register(connection.sock, select.POLLIN)
        return bool(waiting.poll(0))
    return True
