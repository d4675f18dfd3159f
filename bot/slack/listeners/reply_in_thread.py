"""スレッドに返信 is pressed: the entry is posted in the customer's thread, with the sender's name."""

import json
import logging
import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.door import Door
from bot.slack.editing import update
from bot.slack.roles import Role
from bot.slack.sending import send
from bot.slack.views.proposal import working_modal
from bot.slack.views.search import notice_modal
from bot.wording import sentences

logger = logging.getLogger(__name__)
SENDING = "送っています。数秒お待ちください。"


def register(app: App, door: Door) -> None:
    """React to スレッドに返信."""

    @app.action(re.compile(r"reply_in_thread:\d"))
    def on_reply(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        if not door.allows(body, Role.STAFF):
            client.views_push(trigger_id=body["trigger_id"], view=notice_modal(sentences.STAFF_ONLY))
            return
        # Before anything is sent: the trigger lives for three seconds, and who sees no modal presses again.
        view_id = client.views_push(trigger_id=body["trigger_id"], view=working_modal(SENDING))["view"]["id"]
        body["view"]["id"] = view_id  # where a failure is told, too
        place = json.loads(body["view"]["private_metadata"])
        entry = door.faq.entry(str(action.get("value", "")))
        told = send(door, client, entry, (place["channel"], place["thread"]), body["user"]["id"])
        try:
            update(client, view_id, notice_modal(told.text))
        except (SlackApiError, OSError) as error:  # nobody shall hear of a failure, and send again
            logger.warning("that an entry was sent could not be told: %s", type(error).__name__)
