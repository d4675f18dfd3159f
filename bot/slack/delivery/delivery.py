"""An event of Slack while it is worked on: it claims its message, holds its lease and posts its reply once."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.delivery.incoming import EventKind, kind_of, message_key, said
from bot.slack.delivery.outage_inbox import OutageInbox
from bot.slack.delivery.posting import Mark, find, post
from bot.slack.views.message import SlackMessage
from knowledge.errors import StoreError

logger = logging.getLogger(__name__)
SETTLING = 1.0  # seconds after which a reply by another process, if there is one, is in Slack too


class TakenOver(Exception):
    """Our lease ran out and another process works on the event."""


class NotYet(Exception):
    """Something earlier about the same message is not done yet."""


@dataclass
class Delivery:
    """One event; `key` is the message that it answers, `attempt` counts from 1."""

    id: str
    body: dict[str, Any]
    inbox: OutageInbox
    key: str = ""
    attempt: int = 1
    reference: str = ""  # of what was posted
    message: str = ""  # its timestamp
    refusals: int = 0  # by Slack's rate limit
    refused: tuple[SlackMessage, str] | None = None  # what it refused to post, with its reference
    channel: str = field(init=False)  # where it posts, first of all where it comes from

    def __post_init__(self) -> None:
        self.channel = str(self.event["channel"])

    @property
    def event(self) -> dict[str, Any]:
        """Slack's event."""
        event: dict[str, Any] = self.body["event"]
        return event

    @property
    def team(self) -> str:
        """The workspace that it comes from."""
        return str(self.body.get("team_id", ""))

    @property
    def person(self) -> str:
        """The id of who wrote, edited or deleted something; "" where Slack does not say."""
        return str(said(self.event).get("user") or "")

    @property
    def was_tried(self) -> bool:
        """True when an earlier attempt, here or in another process, may have posted a reply."""
        return self.attempt > 1

    @property
    def is_unsure(self) -> bool:
        """True when another process may post a reply without us knowing of it."""
        return self.inbox.is_unsure(self.id)

    @contextmanager
    def read_as(self, body: dict[str, Any]) -> Iterator[None]:
        """Read the event as `body` meanwhile; what is claimed, posted or refused is this delivery's all the same."""
        came, self.body = self.body, body
        try:
            yield
        finally:
            self.body = came

    def claim(self, key: str) -> bool:
        """True when this event is the one that answers the message `key`; another event may have brought it too."""
        if key != self.key and not self.inbox.claim(self.id, key):
            return False
        self.key = key
        return True

    def is_withdrawn(self, key: str) -> bool:
        """True when the message `key` is known to be deleted already; its deletion may wait in another process."""
        if self.inbox.is_withdrawn(key):
            return True
        try:
            others = self.inbox.database.unfinished(key.rsplit(":", 1)[-1]) if self.was_tried else []
        except StoreError:
            return False
        return any(kind_of(other) is EventKind.MESSAGE_DELETED and message_key(other) == key for other in others)

    def posted_before(self, client: WebClient, channel: str, thread: str, *, part: int = 0) -> tuple[str, str] | None:
        """Reference and timestamp of the reply that was posted already, by an earlier attempt or another process.

        A reply of several messages has parts, counted from 0.
        """
        if not (self.was_tried or self.is_unsure):
            return None
        try:
            found = find(client, channel, thread, self._mark("", part))
        except (SlackApiError, OSError):
            if self.was_tried:
                raise
            return None  # unlikely to be there, and an answer is wanted
        if not found:
            return None
        self.reference, self.message = found[0]
        return found[0]

    def post(
        self, client: WebClient, channel: str, thread: str, message: SlackMessage, reference: str, *, part: int = 0
    ) -> str:
        """Post the one reply to this event, or a part of it; returns its timestamp. Raises TakenOver."""
        was_unsure, self.channel = self.is_unsure, channel
        if not self.inbox.hold(self.id):
            raise TakenOver
        if self.is_unsure and not was_unsure:  # nobody has looked yet
            before = self.posted_before(client, channel, thread, part=part)
            if before:
                return before[1]
        mark, self.reference = self._mark(reference, part), reference
        self.refused = (message, reference)
        self.message = post(client, channel, thread, message, mark)
        self.refused = None
        if self.is_unsure:
            self.message = self._first(client, channel, thread, mark)
        return self.message

    def _mark(self, reference: str, part: int) -> Mark:
        return Mark(reference, f"{self.key}#{part}" if part else self.key)

    def _first(self, client: WebClient, channel: str, thread: str, mark: Mark) -> str:
        """The timestamp of our reply, or of another process's when that came first; then ours is taken back."""
        time.sleep(SETTLING)
        try:
            found = find(client, channel, thread, mark)
            if found and found[0][1] != self.message:
                client.chat_delete(channel=channel, ts=self.message)
                return found[0][1]
        except (SlackApiError, OSError) as error:
            logger.warning("whether event %s was answered twice cannot be seen: %s", self.id, type(error).__name__)
        return self.message
