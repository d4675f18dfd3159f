"""The buttons under a reply: a suggested or related question, どれでもない, and votes with their reason."""

import json
import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.slack.delivery.posting import post
from bot.slack.delivery.responding import replace, whisper
from bot.slack.door import Door
from bot.slack.views.feedback import THANKS, reason_modal
from bot.slack.views.inputs import typed
from bot.slack.views.message import plain_message
from bot.slack.views.notices import notice_modal
from bot.slack.views.reply import person_message, with_part
from bot.wording import sentences
from knowledge.questions.feedback import FeedbackKind, UnhelpfulReason


def register(app: App, door: Door) -> None:
    """React to the buttons and the submitted reason."""
    app.action(re.compile(r"suggestion:\d"))(partial(suggestion, door))
    app.action("none_of_these")(partial(none_of_these, door))
    app.action(re.compile(r"related:\d"))(partial(related, door))
    app.action("vote")(partial(vote, door))
    app.action("helpful")(partial(helpful, door))
    app.action("unhelpful")(partial(unhelpful, door))
    app.view("unhelpful_reason")(partial(unhelpful_reason, door))


def suggestion(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """The answer of a suggested question takes the suggestion's place, and the choice is stored."""
    ack()
    reference, entry_id = _pressed(action)
    entry = door.faq.choose(reference, entry_id, door.asker(body))
    replace(body, context, with_part(_blocks(body), reference, door.entry_message(reference, entry)))
    if entry:
        door.remember_entry(reference, entry)


def none_of_these(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """どれでもない: a gap is stored and a person offered."""
    ack()
    reference, _ = _pressed(action)
    door.faq.none_of_these(reference, door.asker(body))
    person = person_message(reference, sentences.NONE_OF_THESE_REPLY, door.faq.site.contact)
    replace(body, context, with_part(_blocks(body), reference, person))


def related(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """The answer of a related question follows in the same thread, or as privately as the first one."""
    ack()
    reference, entry_id = _pressed(action)
    entry = door.faq.entry(entry_id)
    message, container = door.entry_message(reference, entry), body.get("container", {})
    with door.once(f"related:{container.get('message_ts', '')}:{reference}:{entry_id}") as is_first:
        if not is_first:
            return
        if container.get("is_ephemeral"):
            whisper(context, message)
            return
        post(context.client, container["channel_id"], container.get("thread_ts") or container["message_ts"], message)
    if entry:
        door.remember_entry(reference, entry)


def vote(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """Slack's own feedback buttons: their value says which of the two is pressed."""
    kind, _, value = str(action.get("value", "")).partition(":")
    pressed = action | {"value": value}
    if kind == FeedbackKind.HELPFUL:
        helpful(door, ack, pressed, body, context)
    else:
        unhelpful(door, ack, pressed, body, context.client)


def helpful(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """役に立った: the vote is stored, with thanks that only the asker sees."""
    ack()
    door.faq.vote(*_pressed(action), door.asker(body), helpful=True)
    whisper(context, plain_message(THANKS))


def unhelpful(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """役に立たなかった: the vote is stored at once, then we ask why."""
    ack()
    door.faq.vote(*_pressed(action), door.asker(body), helpful=False)
    client.views_open(trigger_id=body["trigger_id"], view=reason_modal(str(action.get("value", ""))))


def unhelpful_reason(door: Door, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    """The reason why a reply did not help joins the vote."""
    reference, entry_id = _pressed({"value": json.loads(view["private_metadata"])})
    reason = UnhelpfulReason(typed(view, "reason"))
    ack(response_action="update", view=notice_modal(THANKS))
    door.faq.vote(reference, entry_id, door.asker(body), helpful=False, reason=reason)


def _blocks(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The blocks of the message with the button; none for one that only its reader sees."""
    return body.get("message", {}).get("blocks") or []


def _pressed(action: dict[str, Any]) -> tuple[str, str]:
    """Reference and entry id in the value of a button; "" where it has none."""
    reference, _, entry_id = str(action.get("value", "")).partition(":")
    return reference, entry_id
