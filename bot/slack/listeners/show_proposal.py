"""見る is pressed at a proposal that waits: what it changes and does today, with 承認して公開."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import MEASURING, opens, preview, update
from bot.slack.roles import Role
from bot.slack.views.proposal import failed_modal, working_modal
from knowledge.errors import FaqError


def register(app: App, door: Door) -> None:
    """React to 見る at a proposal."""

    @app.action(re.compile(r"show_proposal(:\w*)?"))
    def on_show(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        view_id = opens(door, body, client, lambda: working_modal(MEASURING))
        if not door.allows(body, client, Role.EDITOR):
            return
        try:
            proposal = door.faq.publishing.examine(str(action.get("value", "")))
        except FaqError as error:
            update(client, view_id, failed_modal(error.message, error.hint))
        else:
            update(client, view_id, preview(door, proposal, body["user"]["id"]))
