"""Everything nobody else handles: acknowledged, or Slack would deliver it again and count a failure."""

import re

from slack_bolt import Ack, App

from bot.slack.door import Door

ANYTHING = re.compile(".*")


def register(app: App, door: Door) -> None:
    """Acknowledge all other events and actions."""

    @app.event(ANYTHING)
    def on_event() -> None:
        pass

    @app.action(ANYTHING)
    def on_action(ack: Ack) -> None:
        ack()
