"""A question is typed on the Home tab: what it finds stands under the field."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.listeners.home_opened import publish
from bot.slack.roles import Role
from bot.slack.views.blocks import paragraph
from bot.slack.views.home import found_blocks
from bot.wording import sentences


def register(app: App, door: Door) -> None:
    """React to the search field."""

    @app.action("home_search")
    def on_search(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        query = str(action.get("value") or "").strip()
        if not query:
            publish(door, client, body)
            return
        asker = door.asker(body["user"]["id"])
        if not door.faq.allows(asker):
            publish(door, client, body, query, [paragraph(sentences.TOO_MANY)])
            return
        reply = door.faq.ask(query, asker)
        shown = door.shown(reply.entry) if reply.entry else None
        editing = door.allows(body, Role.EDITOR)
        publish(door, client, body, query, found_blocks(reply, shown, door.faq.site, editing=editing))
