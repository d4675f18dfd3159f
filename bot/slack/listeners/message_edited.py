"""A question is edited: our reply to it is updated. Unfurled links and our own edits change nothing."""

from slack_sdk import WebClient

from bot.slack import answering
from bot.slack.delivery.delivery import Delivery
from bot.slack.door import Door


def listen(door: Door, client: WebClient, delivery: Delivery) -> None:
    """React to an edited message."""
    answering.correct(door, client, delivery)
