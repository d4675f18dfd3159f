"""@bot question, in a channel: answered in its thread."""

from slack_sdk import WebClient

from bot.slack import answering
from bot.slack.delivery.delivery import Delivery
from bot.slack.door import Door


def listen(door: Door, client: WebClient, delivery: Delivery) -> None:
    """React to a mention of the bot."""
    answering.answer(door, client, delivery)
