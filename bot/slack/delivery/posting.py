"""Messages of ours: posted once, changed and taken back.

Where it is unclear whether Slack took one, it is looked for before it is posted again: every message carries a mark in
its metadata, which the conversation's history shows.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.client import error_code
from bot.slack.repeating import RETRIES, is_unclear
from bot.slack.views.message import SlackMessage

logger = logging.getLogger(__name__)
METADATA = "faq_reply"
PAUSE = 0.3  # seconds before the first repetition, doubled for each further one
PAGE = 200  # messages of a history read at once
LOOK_BACK = 600  # seconds of a channel's history, where there is no thread to look into
GONE = frozenset({"message_not_found", "channel_not_found", "is_archived", "cant_update_message", "not_in_channel"})
NOT_THREADED = frozenset({"thread_not_found", "message_not_found"})  # then nothing of ours can be in it


@dataclass(frozen=True, slots=True)
class Mark:
    """The metadata by which a message of ours is found: its reference, and the key of the message that it answers."""

    reference: str
    answers: str = ""

    def to_metadata(self) -> dict[str, Any]:
        """The mark as Slack keeps it."""
        payload = {"reference": self.reference} | ({"answers": self.answers} if self.answers else {})
        return {"event_type": METADATA, "event_payload": payload}


def new_mark() -> Mark:
    """The mark of a message that answers none."""
    return Mark(secrets.token_hex(8))


def post(client: WebClient, channel: str, thread_ts: str, message: SlackMessage, mark: Mark | None = None) -> str:
    """Post a message in a thread ("" for none), once; links in it are not unfurled. Returns its timestamp.

    Where it is unclear whether Slack took it and looking for it fails, the first failure is raised: a rate limit of
    the looking would say that nothing was posted.
    """
    mark = mark or new_mark()
    for number in range(RETRIES + 1):
        try:
            return _post(client, channel, thread_ts, message, mark)
        except (SlackApiError, OSError) as error:
            if number == RETRIES or not is_unclear(error):
                raise
            logger.info("a message may not have reached Slack (%s): looking for it", error_code(error))
            unclear = error
        time.sleep(PAUSE * 2**number)
        try:
            found = find(client, channel, thread_ts, mark)
        except (SlackApiError, OSError) as error:
            raise unclear from error
        if found:
            return found[0][1]
    raise AssertionError  # the last try returns or raises


def find(
    client: WebClient, channel: str, thread_ts: str, mark: Mark, since: float | None = None
) -> list[tuple[str, str]]:
    """Reference and timestamp of each message of ours that answers the same message, or has the same reference.

    Beside the threads of a channel it is looked for back to the time `since`, by default LOOK_BACK ago.
    """
    name, value = ("answers", mark.answers) if mark.answers else ("reference", mark.reference)
    found = []
    for said in _history(client, channel, thread_ts, since):
        metadata = said.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if metadata.get("event_type") == METADATA and payload.get(name) == value:
            found.append((str(payload.get("reference", "")), str(said["ts"])))
    return sorted(found, key=lambda message: float(message[1]))


def update(client: WebClient, channel: str, ts: str, message: SlackMessage) -> bool:
    """Put `message` in the place of one of ours; False where that is gone."""
    return _is_there(partial(client.chat_update, channel=channel, ts=ts, text=message.text, blocks=message.blocks))


def take_back(client: WebClient, channel: str, ts: str) -> bool:
    """Delete a message of ours; False where it is gone already."""
    return _is_there(partial(client.chat_delete, channel=channel, ts=ts))


def _is_there(change: Callable[[], object]) -> bool:
    try:
        change()
    except SlackApiError as error:
        if error.response.get("error") not in GONE:
            raise
        return False
    return True


def _post(client: WebClient, channel: str, thread_ts: str, message: SlackMessage, mark: Mark) -> str:
    posted = client.chat_postMessage(
        channel=channel,
        thread_ts=thread_ts or None,
        text=message.text,
        blocks=message.blocks,
        metadata=mark.to_metadata(),
        unfurl_links=False,
        unfurl_media=False,
    )
    return str(posted["ts"])


def _history(client: WebClient, channel: str, thread_ts: str, since: float | None) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        options: dict[str, Any] = {"include_all_metadata": True, "limit": PAGE, "cursor": cursor}
        try:
            if thread_ts:
                page = client.conversations_replies(channel=channel, ts=thread_ts, **options)
            else:
                oldest = str(time.time() - LOOK_BACK if since is None else since)
                page = client.conversations_history(channel=channel, oldest=oldest, **options)
        except SlackApiError as error:
            if error.response.get("error") in NOT_THREADED:
                return
            raise
        yield from page.get("messages") or ()
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
