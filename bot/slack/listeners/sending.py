"""Sending an entry on behalf of a staff member, to the customer's thread or to the channel."""

import json
import logging
import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.roles import Role
from bot.slack.client import error_code
from bot.slack.delivery.posting import post
from bot.slack.delivery.responding import whisper
from bot.slack.door import Door
from bot.slack.modals import open_view, update_view
from bot.slack.views.message import SlackMessage, plain_message
from bot.slack.views.notices import notice_modal, working_modal
from bot.slack.views.reply import sent_message
from bot.slack.views.staff import sent_note
from bot.wording import sentences

logger = logging.getLogger(__name__)
NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
INVITE = "このチャンネルには送れません。先に /invite でボットを招待してください。"
SENT_BEFORE = "この回答は、たったいま送られたところです。"
SENDING = "送っています。数秒お待ちください。"


def register(app: App, door: Door) -> None:
    """React to スレッドに返信 and チャンネルに送る."""
    app.action(re.compile(r"reply_in_thread:\d"))(partial(reply_in_thread, door))
    app.action(re.compile(r"send_to_channel:\d"))(partial(send_to_channel, door))


def reply_in_thread(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """The entry is posted in the customer's thread, with the sender's name."""
    ack()
    # Before anything is sent: the trigger lives for three seconds, and who sees no modal presses again.
    view_id = open_view(door, body, client, Role.STAFF, lambda: working_modal(SENDING))
    if not door.allows(body, Role.STAFF):
        return
    place = json.loads(body["view"]["private_metadata"])
    body["view"]["id"] = view_id  # where a failure is told, too
    told = _send(door, client, action, (place["channel"], place["thread"]), body["user"]["id"])
    try:
        update_view(client, view_id, notice_modal(told.text))
    except (SlackApiError, OSError) as error:  # nobody shall hear of a failure, and send again
        logger.warning("that an entry was sent could not be told: %s", error_code(error))


def send_to_channel(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """The entry of a staff reply is posted in the channel, with the sender's name."""
    ack()
    told = plain_message(sentences.STAFF_ONLY)
    if door.allows(body, Role.STAFF):
        told = _send(door, context.client, action, (body["channel"]["id"], ""), body["user"]["id"])
    whisper(context, told)


def _send(door: Door, client: WebClient, action: dict[str, Any], place: tuple[str, str], sender: str) -> SlackMessage:
    """Post the entry of a button as the bot, naming the sender; returns what to tell them.

    `place` is channel and thread, "" for none.
    """
    entry = door.faq.entry(str(action.get("value", "")))
    if entry is None:
        return plain_message(sentences.GONE)
    try:
        with door.once(f"sent:{place[0]}:{place[1]}:{entry.id}") as is_first:
            if not is_first:
                return plain_message(SENT_BEFORE)
            posted = post(client, *place, sent_message(door.entry_view(entry), sender))
    except SlackApiError as error:
        if error.response.get("error") in NOT_THERE:
            return plain_message(INVITE)
        raise
    return sent_note(entry.question, _link(client, place[0], posted))


def _link(client: WebClient, channel: str, message: str) -> str:
    """The address of a message, "" where Slack does not say: it is sent all the same."""
    try:
        return str(client.chat_getPermalink(channel=channel, message_ts=message)["permalink"])
    except (SlackApiError, OSError) as error:
        logger.warning("the link of a sent message cannot be had: %s", error_code(error))
        return ""
