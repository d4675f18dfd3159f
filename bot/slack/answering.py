"""Answering a message in its thread, once, and keeping that reply true when the message is edited or deleted."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.reply import Reply
from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery, NotYet
from bot.slack.delivery.replacing import GONE
from bot.slack.door import Door
from bot.slack.text import plain
from bot.slack.views.reply import plain_message
from bot.wording import sentences
from index.decision.decision import Abstain, Reason
from knowledge.errors import StoreError
from knowledge.questions.query_log import new_reference
from knowledge.slack_state.conversations import PostedReply

logger = logging.getLogger(__name__)
FOLLOW_UP_TIME = timedelta(minutes=30)  # after which a question begins a new conversation
THREAD_TIME = timedelta(days=7)  # that a thread of ours is listened to without a mention


def answer(door: Door, client: WebClient, delivery: Delivery) -> None:
    """Answer a message in its thread, unless it was answered before."""
    if delivery.claim(incoming.message_key(delivery.body)):
        _reply(door, client, delivery, _before(door, delivery.event))


def answer_in_thread(door: Door, client: WebClient, delivery: Delivery) -> None:
    """Answer a message without a mention in a thread of ours, if it is the asker's and we know something.

    People may talk to each other there: whoever else writes is not answered, nor what we do not know.
    """
    event = delivery.event
    last = _last_reply(door, event["channel"], incoming.thread(event), THREAD_TIME)
    if last is None or last.asker != door.log.asker_hash(event["user"]):
        return
    if delivery.claim(incoming.message_key(delivery.body)):
        _reply(door, client, delivery, last, silent_when_unknown=True)


def correct(door: Door, client: WebClient, delivery: Delivery) -> None:
    """A message was edited: our reply to it is updated."""
    key, message = incoming.message_key(delivery.body), delivery.event["message"]
    _wait_for_earlier(delivery, key)
    posted = door.conversations.reply_to(key)
    if posted is None or not delivery.claim(f"edit:{key}:{message['edited']['ts']}"):
        return
    asker = door.asker(message["user"])
    if door.faq.allows(asker):
        reply = door.faq.ask(plain(message.get("text", "")), asker, _shown_above(door, posted, delivery.event))
        shown, now = door.reply_message(reply), replace(posted, reference=reply.reference, entry_id=_entry_id(reply))
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


def withdraw(door: Door, client: WebClient, delivery: Delivery) -> None:
    """A message was deleted: our reply to it goes too."""
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


def _wait_for_earlier(delivery: Delivery, key: str) -> None:
    """Raise NotYet while the message `key` waits for its answer, or an earlier edit of it is not done.

    They wait while Slack fails or for another process; what was said last about a message has to be done last.
    """
    ts = delivery.event.get("ts", "")
    others = delivery.inbox.database.unfinished(key.rsplit(":", 1)[-1])
    if any(incoming.message_key(other) == key and other["event"].get("ts", "") < ts for other in others):
        raise NotYet


def _reply(
    door: Door, client: WebClient, delivery: Delivery, last: PostedReply | None, *, silent_when_unknown: bool = False
) -> None:
    """Answer a message; `last` is the reply that it may follow up."""
    event = delivery.event
    channel, thread, asker = event["channel"], incoming.thread(event), door.asker(event["user"])
    before = delivery.posted_before(client, channel, thread)
    if before:
        stored = door.faq.stored(before[0])
        _remember(door, delivery, before, stored.entry_id if stored else None)
        return
    reply = door.faq.preview(plain(event.get("text", "")), _followed(last))
    if silent_when_unknown and _knows_nothing(reply):
        return
    if not door.faq.record(reply, asker, limited=True):
        delivery.post(client, channel, thread, plain_message(sentences.TOO_MANY), new_reference())
        return
    posted = delivery.post(client, channel, thread, door.reply_message(reply), reply.reference)
    _remember(door, delivery, (reply.reference, posted), _entry_id(reply))


def _remember(door: Door, delivery: Delivery, said: tuple[str, str], entry_id: str | None) -> None:
    (reference, message), event = said, delivery.event
    posted = PostedReply(
        key=delivery.key,
        reference=reference,
        asker=door.log.asker_hash(event["user"]),
        channel=event["channel"],
        thread=incoming.thread(event),
        message=message,
        entry_id=entry_id,
    )
    try:
        door.conversations.keep_reply(posted)
    except StoreError:
        logger.debug("the reply %s was posted but is not remembered", reference)


def _entry_id(reply: Reply) -> str | None:
    return reply.entry.id if reply.entry else None


def _knows_nothing(reply: Reply) -> bool:
    return isinstance(reply.decision, Abstain) and reply.decision.reason is not Reason.DECLINED


def _talk(message: dict[str, Any], event: dict[str, Any]) -> str:
    """The thread that a message goes on in; "" for a whole direct conversation, where it stands outside of threads."""
    thread = incoming.thread(message)
    return "" if thread == message["ts"] and event.get("channel_type") == "im" else thread


def _before(door: Door, event: dict[str, Any]) -> PostedReply | None:
    """Our last reply in the talk that a message goes on with; a mention that begins a thread goes on with none."""
    talk = _talk(event, event)
    return None if talk == event["ts"] else _last_reply(door, event["channel"], talk, FOLLOW_UP_TIME)


def _followed(last: PostedReply | None) -> str:
    """The id of the entry that a question may follow up, "" for none."""
    is_recent = last is not None and last.at > datetime.now(UTC) - FOLLOW_UP_TIME
    return (last.entry_id or "") if last and is_recent else ""


def _shown_above(door: Door, posted: PostedReply, event: dict[str, Any]) -> str:
    """The id of the entry that the edited message followed: of our reply before `posted`, "" for none."""
    since = datetime.fromtimestamp(float(posted.message), UTC) - FOLLOW_UP_TIME
    above = door.conversations.reply_before(posted, _talk(event["message"], event), since)
    return (above and above.entry_id) or ""


def _last_reply(door: Door, channel: str, thread: str, within: timedelta) -> PostedReply | None:
    try:
        return door.conversations.last_reply(channel, thread, datetime.now(UTC) - within)
    except StoreError:
        return None
