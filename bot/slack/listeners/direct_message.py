"""A question in the bot's Messages tab (a direct message): answered in its thread."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack import incoming
from bot.slack.door import Door, post
from bot.slack.text import plain


def register(app: App, door: Door) -> None:
    """React to direct messages; messages in channels are the mention's business."""

    @app.event("message")
    def on_message(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if event.get("channel_type") != "im" or not incoming.is_from_person(event):
            return
        if door.claim(incoming.message_key(body, event)):
            message = door.answer(plain(event.get("text", "")), event["user"])
            post(client, event["channel"], incoming.thread(event), message)
