"""The message shortcut FAQを検索: the five best entries for a customer's message, each with スレッドに返信."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.roles import Role
from bot.slack.text import plain
from bot.slack.views.search import notice_modal, search_modal
from bot.wording import sentences


def register(app: App, door: Door) -> None:
    """React to the shortcut."""

    @app.shortcut("search_message")
    def on_shortcut(ack: Ack, shortcut: dict[str, Any], client: WebClient) -> None:
        ack()
        if not door.allows(shortcut, Role.STAFF):
            client.views_open(trigger_id=shortcut["trigger_id"], view=notice_modal(sentences.STAFF_ONLY))
            return
        message = shortcut["message"]
        text = plain(message.get("text", ""))
        place = {"channel": shortcut["channel"]["id"], "thread": message.get("thread_ts") or message["ts"]}
        view = search_modal(text, door.best(text), place=place)
        client.views_open(trigger_id=shortcut["trigger_id"], view=view)
