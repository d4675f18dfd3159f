"""The slash command with a question: only the asker sees the reply. Alone it searches; for staff `stats` counts."""

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.roles import Role
from bot.slack.text import plain
from bot.slack.views.reply import Message, plain_message
from bot.slack.views.search import search_modal
from bot.slack.views.staff import staff_message, statistics_message
from bot.wording import sentences
from knowledge.errors import StoreError

STATISTICS = "stats"
PERIODS = (1, 7, 30)  # days
LISTED = 5


def register(app: App, door: Door) -> None:
    """React to the slash command."""

    @app.command(door.faq.site.command)
    def on_command(ack: Ack, command: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        question = plain(command.get("text", ""))
        if not question:
            client.views_open(trigger_id=command["trigger_id"], view=search_modal())
            return
        message = _message(door, command, question)
        respond(text=message.text, blocks=message.blocks, response_type="ephemeral")


def _message(door: Door, command: dict[str, Any], question: str) -> Message:
    role = door.role_of(command)
    is_staff = role >= Role.STAFF
    if question.lower() == STATISTICS and is_staff:
        return _statistics(door)
    asker = door.asker(command["user_id"])
    if not door.faq.allows(asker):
        return plain_message(sentences.TOO_MANY)
    reply = door.faq.ask(question, asker)
    if not is_staff or not reply.outcome.ranking.hits:
        return door.reply_message(reply)
    best = [(door.shown(hit.entry), confidence) for hit, confidence in reply.outcome.confidences()]
    return staff_message(reply, best, editing=role >= Role.EDITOR)


def _statistics(door: Door) -> Message:
    statistics = door.overview.statistics
    try:
        periods = [statistics.period(days) for days in PERIODS]
        counted = statistics.most_asked(PERIODS[-1], LISTED)
        gaps = statistics.unanswered(PERIODS[-1], LISTED)
    except StoreError as error:
        return plain_message(error.message)
    entries = [(door.faq.entry(entry_id), number) for entry_id, number in counted]
    top = [(entry.question, number) for entry, number in entries if entry]
    return statistics_message(periods, top, [f"{number}回　{text}" for text, number in gaps])
