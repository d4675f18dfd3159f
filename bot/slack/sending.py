"""Sending an entry on behalf of a staff member."""

import logging

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.delivery.posting import post
from bot.slack.door import Door
from bot.slack.views.reply import Message, plain_message, sent_message
from bot.slack.views.staff import sent_note
from bot.wording import sentences
from knowledge.entry import Entry

logger = logging.getLogger(__name__)
NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
INVITE = "このチャンネルには送れません。先に /invite でボットを招待してください。"


def send(door: Door, client: WebClient, entry: Entry | None, place: tuple[str, str], sender: str) -> Message:
    """Post an entry as the bot, naming the sender; returns what to tell them. `place` is channel and thread or ""."""
    channel, thread = place
    if entry is None:
        return plain_message(sentences.GONE)
    try:
        posted = post(client, channel, thread, sent_message(door.shown(entry), sender))
    except SlackApiError as error:
        if error.response.get("error") in NOT_THERE:
            return plain_message(INVITE)
        raise
    return sent_note(entry.question, _link(client, channel, posted))


def _link(client: WebClient, channel: str, message: str) -> str:
    """Where a message is seen, "" where Slack does not say: it is sent all the same."""
    try:
        return str(client.chat_getPermalink(channel=channel, message_ts=message)["permalink"])
    except (SlackApiError, OSError) as error:
        logger.warning("the link of a sent message cannot be had: %s", type(error).__name__)
        return ""
