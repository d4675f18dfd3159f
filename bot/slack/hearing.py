"""Brings each message of the intake to its listener."""

from collections.abc import Callable, Mapping

from bot.slack.client import MeasuredClient
from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery
from bot.slack.delivery.incoming import EventKind
from bot.slack.door import Door
from bot.slack.listeners.edits import message_deleted, message_edited
from bot.slack.listeners.messages import addressed, thread_message
from bot.slack.listeners.watching import channel_message

LISTENERS: Mapping[EventKind, Callable[[Door, MeasuredClient, Delivery], None]] = {
    EventKind.MENTION: addressed,
    EventKind.DIRECT_MESSAGE: addressed,
    EventKind.THREAD_MESSAGE: thread_message,
    EventKind.CHANNEL_MESSAGE: channel_message,
    EventKind.MESSAGE_EDITED: message_edited,
    EventKind.MESSAGE_DELETED: message_deleted,
}


def hear(door: Door, delivery: Delivery) -> None:
    """Call the listener of a message. Raises ConnectionError while nothing can speak in its workspace."""
    there, kind = door.client_of(delivery.team), incoming.kind_of(delivery.body)
    if there is None:
        raise ConnectionError(f"no token is accepted in the workspace {delivery.team}")
    client = there.hasty()  # what Slack wants later goes back to its lane
    if kind and not incoming.is_from(delivery.event, client.bot_user()):  # we would answer ourselves forever
        LISTENERS[kind](door, client, delivery)
