"""見る is pressed at a proposal that waits: what it changes and does today, with 承認して公開."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import measured


def register(app: App, door: Door) -> None:
    """React to 見る at a proposal."""

    @app.action(re.compile(r"show_proposal(:\w*)?"))
    def on_show(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        measured(door, body, client, lambda _: door.publishing.examine(str(action.get("value", ""))))
