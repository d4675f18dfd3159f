"""Looking answers up: the slash command, the search modal and its message shortcut, and why an answer was given."""

import json
import re
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.roles import Role
from bot.slack.delivery.responding import whisper
from bot.slack.door import Door
from bot.slack.modals import open_view
from bot.slack.payload_text import words
from bot.slack.text import plain
from bot.slack.views.blocks import Block
from bot.slack.views.inputs import typed
from bot.slack.views.message import SlackMessage, plain_message
from bot.slack.views.search import search_modal
from bot.slack.views.staff import explanation_modal, staff_message, statistics_message
from bot.wording import sentences
from bot.wording.charts import CHARTED_DAYS
from bot.wording.explanations import explanation_lines
from knowledge.errors import StoreError

ANY_COMMAND = re.compile(".*")  # the app has one, whose name the manifest and its operator choose
STATISTICS = "stats"
PERIODS = (1, 7, 30)  # days
LISTED = 5


def register(app: App, door: Door) -> None:
    """React to the command, the shortcut, the modal and なぜこの回答？."""
    app.command(ANY_COMMAND)(partial(ask_command, door))
    app.shortcut("search_message")(partial(search_message, door))
    app.view("search")(partial(search_submitted, door))
    app.action(re.compile(r"explain:\d"))(partial(explain, door))


def ask_command(door: Door, ack: Ack, command: dict[str, Any], context: BoltContext) -> None:
    """The slash command with a question: only the asker sees the reply. Alone it searches; for staff `stats` counts."""
    ack()
    question = plain(command.get("text", ""))
    if question:
        whisper(context, _private_reply(door, command, question))
    else:
        context.client.views_open(trigger_id=command["trigger_id"], view=search_modal())


def search_message(door: Door, ack: Ack, shortcut: dict[str, Any], client: WebClient) -> None:
    """The message shortcut FAQを検索: the five best entries for a customer's message, each with スレッドに返信."""
    ack()
    message = shortcut["message"]
    text = plain(words(message))
    place = {"channel": shortcut["channel"]["id"], "thread": message.get("thread_ts") or message["ts"]}
    best = door.faq.best(text) if text else []
    open_view(door, shortcut, client, Role.STAFF, lambda: search_modal(text, best, place=place))


def search_submitted(door: Door, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    """The results of a search in the modal take their place under the field."""
    query = typed(view, "query").strip()
    place = json.loads(view["private_metadata"]) if view.get("private_metadata") else None
    asker = door.asker(body)
    if not door.faq.allows(asker):
        ack(response_action="errors", errors={"query": sentences.TOO_MANY})
        return
    if place and not door.allows(body, Role.STAFF):
        place = None
    reply = door.faq.ask(query, asker)
    results = [(hit.entry, confidence) for hit, confidence in reply.outcome.confidences()]
    ack(response_action="update", view=search_modal(query, results, place=place))


def explain(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """なぜこの回答？ for staff: what matched, which signals, the runner-up and the thresholds."""
    ack()
    place, _, query = str(action.get("value", "")).partition(":")

    def view() -> Block:
        snapshot = door.faq.searcher.snapshot
        return explanation_modal(explanation_lines(snapshot, snapshot.ask(query), int(place)))

    open_view(door, body, client, Role.STAFF, view)


def _private_reply(door: Door, command: dict[str, Any], question: str) -> SlackMessage:
    role, asker = door.role_of(command), door.asker(command)
    is_staff = role >= Role.STAFF
    if question.lower() == STATISTICS and is_staff:
        return _statistics(door)
    if not door.faq.allows(asker):
        return plain_message(sentences.TOO_MANY)
    reply = door.faq.ask(question, asker)
    if not is_staff or not reply.outcome.ranking.hits:
        return door.reply_message(reply)
    best = [(door.entry_view(hit.entry), confidence) for hit, confidence in reply.outcome.confidences()]
    return staff_message(reply, best, editing=role >= Role.EDITOR)


def _statistics(door: Door) -> SlackMessage:
    statistics = door.overview.statistics
    try:
        periods = [statistics.period(days) for days in PERIODS]
        daily = statistics.daily(CHARTED_DAYS, datetime.now(UTC))
        counted = statistics.most_asked(PERIODS[-1], LISTED)
        gaps = statistics.unanswered(PERIODS[-1], LISTED)
    except StoreError as error:
        return plain_message(error.message)
    entries = [(door.faq.entry(entry_id), number) for entry_id, number in counted]
    top = [(entry.question, number) for entry, number in entries if entry]
    return statistics_message(periods, daily, top, [f"{number}回　{text}" for text, number in gaps])
