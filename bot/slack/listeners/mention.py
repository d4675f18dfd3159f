"""@bot question, in a channel: answered in its thread."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack import answering
from bot.slack.delivery import incoming
from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to mentions of the bot."""

    @app.event("app_mention")
    def on_mention(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if incoming.is_from_person(event):
            answering.answer(door, client, body, event)
