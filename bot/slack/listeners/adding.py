"""Questions that shall be answered from now on: gaps, customers' messages and what a person answered."""

import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.roles import Role
from bot.slack.door import Door
from bot.slack.entry_forms import form_for
from bot.slack.listeners.home import publish_home
from bot.slack.modals import open_view
from bot.slack.payload_text import words
from bot.slack.proposing import Submission
from bot.slack.text import plain
from bot.slack.views.form import Draft
from bot.slack.views.inputs import typed
from bot.slack.views.question_forms import DECLINE, NEW, add_form, variants_form
from bot.wording.editing import NO_LONGER

MAX_NEAREST = 5


def register(app: App, door: Door) -> None:
    """React to the buttons, to the shortcut, and to the chosen place."""
    app.action(re.compile(r"add_gap:\d+"))(partial(add_gap, door))
    app.action(re.compile(r"ignore_gap:\d+"))(partial(ignore_gap, door))
    app.action(re.compile(r"restore_gap:\d+"))(partial(restore_gap, door))
    app.shortcut("add_message")(partial(add_message, door))
    app.action("add_escalated")(partial(add_escalated, door))
    app.view("add_submitted")(partial(add_submitted, door))


def add_gap(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """別の項目に追加 at a gap: where its texts shall go."""
    ack()
    _ask_where(door, body, client, str(action.get("value", "")))


def ignore_gap(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """無視 at a gap: its texts are not listed again."""
    ack()
    if door.allows(body, Role.EDITOR):
        door.overview.ignore_listed(str(action.get("value", "")), body["user"]["id"])
    publish_home(door, client, body)


def restore_gap(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """戻す at what was ignored: its texts are listed again while they are gaps."""
    ack()
    if door.allows(body, Role.EDITOR):
        door.overview.restore_gap(str(action.get("value", "")), body["user"]["id"])
    publish_home(door, client, body)


def add_message(door: Door, ack: Ack, shortcut: dict[str, Any], client: WebClient) -> None:
    """The message shortcut FAQに追加: a message's question becomes a variant or an entry."""
    ack()
    _ask_where(door, shortcut, client, plain(words(shortcut["message"])))


def add_escalated(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """FAQに追加 under a question that a person has answered."""
    ack()
    _ask_where(door, body, client, door.faq.question(str(action.get("value", ""))))


def add_submitted(door: Door, ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
    """The form for the chosen place of a question follows, filled in as far as it can be."""
    submission = Submission(door, ack, client, body)
    if submission.is_refused():
        return
    lines = [" ".join(line.split()) for line in typed(view, "question").splitlines() if line.strip()]
    other = typed(view, "other")
    target = other or typed(view, "target")
    base = submission.live("question")
    if base is None:
        return
    entry = base.by_id.get(target)
    if entry:
        ack(response_action="update", view=variants_form(entry, base.revision, "\n".join(lines)))
    elif other:
        ack(response_action="errors", errors={"other": NO_LONGER})
    elif target in (NEW, DECLINE):
        values = {"question": lines[0] if lines else "", "variants": lines[1:], "declines": target == DECLINE}
        ack(response_action="update", view=form_for(door, Draft(values, base.revision)))
    else:
        ack(response_action="errors", errors={"target": NO_LONGER})


def _ask_where(door: Door, body: dict[str, Any], client: WebClient, question: str) -> None:
    """Show where a question may be added: to the entries nearest to it, or to a new one."""
    nearest = door.faq.best(question)[:MAX_NEAREST] if question else []
    open_view(door, body, client, Role.EDITOR, lambda: add_form(question, nearest))
