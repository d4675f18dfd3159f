"""A related question is pressed: its answer follows in the same thread, or as privately as the first one."""

import re
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.slack.delivery.posting import post
from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to the buttons of related questions."""

    @app.action(re.compile(r"related:\d"))
    def on_related(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        reference, _, entry_id = str(action.get("value", "")).partition(":")
        entry = door.faq.entry(entry_id)
        message = door.entry_message(reference, entry)
        container = body.get("container", {})
        if container.get("is_ephemeral"):
            respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False)
            return
        post(client, container["channel_id"], container.get("thread_ts") or container["message_ts"], message)
        if entry:
            door.shows(reference, entry)
