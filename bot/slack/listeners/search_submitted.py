"""A search is submitted in the modal: the results take their place under the field."""

import json
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.roles import Role
from bot.slack.views.search import search_modal, typed
from bot.wording import sentences


def register(app: App, door: Door) -> None:
    """React to the submitted search."""

    @app.view("search")
    def on_search(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        query = typed(view, "query").strip()
        place = json.loads(view["private_metadata"]) if view.get("private_metadata") else None
        asker = door.asker(body["user"]["id"])
        if not door.faq.allows(asker):
            ack(response_action="errors", errors={"query": sentences.TOO_MANY})
            return
        if place and not door.allows(body, Role.STAFF):
            place = None
        reply = door.faq.ask(query, asker)
        results = [(hit.entry, confidence) for hit, confidence in reply.outcome.confidences()]
        ack(response_action="update", view=search_modal(query, results, place=place))
