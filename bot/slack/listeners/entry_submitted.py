"""An entry form is submitted: faults stand at their fields, else the impact is shown."""

import json
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import Submission, submit_entry
from bot.slack.views.form import Draft, form_values


def register(app: App, door: Door) -> None:
    """React to the submitted form."""

    @app.view("entry_submitted")
    def on_entry(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        submission = Submission(door, ack, client, body)
        if submission.is_refused():
            return
        metadata, values = json.loads(view["private_metadata"]), form_values(view)
        submit_entry(submission, values, Draft(values, metadata["base"], metadata["id"]))
