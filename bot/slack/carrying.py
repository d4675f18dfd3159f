"""Carries what asker and support say in the threads of an escalation into the other side's thread."""

from typing import Any

from slack_sdk import WebClient

from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery
from bot.slack.door import Door
from bot.slack.text import whole
from bot.slack.views.escalation import carried_messages
from bot.slack.views.message import plain_message
from knowledge.errors import StoreError
from knowledge.questions.query_log import new_reference
from knowledge.slack_state.conversations import Escalation

UNREACHABLE = "相手のワークスペースからこのアプリが外されているため、このメッセージは届きませんでした。"
BY_ASKER, BY_SUPPORT = "質問した方より", "担当者より"


def carry(door: Door, client: WebClient, delivery: Delivery) -> bool:
    """Carry a message of an escalated thread to the other side; returns whether it was such a message."""
    event = delivery.event
    here = event["channel"], incoming.thread(event)
    escalation = _escalation_in(door, event)
    if escalation is None:
        return False
    if not delivery.claim(incoming.message_key(delivery.body)):
        return True
    from_support = here == (escalation.support_channel, escalation.support_thread)
    author = BY_SUPPORT if from_support else BY_ASKER
    messages = carried_messages(author, whole(event.get("text", "")), has_files=bool(event.get("files")))
    other, there = _other_side(door, escalation, from_support=from_support)
    if other is None:
        other, there, messages = client, here, [plain_message(UNREACHABLE)]
    for part, message in enumerate(messages):
        if not delivery.posted_before(other, *there, part=part):
            delivery.post(other, *there, message, new_reference(), part=part)
    return True


def _other_side(door: Door, escalation: Escalation, *, from_support: bool) -> tuple[WebClient | None, tuple[str, str]]:
    """The client that speaks on the other side, None where the bot is gone, and channel and thread there."""
    if from_support:
        return door.client_of(escalation.team), (escalation.channel, escalation.thread)
    return door.home(), (escalation.support_channel, escalation.support_thread)


def _escalation_in(door: Door, event: dict[str, Any]) -> Escalation | None:
    if "thread_ts" not in event:  # what begins a thread is in none that was handed over
        return None
    try:
        return door.conversations.escalation_in(event["channel"], incoming.thread(event))
    except StoreError:  # without the database the bot still answers what it knows
        return None
