"""Replacing the message whose button was pressed."""

from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.views.reply import Message

GONE = frozenset({"message_not_found", "channel_not_found", "is_archived", "cant_update_message", "not_in_channel"})


def replace(body: dict[str, Any], client: WebClient, respond: Respond, message: Message) -> None:
    """Put `message` in the place of the one that `body`'s button belongs to.

    A message that only its reader sees can only be changed through its response URL (5 times within
    30 minutes); any other is updated through the Web API, however old it is. When it was deleted
    meanwhile, who pressed the button sees the message alone.
    """
    container = body.get("container", {})
    if container.get("is_ephemeral"):
        respond(text=message.text, blocks=message.blocks, replace_original=True)
        return
    try:
        client.chat_update(
            channel=container["channel_id"], ts=container["message_ts"], text=message.text, blocks=message.blocks
        )
    except SlackApiError as error:
        if error.response.get("error") not in GONE:
            raise
        respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False)
