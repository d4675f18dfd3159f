"""担当者に聞く is pressed: the question goes to the support channel, or the way to a person is shown."""

from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.slack import escalating
from bot.slack.door import Door
from bot.slack.views.reply import plain_message


def register(app: App, door: Door) -> None:
    """React to 担当者に聞く."""

    @app.action("escalate")
    def on_escalate(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, respond: Respond
    ) -> None:
        ack()
        client = context.client
        reference, team = str(action.get("value", "")), context.team_id or ""
        told = plain_message(escalating.escalate(door, client, body, reference, team))
        if body.get("response_url"):
            respond(text=told.text, blocks=told.blocks, response_type="ephemeral", replace_original=False)
        else:  # on the Home tab there is no message to answer beside
            opened = client.conversations_open(users=body["user"]["id"])
            client.chat_postMessage(channel=opened["channel"]["id"], text=told.text, blocks=told.blocks)
