"""@bot question, in a channel: answered in its thread."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack import incoming
from bot.slack.door import Door, post
from bot.slack.text import plain


def register(app: App, door: Door) -> None:
    """React to mentions of the bot."""

    @app.event("app_mention")
    def on_mention(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if incoming.is_from_person(event) and door.claim(incoming.message_key(body, event)):
            message = door.answer(plain(event.get("text", "")), event["user"])
            post(client, event["channel"], incoming.thread(event), message)
