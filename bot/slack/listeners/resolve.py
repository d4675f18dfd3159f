"""解決 is pressed in the support channel: the escalation is closed on both sides."""

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot import wording
from bot.slack import escalating
from bot.slack.door import Door
from bot.slack.views.escalation import resolved_message


def register(app: App, door: Door) -> None:
    """React to 解決."""

    @app.action("resolve")
    def on_resolve(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        if not door.is_colleague(body, client):
            respond(text=wording.STAFF_ONLY, response_type="ephemeral", replace_original=False)
            return
        reference = str(action.get("value", ""))
        if escalating.close(door, client, reference):
            container = body["container"]
            message = resolved_message(reference, body["message"]["blocks"], body["user"]["id"])
            client.chat_update(
                channel=container["channel_id"], ts=container["message_ts"], text=message.text, blocks=message.blocks
            )
