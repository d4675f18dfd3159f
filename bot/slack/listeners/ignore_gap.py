"""無視 is pressed at a gap: its texts are not listed again."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.listeners.home_opened import publish
from bot.slack.roles import Role


def register(app: App, door: Door) -> None:
    """React to 無視."""

    @app.action(re.compile(r"ignore_gap:\d+"))
    def on_ignore(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        if door.allows(body, Role.EDITOR):
            for gap in door.gaps():
                if gap.key == action.get("value"):
                    door.overview.ignore_gap(gap, body["user"]["id"])
            door.gaps(fresh=True)
        publish(door, client, body)
