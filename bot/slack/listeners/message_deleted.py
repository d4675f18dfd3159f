"""A question is deleted: our reply to it goes too."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack import answering
from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to deleted messages."""

    @app.event({"type": "message", "subtype": "message_deleted"})
    def on_deleted(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if event.get("deleted_ts"):
            answering.withdraw(door, client, body, event)
