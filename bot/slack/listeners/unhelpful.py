"""役に立たなかった is pressed: stored at once, then asks why."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.views.feedback import reason_modal


def register(app: App, door: Door) -> None:
    """React to 役に立たなかった."""

    @app.action("unhelpful")
    def on_unhelpful(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        value = str(action.get("value", ""))
        reference, _, entry_id = value.partition(":")
        door.faq.vote(reference, entry_id, door.asker(body["user"]["id"]), helpful=False)
        client.views_open(trigger_id=body["trigger_id"], view=reason_modal(value))
