"""チャンネルに送る is pressed in a staff reply: the entry is posted in the channel, with the sender's name."""

import re
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.roles import Role
from bot.slack.sending import send
from bot.slack.views.reply import plain_message
from bot.wording import sentences


def register(app: App, door: Door) -> None:
    """React to チャンネルに送る."""

    @app.action(re.compile(r"send_to_channel:\d"))
    def on_send(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        if door.allows(body, Role.STAFF):
            entry = door.faq.entry(str(action.get("value", "")))
            told = send(door, client, entry, (body["channel"]["id"], ""), body["user"]["id"])
        else:
            told = plain_message(sentences.STAFF_ONLY)
        respond(text=told.text, blocks=told.blocks, response_type="ephemeral", replace_original=False)
