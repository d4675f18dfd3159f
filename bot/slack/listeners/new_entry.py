"""新しい項目 is pressed: an empty form."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import form_for, opens
from bot.slack.views.form import Draft


def register(app: App, door: Door) -> None:
    """React to 新しい項目."""

    @app.action(re.compile(r"new_entry(:\w*)?"))
    def on_new(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        draft = Draft({}, door.faq.publishing.store.revision())
        opens(door, body, client, lambda: form_for(door, draft))
