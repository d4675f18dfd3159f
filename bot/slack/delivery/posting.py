"""Posts a message once: when it is unclear whether Slack took it, it is looked for before it is posted again.

Every message carries a mark in its metadata, which the conversation's history shows again.
"""

import logging
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest

from bot.slack.client import error_code
from bot.slack.views.message import Message

logger = logging.getLogger(__name__)
METADATA = "faq_reply"
RETRIES = 3
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


def post(client: WebClient, channel: str, thread_ts: str, message: Message, mark: Mark | None = None) -> str:
    """Post a message in a thread ("" for none), once; links in it are not unfurled. Returns its timestamp."""
    mark = mark or new_mark()
    for number in range(RETRIES + 1):
        try:
            return _post(client, channel, thread_ts, message, mark)
        except (SlackApiError, OSError) as error:
            if number == RETRIES or not is_unclear(error):
                raise
            logger.info("a message may not have reached Slack (%s): looking for it", error_code(error))
        time.sleep(PAUSE * 2**number)
        found = find(client, channel, thread_ts, mark)
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


def whisper(context: BoltContext, message: Message) -> None:
    """Show a message to the person alone who pressed a button or typed a command, below what is there."""
    assert context.respond
    context.respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False)


def replace(body: dict[str, Any], context: BoltContext, message: Message) -> None:
    """Put `message` in the place of the one that `body`'s button belongs to.

    A message that only its reader sees can only be changed through its response URL (5 times within
    30 minutes); any other is updated through the Web API, however old it is. When it was deleted
    meanwhile, the person who pressed the button sees the message alone.
    """
    container = body.get("container", {})
    shown: dict[str, Any] = {"text": message.text, "blocks": message.blocks}
    if container.get("is_ephemeral"):
        assert context.respond
        context.respond(**shown, replace_original=True)
        return
    try:
        context.client.chat_update(channel=container["channel_id"], ts=container["message_ts"], **shown)
    except SlackApiError as error:
        if error.response.get("error") not in GONE:
            raise
        whisper(context, message)


def is_passing(error: Exception) -> bool:
    """True when the same call may work later: Slack is busy, failing or out of reach."""
    if isinstance(error, SlackApiError):
        status = error.response.status_code
        return status == 429 or status >= 500 or error.response.get("error") in ("ratelimited", "internal_error")
    return isinstance(error, OSError)


def is_unclear(error: Exception) -> bool:
    """True when the call may have worked although it failed; a rate limit says clearly that it has not."""
    return is_passing(error) and not (isinstance(error, SlackApiError) and error.response.status_code == 429)


def retry_handlers() -> list[RetryHandler]:
    """The repetitions that Slack's client makes by itself; a message is repeated by `post` alone, which looks first."""
    return [_OnLostConnection(), RateLimitErrorRetryHandler(RETRIES), _OnServerError(RETRIES)]


class _OnLostConnection(ConnectionErrorRetryHandler):
    def can_retry(self, *, request: HttpRequest, **details: Any) -> bool:
        return not _posts(request) and super().can_retry(request=request, **details)


class _OnServerError(ServerErrorRetryHandler):
    def can_retry(self, *, request: HttpRequest, **details: Any) -> bool:
        return not _posts(request) and super().can_retry(request=request, **details)


def _posts(request: HttpRequest) -> bool:
    return request.url.endswith("/chat.postMessage")


def _post(client: WebClient, channel: str, thread_ts: str, message: Message, mark: Mark) -> str:
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
