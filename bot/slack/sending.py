"""Sending an entry on behalf of a staff member."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import wording
from bot.slack.door import Door
from bot.slack.posting import post
from bot.slack.views.reply import Message, plain_message, sent_message
from bot.slack.views.staff import sent_note
from knowledge.entry import Entry

NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
INVITE = "このチャンネルには送れません。先に /invite でボットを招待してください。"


def send(door: Door, client: WebClient, entry: Entry | None, place: tuple[str, str], sender: str) -> Message:
    """Post an entry as the bot, naming the sender; returns what to tell them. `place` is channel and thread or ""."""
    channel, thread = place
    if entry is None:
        return plain_message(wording.GONE)
    try:
        posted = post(client, channel, thread, sent_message(door.shown(entry), sender))
    except SlackApiError as error:
        if error.response.get("error") in NOT_THERE:
            return plain_message(INVITE)
        raise
    link = client.chat_getPermalink(channel=channel, message_ts=posted)
    return sent_note(entry.question, str(link["permalink"]))
