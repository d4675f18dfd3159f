"""見る is pressed on the Home tab, in a modal or in a staff reply: the entry in a modal."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.roles import Role
from bot.slack.views.entry import entry_modal
from bot.slack.views.search import notice_modal
from bot.wording import sentences


def register(app: App, door: Door) -> None:
    """React to the buttons that show an entry."""

    @app.action(re.compile(r"show_entry:\w+"))
    def on_show(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        entry = door.faq.entry(str(action.get("value", "")))
        if entry is None:
            view = notice_modal(sentences.GONE)
        else:
            role = door.role_of(body)
            note = entry.note if role >= Role.STAFF else ""
            view = entry_modal(door.shown(entry), note, editing=role >= Role.EDITOR)
        if body.get("view", {}).get("type") == "modal":
            client.views_push(trigger_id=body["trigger_id"], view=view)
        else:
            client.views_open(trigger_id=body["trigger_id"], view=view)
