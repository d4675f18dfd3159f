"""Tells people of a failure in one calm sentence with a reference number; the log has the traceback under it."""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk.errors import SlackApiError

from bot.slack.delivery.delivery import Delivery, TakenOver
from bot.slack.delivery.incoming import EventKind, kind_of, thread
from bot.slack.delivery.responding import whisper
from bot.slack.door import Door
from bot.slack.views.message import SlackMessage, plain_message
from bot.slack.views.notices import notice_modal
from bot.wording import sentences

logger = logging.getLogger(__name__)
MISSHAPEN = (LookupError, TypeError, AttributeError, ValueError)  # what reading a body of another shape raises
TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id"})  # a modal must be opened within 3 s, once
NOBODY_WAITS = (EventKind.CHANNEL_MESSAGE, EventKind.MESSAGE_EDITED, EventKind.MESSAGE_DELETED, None)


class _LastingAck(Ack):
    """An acknowledgement that stays given.

    When a listener fails, Bolt takes back what it acknowledged; where Bolt has not seen that yet, it waits for another
    acknowledgement until the 3 s are over in which Slack wants one.
    """

    _given: BoltResponse | None = None

    @property
    def response(self) -> BoltResponse | None:
        return self._given

    @response.setter
    def response(self, response: BoltResponse | None) -> None:
        self._given = response or self._given


def hear_of_failures(app: App) -> None:
    """Let whatever fails in a Bolt listener be told; what was acknowledged before stays so."""
    app.error(_on_error)
    app.use(_keep_acknowledged)


def _keep_acknowledged(context: BoltContext, next_: Callable[[], Any]) -> Any:
    context["ack"] = _LastingAck()  # type: ignore[no-untyped-call]
    return next_()


def _on_error(error: Exception, body: dict[str, Any], context: BoltContext, response: BoltResponse | None) -> None:
    """Log what failed in a Bolt listener and tell the person the reference, never the question or the error.

    A request that was not acknowledged and does not have the shape we know is refused.
    """
    if response and response.status == HTTPStatus.INTERNAL_SERVER_ERROR and isinstance(error, MISSHAPEN):
        response.status = HTTPStatus.BAD_REQUEST
    message, reference = _failure(error)
    view = body.get("view")
    try:
        if isinstance(view, dict) and view.get("type") == "modal":
            context.client.views_update(view_id=view["id"], view=notice_modal(message.text))
        elif "event" not in body:  # somebody pressed or typed something
            whisper(context, message)
    except (SlackApiError, OSError) as failure:
        logger.warning("reference %s could not be told: %s", reference, type(failure).__name__)


def tell_asker(door: Door, delivery: Delivery, error: Exception) -> None:
    """The same for a message that cannot be answered, unless its answer is there already."""
    message, reference = _failure(error)
    there = door.client_of(delivery.team)
    if kind_of(delivery.body) in NOBODY_WAITS or there is None:
        return
    client = there.hasty()
    place = (delivery.event["channel"], thread(delivery.event))
    try:
        if not delivery.posted_before(client, *place):
            delivery.post(client, *place, message, reference)
    except (SlackApiError, OSError, TakenOver, *MISSHAPEN) as failure:
        logger.warning("reference %s could not be told: %s", reference, type(failure).__name__)


def _failure(error: Exception) -> tuple[SlackMessage, str]:
    reference = secrets.token_hex(4)
    logger.error("Slack listener failed, reference %s", reference, exc_info=error)
    if isinstance(error, SlackApiError) and error.response.get("error") in TOO_LATE:
        return plain_message(sentences.TOO_LATE), reference
    return plain_message(sentences.FAILED.format(reference=reference)), reference
