"""A message in the bot's Messages tab: answered in its thread, or carried to whoever answers there."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack import answering, escalating
from bot.slack.delivery import incoming
from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to direct messages."""

    @app.event("message", matchers=[_is_direct])
    def on_message(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if incoming.is_from_person(event) and not escalating.carry(door, client, body, event):
            answering.answer(door, client, body, event)


def _is_direct(event: dict[str, Any]) -> bool:
    return event.get("channel_type") == "im"
