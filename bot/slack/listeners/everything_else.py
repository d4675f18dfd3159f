"""Everything that nobody else handles: acknowledged, or Slack would deliver it again and count a failure."""

import re

from slack_bolt import Ack, App

from bot.slack.door import Door

ANYTHING = re.compile(".*")


def register(app: App, door: Door) -> None:
    """Acknowledge all other events, actions, shortcuts and views."""
    app.action("link")(link)
    app.event(ANYTHING)(lambda: None)
    for rest in (app.action, app.shortcut, app.view, app.view_closed):
        rest(ANYTHING)(unhandled)


def link(ack: Ack) -> None:
    """A link button: Slack opens the link itself, and still wants to hear that we know."""
    ack()


def unhandled(ack: Ack) -> None:
    """Anything else that waits for an acknowledgement."""
    ack()
