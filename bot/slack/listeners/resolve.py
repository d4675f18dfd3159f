"""解決 is pressed in the support channel: the escalation is closed on both sides."""

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.slack import escalating
from bot.slack.delivery.replacing import replace
from bot.slack.door import Door
from bot.slack.views.escalation import resolved_message
from bot.slack.views.reply import plain_message
from bot.wording import sentences


def register(app: App, door: Door) -> None:
    """React to 解決."""

    @app.action("resolve")
    def on_resolve(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        if not door.may_resolve(body):
            refusal = sentences.STAFF_ONLY if door.roles.names_staff else sentences.MEMBERS_ONLY
            respond(text=refusal, response_type="ephemeral", replace_original=False)
            return
        reference = str(action.get("value", ""))
        asker_knows = escalating.close(door, client, reference, body["container"]["message_ts"])
        replace(body, client, respond, resolved_message(reference, body["message"]["blocks"], body["user"]["id"]))
        if not asker_knows:
            told = plain_message(escalating.ASKER_NOT_TOLD)
            respond(text=told.text, blocks=told.blocks, response_type="ephemeral", replace_original=False)
