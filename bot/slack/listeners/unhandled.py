"""Everything nobody else handles: acknowledged, or Slack would deliver it again and count a failure."""

import re

from slack_bolt import Ack, App

from bot.slack.door import Door

ANYTHING = re.compile(".*")


def register(app: App, door: Door) -> None:
    """Acknowledge all other events, actions, shortcuts and views."""

    @app.event(ANYTHING)
    def on_event() -> None:
        pass

    @app.action(ANYTHING)
    @app.shortcut(ANYTHING)
    @app.view(ANYTHING)
    @app.view_closed(ANYTHING)
    def on_anything(ack: Ack) -> None:
        ack()
