"""別の項目に追加 is pressed at a gap: where its texts shall go."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import add, opens


def register(app: App, door: Door) -> None:
    """React to 別の項目に追加."""

    @app.action(re.compile(r"add_gap:\d+"))
    def on_add(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        opens(door, body, client, lambda: add(door, str(action.get("value", ""))))
