"""The reason why a reply did not help is given: it joins the vote."""

import json
from typing import Any

from slack_bolt import Ack, App

from bot.slack.door import Door
from bot.slack.views.feedback import THANKS
from bot.slack.views.search import notice_modal
from knowledge.questions.feedback import UnhelpfulReason


def register(app: App, door: Door) -> None:
    """React to the submitted reason."""

    @app.view("unhelpful_reason")
    def on_reason(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        reference, _, entry_id = str(json.loads(view["private_metadata"])).partition(":")
        chosen = view["state"]["values"]["reason"]["choice"]["selected_option"]["value"]
        ack(response_action="update", view=notice_modal(THANKS))
        asker = door.asker(body["user"]["id"])
        door.faq.vote(reference, entry_id, asker, helpful=False, reason=UnhelpfulReason(chosen))
