"""どれでもない is pressed: a gap is stored and a person offered."""

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.slack.delivery.replacing import replace
from bot.slack.door import Door
from bot.slack.views.reply import person_message
from bot.wording import sentences


def register(app: App, door: Door) -> None:
    """React to どれでもない."""

    @app.action("none_of_these")
    def on_none(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        reference = str(action.get("value", ""))
        door.faq.none_of_these(reference, door.asker(body["user"]["id"]))
        replace(body, client, respond, person_message(reference, sentences.NONE_OF_THESE_REPLY, door.faq.site.contact))
