"""A message without a mention in a thread of ours: a follow-up, or part of a talk between asker and support."""

from bot.slack import answering, escalating
from bot.slack.client import MeasuredClient
from bot.slack.delivery.delivery import Delivery
from bot.slack.door import Door


def listen(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """React to a message in a thread of a channel; a mention there has an event of its own."""
    if f"<@{client.bot_user()}" in delivery.event.get("text", ""):
        return
    if not escalating.carry(door, client, delivery):
        answering.answer_in_thread(door, client, delivery)
