"""Slack's events over a WebSocket that the bot opens: Socket Mode."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, cycle

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.process.background import repeat
from bot.process.metrics import Metrics
from bot.setting_table import Settings
from bot.slack.app import Slack
from bot.slack.client import error_code

logger = logging.getLogger(__name__)
PING_SECONDS = 10.0  # between two looks at whether the connection still lives
PAUSES = (0.5, 1.0, 2.0)  # seconds after which a Slack that could not be connected to is tried again, at first
LONGEST_PAUSE = 5.0  # and from then on
LOOK_SECONDS = 0.05  # between two looks at whether a connection is no longer read


@dataclass(frozen=True, slots=True)
class SocketConnection:
    """A Socket Mode connection, open or on its way; it comes and comes back by itself until it is closed."""

    is_open: Callable[[], bool]
    close: Callable[[], None]


def connect_socket(
    slack: Slack,
    settings: Settings,
    metrics: Metrics,
    on_open: Callable[[], None] = lambda: None,
    ping_seconds: float = PING_SECONDS,
) -> SocketConnection:
    """Connect in the background until it works once, then call `on_open`; from then on Slack's client sees to it.

    `metrics` hears how long an acknowledgement took.
    """
    handler = SocketModeHandler(slack.app, settings.slack_app_token, ping_interval=ping_seconds)
    handler.client.socket_mode_request_listeners[:] = [partial(_acknowledge, slack, handler, metrics)]
    ended, close = threading.Event(), partial(_close, handler, threading.Lock())

    pauses = chain(PAUSES, cycle([LONGEST_PAUSE]))
    connect = partial(_connect, handler, ended, on_open, close)
    repeat("connecting to Slack", connect, lambda: ended.wait(next(pauses)), ended.is_set)

    def end() -> None:
        ended.set()
        close()

    return SocketConnection(handler.client.is_connected, end)


def _connect(
    handler: SocketModeHandler, ended: threading.Event, on_open: Callable[[], None], close: Callable[[], None]
) -> None:
    """Try to connect; `ended` is set where that need not be tried again."""
    try:
        handler.client.connect_to_new_endpoint()
    except (SlackApiError, OSError) as error:
        logger.warning("Slack cannot be connected to, which is tried again: %s", error_code(error))
    if ended.is_set():  # closed meanwhile
        close()
    elif handler.client.is_connected():
        ended.set()
        logger.info("connected to Slack over Socket Mode")
        on_open()


def _close(handler: SocketModeHandler, alone: threading.Lock) -> None:
    """Close the connection at once: Slack's client alone would first wait up to 3 s for something to read.

    It would wait another second for a message that was read, and cannot be closed by two threads at the same time.
    """
    client = handler.client
    with alone:
        client.auto_reconnect_enabled = False
        client.current_session_state.terminated = True
        sock = client.current_session.sock if client.current_session else None
        if sock:
            with suppress(OSError):  # closed already
                sock.shutdown(socket.SHUT_RDWR)
        _end_reading(client)  # whoever reads would close it too
        client.closed = True
        client.message_queue.put(None)  # which wakes who waits for one
        handler.close()  # type: ignore[no-untyped-call]


def _end_reading(client: SocketModeClient) -> None:
    """Let the thread that reads end: as it begins to read a connection, it takes back that this shall end."""
    client.current_session_runner.event.set()
    reader = client.current_session_runner.thread
    while reader is not None and reader.is_alive():
        client.current_session_state.terminated = True
        reader.join(LOOK_SECONDS)


def _acknowledge(
    slack: Slack,
    handler: SocketModeHandler,
    metrics: Metrics,
    client: BaseSocketModeClient,
    request: SocketModeRequest,
) -> None:
    started = time.perf_counter()
    if not slack.intake.takes(request.payload):
        handler.handle(handler.client, request)
    elif slack.intake.receive(request.payload):
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
    metrics.acknowledged("socket", time.perf_counter() - started)
