"""どれでもない is pressed: a gap is stored and a person offered."""

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot import wording
from bot.slack.door import Door
from bot.slack.replacing import replace
from bot.slack.views.reply import person_message


def register(app: App, door: Door) -> None:
    """React to どれでもない."""

    @app.action("none_of_these")
    def on_none(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        reference = str(action.get("value", ""))
        door.faq.none_of_these(reference, door.asker(body["user"]["id"]))
        replace(body, client, respond, person_message(reference, wording.NONE_OF_THESE_REPLY, door.contact))
