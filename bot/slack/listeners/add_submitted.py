"""Where a question shall be added is chosen: the form for it follows, filled in as far as it can be."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.editing import Submission, form_for
from bot.slack.views.form import DECLINE, NEW, Draft, chosen, variants_form
from bot.slack.views.search import typed


def register(app: App, door: Door) -> None:
    """React to the choice."""

    @app.view("add_submitted")
    def on_add(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        if Submission(door, ack, client, body).is_refused():
            return
        lines = [" ".join(line.split()) for line in typed(view, "question").splitlines() if line.strip()]
        other = typed(view, "other").strip()
        target = other or chosen(view, "target")
        base = door.publishing.live()
        entry = base.by_id.get(target)
        if entry:
            ack(response_action="update", view=variants_form(entry, base.revision, "\n".join(lines)))
        elif other:
            ack(
                response_action="errors",
                errors={"other": f"id「{other}」の項目はありません。idの綴りを確かめてください。"},
            )
        elif target in (NEW, DECLINE):
            values = {"question": lines[0] if lines else "", "variants": lines[1:], "declines": target == DECLINE}
            ack(response_action="update", view=form_for(door, Draft(values, base.revision)))
        else:
            ack(response_action="errors", errors={"target": "この項目はなくなりました。ほかを選んでください。"})
