"""A category is pressed on the Home tab: its questions in a modal."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.views.search import category_modal


def register(app: App, door: Door) -> None:
    """React to the category buttons."""

    @app.action(re.compile(r"category:\d+"))
    def on_category(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        name = str(action.get("value", ""))
        entries = [entry for entry in door.faq.entries() if entry.category == name and not entry.declines]
        client.views_open(trigger_id=body["trigger_id"], view=category_modal(name, entries))
