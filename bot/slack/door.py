"""The objects that every listener shares: the Faq object, conversations, claims, roles and clients."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from cachetools import TTLCache

from bot.faq import Faq
from bot.gate.publishing import Publishing
from bot.overview import Overview
from bot.reply import Asker, Reply, member_of
from bot.roles import Role
from bot.slack.client import MeasuredClient
from bot.slack.roles import Roles, person_of
from bot.slack.views.entry import EntryView
from bot.slack.views.message import SlackMessage, plain_message
from bot.slack.views.reply import entry_message, replies_message
from bot.slack.workspaces.workspaces import Workspaces
from bot.wording import doors, sentences
from knowledge.entry import Entry
from knowledge.errors import StoreError
from knowledge.questions.query_log import QueryLog
from knowledge.slack_state.claims import Claims
from knowledge.slack_state.conversations import Conversations, PostedReply
from knowledge.slack_state.copies import Copies

logger = logging.getLogger(__name__)
PRESS_TIME = timedelta(minutes=1)  # in which one button means the same press: people press again what takes seconds
REFUSED_KEPT = 60.0  # seconds after a refusal in which an asker's limit is looked at before their words are
MAX_REFUSED = 10_000  # askers


@dataclass(frozen=True, kw_only=True)
class Door:
    """The Slack door; `client` speaks where there is one workspace, else says where Slack is."""

    client: MeasuredClient
    faq: Faq
    publishing: Publishing
    overview: Overview
    log: QueryLog
    conversations: Conversations
    claims: Claims
    copies: Copies
    roles: Roles
    support_channel: str = ""
    editors_channel: str = ""
    watched: frozenset[str] = frozenset()  # channels in which unasked questions are answered too
    workspaces: Workspaces | None = None  # None: there is one, with a token in the settings
    refused: TTLCache[str, bool] = field(default_factory=lambda: TTLCache(MAX_REFUSED, REFUSED_KEPT))  # by asker
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def asker(self, body: dict[str, Any], name: str = doors.SLACK) -> Asker:
        """The person who sent `body` as an asker, at the door of this name."""
        person = person_of(body)
        return Asker(name, self.asker_id(person.id, person.workspace))

    def asker_id(self, user: str, team: str) -> str:
        """The name of an asker: with the workspace, where there are several, since two may use one id."""
        return member_of(team, user) if self.workspaces else user

    def asker_hash(self, body: dict[str, Any]) -> str:
        """The keyed hash that stands for the person who sent `body`."""
        return self.log.asker_hash(self.asker(body).id)

    def scope(self, key: str) -> str:
        """The workspace in which the channel of the message `key` is one; "" where it is everywhere the same."""
        return key.partition(":")[0] if self.workspaces else ""

    def record(self, reply: Reply, asker: Asker) -> bool:
        """Count a question; False, and nothing is counted, where the asker has reached the limit."""
        is_counted = self.faq.record(reply, asker, limited=True)
        if not is_counted:
            with self._lock:
                self.refused[asker.id] = True
        return is_counted

    def is_flooding(self, asker: Asker) -> bool:
        """True for an asker who was refused lately and is still at the limit.

        To find an answer takes twenty times as long as to see that; of everybody else nothing is read.
        """
        with self._lock:
            was_refused = asker.id in self.refused
        return was_refused and not self.faq.allows(asker)

    def entry_view(self, entry: Entry) -> EntryView:
        """An entry with its link, related entries and the way to a person."""
        return EntryView(entry, self.faq.link(entry), self.faq.related(entry), self.faq.site)

    def reply_message(self, reply: Reply) -> SlackMessage:
        """The message for a reply, with those to further questions; a line where nothing was asked."""
        if not reply.wants_reply:
            return plain_message(sentences.courtesy(reply, self.faq.site))
        return replies_message(reply, self.entry_view, self.faq.site)

    def entry_message(self, reference: str, entry: Entry | None) -> SlackMessage:
        """The message that shows one entry; it may have gone since its button was drawn."""
        return entry_message(reference, self.entry_view(entry)) if entry else plain_message(sentences.GONE)

    def remember_entry(self, reference: str, entry: Entry) -> None:
        """Remember which entry a conversation came to, for follow-ups."""
        try:
            posted = self.conversations.reply_of(reference)
            if posted:
                self.conversations.keep_reply(replace(posted, entry_id=entry.id))
        except StoreError:
            logger.debug("that the reply %s shows another entry now is not remembered", reference)

    def is_first(self, what: str, within: timedelta) -> bool:
        """True for the first call with `what` within that time, in any process; also where that cannot be known."""
        try:
            return self.claims.claim(what, within)
        except StoreError:
            return True

    @contextmanager
    def once(self, what: str, within: timedelta = PRESS_TIME) -> Iterator[bool]:
        """Give True to the first of two presses on one button; the second may act where the first one fails."""
        is_first = self.is_first(what, within)
        try:
            yield is_first
        except Exception:
            if is_first:
                with suppress(StoreError):
                    self.claims.release(what)
            raise

    def role_of(self, body: dict[str, Any]) -> Role:
        """The role of the person who sent `body`."""
        person = person_of(body)
        home = self.home_client() if self.roles.home_team in ("", person.team, person.place) else None
        return self.roles.role_of(person, home) if home else Role.PROSPECT

    def allows(self, body: dict[str, Any], role: Role) -> bool:
        """True when the person who sent `body` has at least `role`."""
        return role is Role.PROSPECT or self.role_of(body) >= role

    def may_resolve(self, body: dict[str, Any]) -> bool:
        """True when the person who sent `body` may close an escalation."""
        home = self.home_client()
        return home is not None and self.roles.may_resolve(person_of(body), home)

    def is_colleague(self, body: dict[str, Any]) -> bool:
        """True when the person who sent `body` is a full member of the workspace of staff."""
        home = self.home_client()
        return home is not None and self.roles.is_colleague(person_of(body), home)

    def client_of(self, team: str) -> MeasuredClient | None:
        """The client that speaks in the workspace `team`; None where the bot is not installed or is refused."""
        if self.workspaces:
            return self.workspaces.client_of(team)
        return self.client.with_token(self.client.token, team or None)

    def author_of(self, posted: PostedReply, client: MeasuredClient) -> MeasuredClient:
        """The client that posted a reply; in a channel that workspaces share `client` may be of the other one."""
        author = self.client_of(posted.team) if self.workspaces and posted.team else None
        return author.hasty() if author else client

    def bot_users(self, client: MeasuredClient, body: dict[str, Any]) -> frozenset[str]:
        """The bot's user ids where a message was written: one for each workspace that shares the channel.

        Raises SlackApiError, OSError and StoreError.
        """
        own = frozenset({client.bot_user()})
        if self.workspaces is None or not body.get("is_ext_shared_channel"):
            return own
        return own | self.workspaces.installations.bot_users()

    def home_client(self) -> MeasuredClient | None:
        """The client that speaks in the workspace of staff, editors and their channels, see `client_of`."""
        return self.client_of(self.roles.home_team)
