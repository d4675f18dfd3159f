"""An incoming message event: its kind, who wrote it, where its thread is, and its key for answering once."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from bot.slack.payload_text import parts_of, words

SPOKEN = frozenset({None, "file_share", "me_message", "thread_broadcast"})  # subtypes in which a person says something
SLACKBOT = "USLACKBOT"


class EventKind(StrEnum):
    """The kinds of events in a conversation that the bot reacts to."""

    MENTION = "mention"
    DIRECT_MESSAGE = "direct_message"
    THREAD_MESSAGE = "thread_message"  # without a mention, in a thread of a channel
    CHANNEL_MESSAGE = "channel_message"  # outside of threads; only taken where a channel is watched
    MESSAGE_EDITED = "message_edited"
    MESSAGE_DELETED = "message_deleted"


def kind_of(body: dict[str, Any]) -> EventKind | None:
    """The kind of an event that has to be kept until it is done; None for everything else that Slack sends."""
    event = body.get("event")
    if body.get("type") != "event_callback" or not isinstance(event, dict) or "channel" not in event:
        return None
    match event.get("type"), event.get("subtype"):
        case "app_mention", _ if event.get("edited"):  # Slack sends the mention again
            kind, counts = EventKind.MESSAGE_EDITED, _is_said(event)
        case "app_mention", _:
            kind, counts = EventKind.MENTION, _is_said(event)
        case "message", "message_changed" if _is_tombstone(event):
            kind, counts = EventKind.MESSAGE_DELETED, bool(event["message"].get("ts"))
        case "message", "message_changed":
            kind, counts = EventKind.MESSAGE_EDITED, _says_something_else(event)
        case "message", "message_deleted":
            kind, counts = EventKind.MESSAGE_DELETED, bool(event.get("deleted_ts"))
        case "message", _ if event.get("channel_type") == "im":
            kind, counts = EventKind.DIRECT_MESSAGE, _is_said(event)
        case "message", _ if event.get("channel_type") in ("channel", "group", "mpim"):
            kind = EventKind.THREAD_MESSAGE if "thread_ts" in event else EventKind.CHANNEL_MESSAGE
            counts = _is_said(event)
        case _:
            return None
    return kind if counts else None


def thread(event: dict[str, Any]) -> str:
    """The timestamp of the thread to answer in; a message outside of threads begins one."""
    return str(event.get("thread_ts") or event["ts"])


def conversation(message: dict[str, Any], event: dict[str, Any]) -> str:
    """The thread that a message goes on in; "" for a whole direct conversation, where it stands outside of threads."""
    begins = thread(message) == message["ts"]
    return "" if begins and event.get("channel_type") == "im" else thread(message)


def said(event: dict[str, Any]) -> dict[str, Any]:
    """The message that an event brings, or as it reads after the edit that the event brings."""
    message: dict[str, Any] = event.get("message", event)
    return message


def said_anew(body: dict[str, Any]) -> dict[str, Any]:
    """The body of an edit as if the message had just been written that way."""
    event = body["event"]
    place = {"channel": event["channel"], "channel_type": event.get("channel_type", "channel")}
    again = said(event).get("edited") or {"ts": event.get("ts", "")}
    return body | {"event": said(event) | place | {"type": "message", "edited": again}}


def happened_at(event: dict[str, Any]) -> str:
    """The timestamp of what an event tells of: a message, or its edit or deletion."""
    again = event.get("edited") if event.get("type") == "app_mention" else None
    return str((again or event).get("ts", ""))


def mentions(event: dict[str, Any], users: Collection[str]) -> bool:
    """True when one of `users` is mentioned in a message."""
    text = words(event)
    return any(f"<@{user}" in text for user in users)


def message_key(body: dict[str, Any]) -> str:
    """One key for each message, whichever event brings, edits or deletes it, and however often.

    A message in a channel that workspaces share is brought to each of them, under the same channel and timestamp.
    """
    event, team = body["event"], "" if body.get("is_ext_shared_channel") else body.get("team_id", "")
    ts = event.get("deleted_ts") or event.get("message", {}).get("ts") or event.get("ts", "")
    return f"{team}:{event['channel']}:{ts}"


def claim_key(body: dict[str, Any]) -> str:
    """The key that an event has to claim before it acts: the message's own, and one for each edit and its deletion."""
    event = body["event"]
    if event.get("deleted_ts") or _is_tombstone(event):
        return f"deletion:{message_key(body)}"
    again = said(event).get("edited") or (event if "message" in event else None)
    return f"edit:{message_key(body)}:{again.get('ts', '')}" if again else message_key(body)


def answered_key(body: dict[str, Any]) -> str:
    """The key of the message that an event surely wants an answer to, "" where that is not said yet.

    A mention in a thread comes twice, as a mention and as a message that nobody answers; whichever comes
    first, the mention has the key.
    """
    return message_key(body) if kind_of(body) in (EventKind.MENTION, EventKind.DIRECT_MESSAGE) else ""


def is_from_person(message: dict[str, Any]) -> bool:
    """True when a person said something: no bot (we would answer each other forever), no edit, no join."""
    return (
        message.get("subtype") in SPOKEN
        and not message.get("bot_id")
        and not message.get("bot_profile")
        and message.get("user") not in (None, SLACKBOT)
    )


def is_from(event: dict[str, Any], user: str) -> bool:
    """True when `user` wrote the message that an event brings or edits."""
    return bool(said(event).get("user") == user)


def _is_said(event: dict[str, Any]) -> bool:
    return is_from_person(event) and "ts" in event


def _is_tombstone(event: dict[str, Any]) -> bool:
    """True when a message with replies under it was deleted: Slack leaves a stone in its place."""
    message = event.get("message")
    return isinstance(message, dict) and message.get("subtype") == "tombstone"


def _says_something_else(event: dict[str, Any]) -> bool:
    """True when the words of a message changed: a person edited it, or Slack has read a file of it meanwhile.

    An unfurled link or an update of our own changes none.
    """
    message, before = event.get("message"), event.get("previous_message")
    if not isinstance(message, dict) or not isinstance(before, dict | None) or not _is_said(message):
        return False
    if message.get("edited"):
        return words(message) != words(before or {})
    return before is not None and _file_words(message) != _file_words(before)


def _file_words(message: dict[str, Any]) -> list[str]:
    return [file.text for file in parts_of(message).files if file.text]
