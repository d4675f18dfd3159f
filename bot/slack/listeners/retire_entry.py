"""取り下げ is pressed: the impact of taking the entry back is shown before anything happens."""

import re
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import wording
from bot.slack.door import Door
from bot.slack.editing import MEASURING, opens, preview, update
from bot.slack.roles import Role
from bot.slack.views.proposal import failed_modal, working_modal
from knowledge.entry import Status
from knowledge.errors import FaqError
from knowledge.store import Change


def register(app: App, door: Door) -> None:
    """React to 取り下げ."""

    @app.action(re.compile(r"retire_entry(:\w*)?"))
    def on_retire(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        view_id = opens(door, body, client, lambda: working_modal(MEASURING))
        if not door.allows(body, client, Role.EDITOR):
            return
        base, user = door.faq.publishing.store.load(), body["user"]["id"]
        entry = base.by_id.get(str(action.get("value", "")))
        if entry is None:
            update(client, view_id, failed_modal(wording.GONE, ""))
            return
        try:
            retired = replace(entry, status=Status.RETIRED)
            proposal = door.faq.propose(Change(put=(retired,)), user, base=base.revision)
        except FaqError as error:
            update(client, view_id, failed_modal(error.message, error.hint, entry.id))
        else:
            update(client, view_id, preview(door, proposal, user))
