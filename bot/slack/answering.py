"""Answering a message in its thread, once, and keeping that reply true when the message is edited or deleted."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import wording
from bot.reply import Reply
from bot.slack import incoming
from bot.slack.door import Door, post
from bot.slack.replacing import GONE
from bot.slack.text import plain
from bot.slack.views.reply import Message, plain_message
from index.decision import Abstain, Reason
from knowledge.conversations import PostedReply
from knowledge.errors import StoreError

logger = logging.getLogger(__name__)
FOLLOW_UP_TIME = timedelta(minutes=30)  # after which a question begins a new conversation
THREAD_TIME = timedelta(days=7)  # that a thread of ours is listened to without a mention


def answer(door: Door, client: WebClient, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Answer a message in its thread, unless it was answered before."""
    key = incoming.message_key(body, event)
    if door.log.claim(key):
        _reply(door, client, key, event)


def answer_in_thread(door: Door, client: WebClient, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Answer a message without a mention in a thread of ours, if it is the asker's and we know something.

    People may talk to each other there: whoever else writes is not answered, nor what we do not know.
    """
    last = _last_reply(door, event["channel"], incoming.thread(event), THREAD_TIME)
    if last is None or last.asker != door.log.asker_hash(event["user"]):
        return
    key = incoming.message_key(body, event)
    if door.log.claim(key):
        _reply(door, client, key, event, silent_when_unknown=True)


def correct(door: Door, client: WebClient, body: dict[str, Any], event: dict[str, Any]) -> None:
    """A message was edited: our reply to it is updated."""
    message = event["message"]
    posted = door.conversations.reply_to(f"{body.get('team_id', '')}:{event['channel']}:{message['ts']}")
    edit = f"edit:{body.get('team_id', '')}:{event['channel']}:{message['ts']}:{message['edited']['ts']}"
    if posted is None or not door.log.claim(edit):
        return
    reply = door.faq.ask(plain(message.get("text", "")), door.asker(message["user"]))
    shown = door.reply_message(reply)
    try:
        client.chat_update(channel=posted.channel, ts=posted.message, text=shown.text, blocks=shown.blocks)
    except SlackApiError as error:
        if error.response.get("error") not in GONE:
            raise
        door.conversations.forget_reply(posted.key)
        return
    door.conversations.keep_reply(replace(posted, reference=reply.reference, entry_id=_entry_id(reply)))


def withdraw(door: Door, client: WebClient, body: dict[str, Any], event: dict[str, Any]) -> None:
    """A message was deleted: our reply to it goes too."""
    posted = door.conversations.reply_to(f"{body.get('team_id', '')}:{event['channel']}:{event['deleted_ts']}")
    if posted is None:
        return
    door.conversations.forget_reply(posted.key)
    try:
        client.chat_delete(channel=posted.channel, ts=posted.message)
    except SlackApiError as error:
        if error.response.get("error") not in GONE:
            raise


def _reply(
    door: Door, client: WebClient, key: str, event: dict[str, Any], *, silent_when_unknown: bool = False
) -> None:
    channel, thread, asker = event["channel"], incoming.thread(event), door.asker(event["user"])
    if not door.faq.allows(asker):
        post(client, channel, thread, plain_message(wording.TOO_MANY))
        return
    here = event.get("thread_ts") or ("" if event.get("channel_type") == "im" else thread)
    last = _last_reply(door, channel, here, FOLLOW_UP_TIME)
    reply = door.faq.ask(plain(event.get("text", "")), asker, (last and last.entry_id) or "")
    if silent_when_unknown and _knows_nothing(reply):
        return
    message: Message = door.reply_message(reply)
    posted = post(client, channel, thread, message)
    try:
        door.conversations.keep_reply(
            PostedReply(
                key=key,
                reference=reply.reference,
                asker=door.log.asker_hash(asker.id),
                channel=channel,
                thread=thread,
                message=posted,
                entry_id=_entry_id(reply),
            )
        )
    except StoreError:
        logger.warning("the reply %s was posted but is not remembered", reply.reference)


def _entry_id(reply: Reply) -> str | None:
    return reply.entry.id if reply.entry else None


def _knows_nothing(reply: Reply) -> bool:
    return isinstance(reply.decision, Abstain) and reply.decision.reason is not Reason.DECLINED


def _last_reply(door: Door, channel: str, thread: str, within: timedelta) -> PostedReply | None:
    try:
        return door.conversations.last_reply(channel, thread, datetime.now(UTC) - within)
    except StoreError:
        return None
