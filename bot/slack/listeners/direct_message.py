"""A message in the bot's Messages tab: answered in its thread, or carried to whoever answers there."""

from slack_sdk import WebClient

from bot.slack import answering, escalating
from bot.slack.delivery.delivery import Delivery
from bot.slack.door import Door


def listen(door: Door, client: WebClient, delivery: Delivery) -> None:
    """React to a direct message."""
    if not escalating.carry(door, client, delivery):
        answering.answer(door, client, delivery)
