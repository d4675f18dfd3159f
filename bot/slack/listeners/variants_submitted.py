"""More ways to ask are submitted: the impact is shown."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import Submission, propose
from bot.slack.views.form import variants_form
from bot.slack.views.search import typed
from knowledge.entry_reader import read_entry


def register(app: App, door: Door) -> None:
    """React to the submitted variants."""

    @app.view("variants_submitted")
    def on_variants(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        submission = Submission(door, ack, client, body)
        if submission.is_refused():
            return
        metadata, text = json.loads(view["private_metadata"]), typed(view, "variants")
        entry = door.publishing.live().by_id[metadata["id"]]
        added = tuple(line.strip() for line in text.splitlines() if line.strip())
        changed = replace(entry, variants=entry.variants + added)
        faults = read_entry(changed.to_fields())[1]
        if faults or not added:
            told = f"{faults[0].message} {faults[0].hint}" if faults else "言い方を1行に1つ書いてください。"
            ack(response_action="errors", errors={"variants": told})
            return
        problem_form = partial(variants_form, entry, metadata["base"], text)
        propose(submission, changed, metadata["base"], problem_form)
