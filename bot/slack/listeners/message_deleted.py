"""A question is deleted: our reply to it goes too."""

from slack_sdk import WebClient

from bot.slack import answering
from bot.slack.delivery.delivery import Delivery
from bot.slack.door import Door


def listen(door: Door, client: WebClient, delivery: Delivery) -> None:
    """React to a deleted message."""
    answering.withdraw(door, client, delivery)
