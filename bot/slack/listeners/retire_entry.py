"""取り下げ is pressed: the impact of taking the entry back is shown before anything happens."""

import re
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.proposal import Proposal
from bot.slack.door import Door
from bot.slack.editing import measured
from bot.wording import sentences
from knowledge.entry import Status
from knowledge.errors import FaqError
from knowledge.revisions.store import Change


def register(app: App, door: Door) -> None:
    """React to 取り下げ."""

    @app.action(re.compile(r"retire_entry(:\w*)?"))
    def on_retire(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        entry_id = str(action.get("value", ""))

        def retired(user: str) -> Proposal:
            base = door.publishing.live()
            entry = base.by_id.get(entry_id)
            if entry is None:
                raise FaqError(sentences.GONE)
            change = Change(put=(replace(entry, status=Status.RETIRED),))
            return door.publishing.propose(change, user, base=base.revision)

        measured(door, body, client, retired, entry_id)
