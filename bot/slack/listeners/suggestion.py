"""A suggested question is pressed: its answer takes the suggestion's place, and the choice is stored."""

import re
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.slack.delivery.replacing import replace
from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to the suggestion buttons."""

    @app.action(re.compile(r"suggestion:\d"))
    def on_suggestion(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, respond: Respond
    ) -> None:
        ack()
        reference, _, entry_id = str(action.get("value", "")).partition(":")
        entry = door.faq.choose(reference, entry_id, door.asker(body["user"]["id"]))
        replace(body, client, respond, door.entry_message(reference, entry))
        if entry:
            door.shows(reference, entry)
