"""Messages, as the intake brings them: questions, follow-ups, and questions that are edited or deleted."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.carrying import carry
from bot.slack.client import MeasuredClient
from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery, NotYet
from bot.slack.delivery.incoming import Kind
from bot.slack.delivery.posting import GONE
from bot.slack.door import Door
from bot.slack.text import plain
from bot.slack.views.message import plain_message
from bot.wording import sentences
from index.decision.decision import Abstain, Reason
from knowledge.errors import StoreError
from knowledge.questions.query_log import new_reference
from knowledge.slack_state.conversations import PostedReply

logger = logging.getLogger(__name__)
FOLLOW_UP_TIME = timedelta(minutes=30)  # after which a question begins a new conversation
THREAD_TIME = timedelta(days=7)  # that a thread of ours is listened to without a mention


def hear(door: Door, delivery: Delivery) -> None:
    """Call the listener of a message. Raises ConnectionError while nothing can speak in its workspace."""
    client, kind = door.client_of(delivery.team), incoming.kind_of(delivery.body)
    if client is None:
        raise ConnectionError(f"no token is accepted in the workspace {delivery.team}")
    if kind and not incoming.is_from(delivery.event, client.bot_user()):  # we would answer ourselves forever
        LISTENERS[kind](door, client, delivery)


def mention(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """A mention in a channel is answered in its thread."""
    _answer(door, client, delivery, _last_said(door, delivery.event))


def direct_message(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """A message in the Messages tab is answered in its thread, or carried to the person who answers there."""
    if not carry(door, client, delivery):
        _answer(door, client, delivery, _last_said(door, delivery.event))


def thread_message(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """A message without a mention in a thread of ours is answered if it is the asker's and we know something.

    People may talk to each other there: whoever else writes is not answered, nor what we do not know. A mention
    in a thread has an event of its own.
    """
    event = delivery.event
    if f"<@{client.bot_user()}" in event.get("text", "") or carry(door, client, delivery):
        return
    last = _last_reply(door, event["channel"], incoming.thread(event), THREAD_TIME)
    if last is not None and last.asker == door.log.asker_hash(event["user"]):
        _answer(door, client, delivery, last, silent_when_unknown=True)


def message_edited(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """Our reply to an edited question is updated."""
    key, message = incoming.message_key(delivery.body), delivery.event["message"]
    _wait_for_earlier(delivery, key)
    posted = door.conversations.reply_to(key)
    if posted is None or not delivery.claim(f"edit:{key}:{message['edited']['ts']}"):
        return
    asker = door.asker(message["user"])
    if door.faq.allows(asker):
        reply = door.faq.ask(plain(message.get("text", "")), asker, _shown_above(door, posted, delivery.event))
        shown, entry_id = door.reply_message(reply), reply.entry.id if reply.entry else None
        now = replace(posted, reference=reply.reference, entry_id=entry_id)
    else:
        shown, now = plain_message(sentences.TOO_MANY), replace(posted, entry_id=None)
    try:
        client.chat_update(channel=posted.channel, ts=posted.message, text=shown.text, blocks=shown.blocks)
    except SlackApiError as error:
        if error.response.get("error") not in GONE:
            raise
        door.conversations.forget_reply(posted.key)
        return
    door.conversations.keep_reply(now)


def message_deleted(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """Our reply to a deleted question goes too."""
    key = incoming.message_key(delivery.body)
    _wait_for_earlier(delivery, key)
    posted = door.conversations.reply_to(key)
    if posted is None:
        return
    try:
        client.chat_delete(channel=posted.channel, ts=posted.message)
    except SlackApiError as error:
        if error.response.get("error") not in GONE:
            raise
    door.conversations.forget_reply(posted.key)


LISTENERS: dict[Kind, Callable[[Door, MeasuredClient, Delivery], None]] = {
    Kind.MENTION: mention,
    Kind.DIRECT_MESSAGE: direct_message,
    Kind.THREAD_MESSAGE: thread_message,
    Kind.MESSAGE_EDITED: message_edited,
    Kind.MESSAGE_DELETED: message_deleted,
}


def _answer(
    door: Door, client: WebClient, delivery: Delivery, last: PostedReply | None, *, silent_when_unknown: bool = False
) -> None:
    """Answer a message in its thread, unless it was answered before; `last` is the reply that it may follow up."""
    if not delivery.claim(incoming.message_key(delivery.body)):
        return
    event = delivery.event
    place, asker = (event["channel"], incoming.thread(event)), door.asker(event["user"])
    before = delivery.posted_before(client, *place)
    if before:
        stored = door.faq.stored(before[0])
        _remember(door, delivery, stored.entry_id if stored else None)
        return
    reply = door.faq.preview(plain(event.get("text", "")), _followed(last))
    is_unknown = isinstance(reply.decision, Abstain) and reply.decision.reason is not Reason.DECLINED
    if silent_when_unknown and is_unknown:
        return
    if not door.faq.record(reply, asker, limited=True):
        delivery.post(client, *place, plain_message(sentences.TOO_MANY), new_reference())
        return
    delivery.post(client, *place, door.reply_message(reply), reply.reference)
    _remember(door, delivery, reply.entry.id if reply.entry else None)


def _remember(door: Door, delivery: Delivery, entry_id: str | None) -> None:
    """Remember our reply for follow-ups, edits and escalations."""
    event = delivery.event
    posted = PostedReply(
        key=delivery.key,
        reference=delivery.reference,
        asker=door.log.asker_hash(event["user"]),
        channel=event["channel"],
        thread=incoming.thread(event),
        message=delivery.message,
        entry_id=entry_id,
    )
    try:
        door.conversations.keep_reply(posted)
    except StoreError:
        logger.debug("the reply %s was posted but is not remembered", delivery.reference)


def _last_said(door: Door, event: dict[str, Any]) -> PostedReply | None:
    """Our last reply in the conversation that a message goes on with; what begins a thread goes on with none."""
    conversation = incoming.conversation(event, event)
    return None if conversation == event["ts"] else _last_reply(door, event["channel"], conversation, FOLLOW_UP_TIME)


def _last_reply(door: Door, channel: str, thread: str, within: timedelta) -> PostedReply | None:
    try:
        return door.conversations.last_reply(channel, thread, datetime.now(UTC) - within)
    except StoreError:
        return None


def _followed(last: PostedReply | None) -> str:
    """The id of the entry that a question may follow up, "" for none."""
    return (last.entry_id or "") if last and last.at > datetime.now(UTC) - FOLLOW_UP_TIME else ""


def _wait_for_earlier(delivery: Delivery, key: str) -> None:
    """Raise NotYet while the message `key` waits for its answer, or an earlier edit of it is not done.

    They wait while Slack fails or for another process; what was said last about a message has to be done last.
    """
    ts = delivery.event.get("ts", "")
    others = delivery.inbox.database.unfinished(key.rsplit(":", 1)[-1])
    if any(incoming.message_key(other) == key and other["event"].get("ts", "") < ts for other in others):
        raise NotYet


def _shown_above(door: Door, posted: PostedReply, event: dict[str, Any]) -> str:
    """The id of the entry that the edited message followed: of our reply before `posted`, "" for none."""
    since = datetime.fromtimestamp(float(posted.message), UTC) - FOLLOW_UP_TIME
    above = door.conversations.reply_before(posted, incoming.conversation(event["message"], event), since)
    return (above and above.entry_id) or ""
