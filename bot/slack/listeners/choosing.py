"""The menus of entries in the editors' forms: an entry is chosen by its question."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from bot.choosing.choices import Choices
from bot.roles import Role
from bot.slack.door import Door
from bot.slack.views.inputs import CHOOSE_ENTRY, MAX_OPTIONS, entry_option
from bot.wording.categories import category_order
from knowledge.entry import Entry


def register(app: App, door: Door) -> None:
    """Answer Slack, which asks while somebody types and shows what comes within 3 s."""
    app.options(CHOOSE_ENTRY)(partial(entries_offered, door))


def entries_offered(door: Door, ack: Ack, payload: dict[str, Any], body: dict[str, Any]) -> None:
    """The entries that fit what is typed; the first ones there are before anything is."""
    offered = _offered(door, str(payload.get("value", ""))) if door.allows(body, Role.EDITOR) else ()
    ack(options=[entry_option(entry.id, entry.question) for entry in offered])


def _offered(door: Door, typed: str) -> Sequence[Entry]:
    choices = Choices(door.publishing.live(), door.faq)
    if typed.strip():
        return choices.matching(typed)
    return sorted(choices.entries(), key=lambda entry: category_order(entry.category))[:MAX_OPTIONS]
