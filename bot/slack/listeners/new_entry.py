"""新しい項目, or 回答しない at a gap, is pressed: the form of a new entry, filled in with the texts of the gap."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import form_for, opens
from bot.slack.views.form import Draft


def register(app: App, door: Door) -> None:
    """React to the buttons."""

    @app.action(re.compile(r"(new|decline)_entry(:\w*)?"))
    def on_new(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        question, _, variants = str(action.get("value", "")).partition("\n")
        declines = action["action_id"].startswith("decline")
        values = {"question": question, "variants": variants.splitlines(), "declines": declines}
        draft = Draft(values, door.publishing.store.revision())
        opens(door, body, client, lambda: form_for(door, draft))
