"""公開 (or 承認して公開) is pressed under a proposal."""

import json
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import Submission, publish
from bot.slack.views.search import typed

NEEDS_REASON = "公開できない変化があります。内容を直すか、承知で公開する理由を書いてください。"


def register(app: App, door: Door) -> None:
    """React to the submitted proposal."""

    @app.view("publish_submitted")
    def on_publish(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        submission = Submission(door, ack, client, body)
        if submission.is_refused():
            return
        override = typed(view, "override").strip()
        if any(block.get("block_id") == "override" for block in view["blocks"]) and not override:
            ack(response_action="errors", errors={"override": NEEDS_REASON})
            return
        publish(submission, json.loads(view["private_metadata"]), typed(view, "reason").strip(), override)
