"""Slack's events over a WebSocket that the bot opens: Socket Mode."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.process.background import repeat
from bot.process.metrics import Metrics
from bot.setting_table import Settings
from bot.slack.app import Slack
from bot.slack.client import error_code
from bot.slack.delivery.incoming import kind_of

logger = logging.getLogger(__name__)
AGAIN_SECONDS = 5.0  # after which a Slack that could not be connected to is tried again


@dataclass(frozen=True, slots=True)
class Connection:
    """A Socket Mode connection, open or on its way; it comes and comes back by itself until it is closed."""

    is_open: Callable[[], bool]
    close: Callable[[], None]


def connect_socket(
    slack: Slack, settings: Settings, metrics: Metrics | None = None, on_open: Callable[[], None] = lambda: None
) -> Connection:
    """Connect in the background until it works once, then call `on_open`; from then on Slack's client sees to it.

    `metrics` hears how long an acknowledgement took.
    """
    handler = SocketModeHandler(slack.app, settings.slack_app_token)
    handler.client.socket_mode_request_listeners[:] = [partial(_acknowledge, slack, handler, metrics)]
    ended = threading.Event()

    def connect() -> None:
        try:
            handler.client.connect_to_new_endpoint()
        except (SlackApiError, OSError) as error:
            logger.warning("Slack cannot be connected to, which is tried again: %s", error_code(error))
        if ended.is_set():  # closed meanwhile
            handler.close()  # type: ignore[no-untyped-call]  # Bolt gives it no hints
        elif handler.client.is_connected():
            ended.set()
            logger.info("connected to Slack over Socket Mode")
            on_open()

    def close() -> None:
        ended.set()
        handler.close()  # type: ignore[no-untyped-call]

    repeat("connecting to Slack", connect, partial(ended.wait, AGAIN_SECONDS), ended.is_set)
    return Connection(handler.client.is_connected, close)


def _acknowledge(
    slack: Slack,
    handler: SocketModeHandler,
    metrics: Metrics | None,
    client: BaseSocketModeClient,
    request: SocketModeRequest,
) -> None:
    started = time.perf_counter()
    if kind_of(request.payload) is None:
        handler.handle(handler.client, request)
    elif slack.intake.receive(request.payload):
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
    if metrics:
        metrics.acknowledged("socket", time.perf_counter() - started)
