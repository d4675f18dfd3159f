"""提案を取り下げ is pressed: the proposal is given up."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import update
from bot.slack.roles import Role
from bot.slack.views.search import notice_modal
from bot.wording import sentences
from knowledge.errors import FaqError

WITHDRAWN = "提案を取り下げました。公開中の内容は変わっていません。"


def register(app: App, door: Door) -> None:
    """React to 提案を取り下げ."""

    @app.action("withdraw_proposal")
    def on_withdraw(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        told = sentences.STAFF_ONLY
        if door.allows(body, Role.EDITOR):
            try:
                door.publishing.withdraw(str(action.get("value", "")))
                told = WITHDRAWN
            except FaqError as error:
                told = str(error)
        update(client, body["view"]["id"], notice_modal(told))
