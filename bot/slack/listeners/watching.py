"""Watched channels: questions that nobody addressed to us, answered only where that is nearly surely right."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from bot.reply import Reply
from bot.slack.client import MeasuredClient
from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery
from bot.slack.delivery.posting import take_back
from bot.slack.door import Door
from bot.slack.listeners.messages import is_settled, remember
from bot.slack.payload_text import words
from bot.slack.text import plain
from bot.slack.views.reply import unasked_message
from bot.wording import doors
from index.asking.watching import is_sure_unasked
from index.message.message import MENTION
from knowledge.slack_state.conversations import PostedReply

FRESH_TIME = timedelta(minutes=2)  # later people may talk about a question already


def register(app: App, door: Door) -> None:
    """React to the button; messages come from the intake."""
    app.action("unwanted")(partial(unwanted, door))


def channel_message(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """A message in a watched channel that mentions nobody is answered in its thread where that is nearly surely right.

    On everything else we are silent, and keep nothing of it.
    """
    event = delivery.event
    if MENTION.search(words(event)) or not _is_fresh(event) or not delivery.claim(incoming.claim_key(delivery.body)):
        return
    place = (event["channel"], incoming.thread(event))
    if is_settled(door, client, delivery, place):
        return
    reply = _sure_reply(door, event)
    if reply is None or not door.record(reply, door.asker(delivery.body, doors.WATCHING)):
        return
    shown = unasked_message(reply.reference, door.reply_message(reply), door.faq.site)
    delivery.post(client, *place, shown, reply.reference)
    remember(door, delivery, reply.entry.id if reply.entry else None)


def is_watched(door: Door, event: dict[str, Any]) -> bool:
    """True when what we replied to the message of an event was not asked of us."""
    message = incoming.said(event)
    is_first = incoming.thread(message) == message["ts"] and event.get("channel_type") != "im"
    return event["channel"] in door.watched and is_first and not MENTION.search(words(message))


def follow_edit(door: Door, client: MeasuredClient, delivery: Delivery, posted: PostedReply) -> None:
    """Our reply to a message that was not addressed to us stays where the edit asks the same, else it goes."""
    reply = _sure_reply(door, incoming.said(delivery.event))
    if reply is None or reply.entry is None or reply.entry.id != posted.entry_id:
        take_back(client, posted.channel, posted.message)
        door.conversations.forget_reply(posted.key)


def unwanted(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: MeasuredClient) -> None:
    """この返信は不要, pressed by anybody in the channel: our reply goes, and that counts."""
    ack()
    reference, container = str(action.get("value", "")), body["container"]
    with door.once(f"unwanted:{reference}") as is_first:
        if not is_first:
            return
        posted = door.conversations.reply_of(reference)
        author = door.author_of(posted, client) if posted else client
        take_back(author, container["channel_id"], container["message_ts"])
        if posted:
            door.conversations.forget_reply(posted.key)
        door.faq.unwanted(reference, door.asker(body))


def _sure_reply(door: Door, message: dict[str, Any]) -> Reply | None:
    """The reply to a message that nobody addressed to us, None where it is not sure enough."""
    text = plain(words(message))
    reply = door.faq.preview(text)
    sure = is_sure_unasked(door.faq.searcher.snapshot, text, [one.outcome for one in reply.every])
    return reply if sure else None


def _is_fresh(event: dict[str, Any]) -> bool:
    return datetime.now(UTC) - datetime.fromtimestamp(float(event["ts"]), UTC) < FRESH_TIME
