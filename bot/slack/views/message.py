"""A Slack message, and the one that is a single sentence."""

from dataclasses import dataclass

from bot.slack.text import escaped
from bot.slack.views.blocks import Block, paragraph

MAX_FALLBACK = 3_000  # of the text that notifications and screen readers get; Slack advises below 4,000


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message to post: `blocks`, and `text` for notifications and screen readers."""

    text: str
    blocks: list[Block]


def plain_message(text: str) -> SlackMessage:
    """A sentence of the bot's own."""
    return SlackMessage(escaped(text), [paragraph(text)])
