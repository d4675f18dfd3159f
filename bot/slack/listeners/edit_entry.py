"""編集 is pressed: the entry in a form."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import draft_of, form_for, opens
from bot.slack.views.blocks import Block
from bot.slack.views.search import notice_modal
from bot.wording import sentences


def register(app: App, door: Door) -> None:
    """React to 編集."""

    @app.action(re.compile(r"edit_entry(:\w*)?"))
    def on_edit(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()

        def form() -> Block:
            draft = draft_of(door, str(action.get("value", "")))
            return form_for(door, draft) if draft else notice_modal(sentences.GONE)

        opens(door, body, client, form)
