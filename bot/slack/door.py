"""What every listener shares: the Faq object, the claims that keep replies single, and posting."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.faq import Asker, Faq
from bot.slack.views.reply import Message, Shown, entry_message, person_message, reply_message
from knowledge.entry import Entry

logger = logging.getLogger(__name__)
DOOR = "slack"


@dataclass(frozen=True)
class Door:
    """The Slack door; `claim` is true for the first caller with a key, in any process."""

    faq: Faq
    claim: Callable[[str], bool]
    contact: str

    def answer(self, text: str, user: str) -> Message:
        """The message for a question in plain text."""
        reply = self.faq.ask(text, Asker(DOOR, user))
        return reply_message(reply, self.shown(reply.entry) if reply.entry else None, self.contact)

    def shown(self, entry: Entry) -> Shown:
        """An entry with its link and related entries."""
        return Shown(entry, self.faq.link(entry), self.faq.related(entry))

    def entry_message(self, entry: Entry | None) -> Message:
        """The message that shows one entry; it may have gone since its button was drawn."""
        if entry is None:
            return person_message("この項目は今は公開されていません。", self.contact)
        return entry_message(self.shown(entry), self.contact)


def post(client: WebClient, channel: str, thread_ts: str, message: Message) -> None:
    """Post a message in a thread; links in it are not unfurled."""
    client.chat_postMessage(
        channel=channel,
        thread_ts=thread_ts,
        text=message.text,
        blocks=message.blocks,
        unfurl_links=False,
        unfurl_media=False,
    )
