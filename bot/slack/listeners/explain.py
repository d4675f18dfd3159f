"""なぜこの回答？ is pressed by staff: what matched, which signals, the runner-up and the cuts."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.roles import Role
from bot.slack.views.search import notice_modal
from bot.slack.views.staff import explanation_modal
from bot.wording import sentences
from bot.wording.explanations import explanation_lines


def register(app: App, door: Door) -> None:
    """React to なぜこの回答？."""

    @app.action(re.compile(r"explain:\d"))
    def on_explain(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        if door.allows(body, Role.STAFF):
            place, _, query = str(action.get("value", "")).partition(":")
            snapshot = door.faq.searcher.snapshot
            view = explanation_modal(explanation_lines(snapshot, snapshot.ask(query), int(place)))
        else:
            view = notice_modal(sentences.STAFF_ONLY)
        client.views_open(trigger_id=body["trigger_id"], view=view)
