"""The bot's own tabs: Home with its search, categories and the editors' desk, and the prompts under Messages."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.roles import Role
from bot.slack.door import Door
from bot.slack.modals import open_view
from bot.slack.roles import person_of
from bot.slack.views.blocks import Block, paragraph
from bot.slack.views.desk import Desk, desk_blocks
from bot.slack.views.entry import entry_modal
from bot.slack.views.home import found_blocks, home_view
from bot.slack.views.notices import notice_modal
from bot.slack.views.search import category_modal
from bot.wording import sentences
from bot.wording.evidence import evidence_lines
from bot.wording.in_slack import cut
from knowledge.entry import Status
from knowledge.errors import StoreError

MOST_ASKED = 5
PROMPTS = 4
MAX_PROMPT = 75  # characters of a prompt's title
TITLE = "こんなご質問にお答えします"


def register(app: App, door: Door) -> None:
    """React to the tabs and to what is pressed on Home; Home and Messages are tabs of the same event."""
    app.event("app_home_opened", matchers=[_is_home])(partial(home_opened, door))
    app.event("app_home_opened", matchers=[_is_messages])(partial(conversation_opened, door))
    app.action("home_search")(partial(home_search, door))
    app.action(re.compile(r"category:\d+"))(partial(category, door))
    app.action(re.compile(r"show_entry:\w+"))(partial(show_entry, door))


def home_opened(door: Door, body: dict[str, Any], client: WebClient) -> None:
    """The Home tab is shown anew when somebody opens it."""
    publish_home(door, client, body)


def conversation_opened(door: Door, event: dict[str, Any], client: WebClient) -> None:
    """The Messages tab offers the questions most asked, to begin with."""
    entries = door.overview.most_asked(PROMPTS)
    if entries:
        prompts = [{"title": cut(entry.question, MAX_PROMPT), "message": entry.question} for entry in entries]
        client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], title=TITLE, prompts=prompts)


def home_search(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """The result of a question that is typed on the Home tab stands under the field."""
    ack()
    query = str(action.get("value") or "").strip()
    publish_home(door, client, body, query, _found(door, body, query) if query else ())


def category(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """The questions of a category are shown in a modal."""
    ack()
    name = str(action.get("value", ""))
    entries = [entry for entry in door.faq.entries() if entry.category == name and not entry.declines]
    client.views_open(trigger_id=body["trigger_id"], view=category_modal(name, entries))


def show_entry(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """見る on the Home tab, in a modal or in a staff reply: the entry in a modal; staff see its note too."""
    ack()
    entry = door.faq.entry(str(action.get("value", "")))

    def view() -> Block:
        if entry is None:
            return notice_modal(sentences.GONE)
        role = door.role_of(body)
        note = entry.note if role >= Role.STAFF else ""
        return entry_modal(door.entry_view(entry), note, editing=role >= Role.EDITOR)

    open_view(door, body, client, Role.PROSPECT, view)


def publish_home(
    door: Door, client: WebClient, body: dict[str, Any], query: str = "", found: Sequence[Block] = ()
) -> None:
    """Show the Home tab anew to the person who sent `body`; editors find their desk there."""
    desk = _desk(door) if door.allows(body, Role.EDITOR) else []
    faq, asked = door.faq, door.overview.most_asked(MOST_ASKED)
    view = home_view(faq.site, asked, faq.categories(), query, found, desk=desk)
    client.views_publish(user_id=person_of(body).id, view=view)


def _found(door: Door, body: dict[str, Any], query: str) -> list[Block]:
    asker = door.asker(body)
    if not door.faq.allows(asker):
        return [paragraph(sentences.TOO_MANY)]
    reply = door.faq.ask(query, asker)
    shown = door.entry_view(reply.entry) if reply.entry else None
    return found_blocks(reply, shown, door.faq.site, editing=door.allows(body, Role.EDITOR))


def _desk(door: Door) -> list[Block]:
    publishing, now = door.publishing, datetime.now(UTC)
    try:
        stored = publishing.live().entries
        waiting = publishing.proposals.waiting()
        gaps, ignored = door.overview.recent_gaps(), door.overview.lately_ignored()
    except StoreError as error:
        return [paragraph(str(error))]
    unshown = [entry for entry in stored if entry.status is not Status.RETIRED and not entry.is_live(now)]
    return desk_blocks(Desk(waiting, gaps, ignored, unshown, evidence_lines(door.faq.searcher.snapshot)))


def _is_home(event: dict[str, Any]) -> bool:
    return bool(event.get("tab", "home") == "home")


def _is_messages(event: dict[str, Any]) -> bool:
    return event.get("tab") == "messages"
