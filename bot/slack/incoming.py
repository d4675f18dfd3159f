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
    return f"{body.get('team_id', '')}:{event['channel']}:{event['ts']}"
