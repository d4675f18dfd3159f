"""役に立った is pressed: stored, with thanks that only the asker sees."""

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.slack.door import Door
from bot.slack.views.feedback import THANKS


def register(app: App, door: Door) -> None:
    """React to 役に立った."""

    @app.action("helpful")
    def on_helpful(ack: Ack, action: dict[str, Any], body: dict[str, Any], respond: Respond) -> None:
        ack()
        reference, _, entry_id = str(action.get("value", "")).partition(":")
        door.faq.vote(reference, entry_id, door.asker(body["user"]["id"]), helpful=True)
        respond(text=THANKS, response_type="ephemeral", replace_original=False)
