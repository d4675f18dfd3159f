"""Answers to what a person pressed or typed: beside it for them alone, or in its place.

Slack takes them at the response URL of the press (5 times within 30 minutes). What is lost there reaches the person
another way.
"""

import logging
import time
from http import HTTPStatus
from http.client import HTTPException
from itertools import chain
from typing import Any

from slack_bolt import BoltContext
from slack_sdk.errors import SlackApiError

from bot.slack.client import MeasuredClient, error_code
from bot.slack.delivery.posting import update
from bot.slack.repeating import LONGEST_WAIT, seconds_in
from bot.slack.views.message import SlackMessage

logger = logging.getLogger(__name__)
PAUSES = (0.5, 1.0, 2.0)  # seconds before each repetition; Slack may ask for more


def whisper(context: BoltContext, message: SlackMessage) -> None:
    """Show a message to the person alone who pressed a button or typed a command, below what is there.

    Where they pressed it on the bot's Home tab they get a direct message.
    """
    _respond(context, message, response_type="ephemeral", replace_original=False)


def replace(body: dict[str, Any], context: BoltContext, message: SlackMessage) -> None:
    """Put `message` in the place of the one that `body`'s button belongs to.

    A message that only its reader sees can only be changed through its response URL; any other is updated through the
    Web API, however old it is. When it was deleted meanwhile, the person who pressed the button sees the message alone.
    """
    container = body.get("container", {})
    if container.get("is_ephemeral"):
        _respond(context, message, replace_original=True)
        return
    if not update(context.client, container["channel_id"], container["message_ts"], message):
        whisper(context, message)


def _respond(context: BoltContext, message: SlackMessage, **how: Any) -> None:
    client = context.client
    assert isinstance(client, MeasuredClient)
    shown = {"text": message.text, "blocks": message.blocks}
    if not (context.response_url and _is_taken(client, context.response_url, shown | how)):
        _tell_otherwise(client, context, shown)


def _is_taken(client: MeasuredClient, url: str, answer: dict[str, Any]) -> bool:
    """Give an answer to a response URL, again where Slack fails; returns False when it is lost."""
    for pause in chain(PAUSES, [None]):
        asked = 0.0
        try:
            response = client.respond(url, answer)
            if response.status_code == HTTPStatus.OK:
                return True
            code, asked = f"http_{response.status_code}", seconds_in(response.headers)
            may_pass = response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.status_code >= 500
        except (OSError, HTTPException) as error:
            code, may_pass = error_code(error), True
        logger.warning("an answer at a response URL failed: %s", code)
        if pause is None or not may_pass or asked > LONGEST_WAIT:
            break
        time.sleep(max(pause, asked))
    return False


def _tell_otherwise(client: MeasuredClient, context: BoltContext, shown: dict[str, Any]) -> None:
    """Show somebody an answer beside the conversation that they are in, else in a direct message."""
    if not context.user_id:
        return
    try:
        if context.channel_id:
            client.chat_postEphemeral(channel=context.channel_id, user=context.user_id, **shown)
            return
    except (SlackApiError, OSError) as error:  # the bot is not in that conversation
        logger.info("an answer cannot be shown in its conversation: %s", error_code(error))
    try:
        opened = client.conversations_open(users=context.user_id)
        client.chat_postMessage(channel=opened["channel"]["id"], **shown)
    except (SlackApiError, OSError) as error:
        logger.warning("an answer did not reach the person who waits for it: %s", error_code(error))
