"""FAQに追加 is pressed under a question that a person has answered."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import add, opens


def register(app: App, door: Door) -> None:
    """React to FAQに追加."""

    @app.action("add_escalated")
    def on_add(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        opens(door, body, client, lambda: add(door, door.faq.question(str(action.get("value", "")))))
