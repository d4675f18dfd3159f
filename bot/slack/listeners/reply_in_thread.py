"""スレッドに返信 is pressed: the entry is posted in the customer's thread, with the sender's name."""

import json
import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import wording
from bot.slack.door import Door
from bot.slack.roles import Role
from bot.slack.sending import send
from bot.slack.views.search import done_modal


def register(app: App, door: Door) -> None:
    """React to スレッドに返信."""

    @app.action(re.compile(r"reply_in_thread:\d"))
    def on_reply(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        place = json.loads(body["view"]["private_metadata"])
        if door.allows(body, client, Role.STAFF):
            entry = door.faq.entry(str(action.get("value", "")))
            told = send(door, client, entry, (place["channel"], place["thread"]), body["user"]["id"]).text
        else:
            told = wording.STAFF_ONLY
        client.views_push(trigger_id=body["trigger_id"], view=done_modal(told))
