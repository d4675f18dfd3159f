"""A question is edited: our reply to it is updated. Unfurled links and our own edits change nothing."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack import answering
from bot.slack.delivery import incoming
from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to edited messages."""

    @app.event({"type": "message", "subtype": "message_changed"})
    def on_edited(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        message, before = event.get("message", {}), event.get("previous_message", {})
        if incoming.is_from_person(message) and message.get("edited") and message.get("text") != before.get("text"):
            answering.correct(door, client, body, event)
