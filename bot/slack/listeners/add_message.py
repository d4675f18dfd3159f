"""The message shortcut FAQに追加: a message's question becomes a variant or an entry."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import add, opens
from bot.slack.text import plain


def register(app: App, door: Door) -> None:
    """React to the shortcut."""

    @app.shortcut("add_message")
    def on_shortcut(ack: Ack, shortcut: dict[str, Any], client: WebClient) -> None:
        ack()
        opens(door, shortcut, client, lambda: add(door, plain(shortcut["message"].get("text", ""))))
