"""What an incoming message event is: who wrote it, where its thread is, and its key for answering once."""

from typing import Any

SPOKEN = frozenset({None, "file_share", "thread_broadcast"})  # subtypes in which a person says something
SLACKBOT = "USLACKBOT"


def is_from_person(event: dict[str, Any]) -> bool:
    """Whether a person said something: no bot (we would answer each other forever), no edit, no join."""
    return (
        event.get("subtype") in SPOKEN
        and not event.get("bot_id")
        and not event.get("bot_profile")
        and event.get("user") not in (None, SLACKBOT)
    )


def thread(event: dict[str, Any]) -> str:
    """The timestamp of the thread to answer in; a message outside of threads begins one."""
    return str(event.get("thread_ts") or event["ts"])


def message_key(body: dict[str, Any], event: dict[str, Any]) -> str:
    """One key a message, whichever event and however many deliveries bring it."""
    return key_of(body, event["channel"], event["ts"])


def key_of(body: dict[str, Any], channel: str, ts: str) -> str:
    """The key of the message `ts` in the workspace that `body` comes from."""
    return f"{body.get('team_id', '')}:{channel}:{ts}"


def message_of(body: dict[str, Any]) -> str:
    """The key of the message that an event brings, edits or deletes."""
    event = body["event"]
    ts = event.get("deleted_ts") or event.get("message", {}).get("ts") or event.get("ts", "")
    return key_of(body, event["channel"], ts)


def causes_work(body: dict[str, Any]) -> bool:
    """Whether an event has to be kept until it is done: something said to us, in a thread, edited or deleted."""
    event = body.get("event")
    if body.get("type") != "event_callback" or not isinstance(event, dict) or "channel" not in event:
        return False
    if event.get("type") == "app_mention":
        return is_from_person(event) and "ts" in event
    if event.get("type") != "message":
        return False
    if event.get("subtype") in ("message_changed", "message_deleted"):
        return True
    is_heard = event.get("channel_type") == "im" or "thread_ts" in event
    return is_heard and is_from_person(event) and "ts" in event


def answered_key(body: dict[str, Any]) -> str:
    """The key of the message that an event surely wants an answer to, "" where that is not said yet.

    A mention in a thread comes twice, as a mention and as a message that nobody answers; whichever comes
    first, the mention has the key.
    """
    event = body["event"]
    is_direct = event.get("channel_type") == "im" and event.get("subtype") in SPOKEN
    return message_key(body, event) if event.get("type") == "app_mention" or is_direct else ""
