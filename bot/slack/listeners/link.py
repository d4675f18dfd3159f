"""A link button is pressed: Slack opens the link itself, and still wants to hear that we know."""

from slack_bolt import Ack, App

from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """Acknowledge link buttons."""

    @app.action("link")
    def on_link(ack: Ack) -> None:
        ack()
