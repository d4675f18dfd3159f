"""A message without a mention in a thread of ours: a follow-up, or part of a talk between asker and support."""

from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient

from bot.slack import answering, escalating
from bot.slack.delivery import incoming
from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to messages in threads of channels; mentions have their own event."""

    @app.event("message", matchers=[_is_in_thread])
    def on_message(event: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        if not incoming.is_from_person(event) or f"<@{context.bot_user_id}" in event.get("text", ""):
            return
        if not escalating.carry(door, client, body, event):
            answering.answer_in_thread(door, client, body, event)


def _is_in_thread(event: dict[str, Any]) -> bool:
    return event.get("channel_type") in ("channel", "group") and "thread_ts" in event
