"""言い方を追加 (or 言い方に追加 at a gap, with its texts) is pressed: a small form for more ways to ask."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import opens
from bot.slack.views.blocks import Block
from bot.slack.views.form import variants_form
from bot.slack.views.search import notice_modal
from bot.wording import sentences


def register(app: App, door: Door) -> None:
    """React to 言い方を追加."""

    @app.action(re.compile(r"add_variant(:\w*)?"))
    def on_add(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()

        def form() -> Block:
            base = door.publishing.live()
            entry_id, _, proposed = str(action.get("value", "")).partition("\n")
            entry = base.by_id.get(entry_id)
            return variants_form(entry, base.revision, proposed) if entry else notice_modal(sentences.GONE)

        opens(door, body, client, form)
