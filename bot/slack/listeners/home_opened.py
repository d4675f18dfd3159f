"""The Home tab is opened: search, the questions most asked, categories."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.roles import Role, person_of
from bot.slack.views.blocks import Block, paragraph
from bot.slack.views.desk import desk_blocks
from bot.slack.views.home import home_view
from knowledge.entry import Status
from knowledge.errors import StoreError

MOST_ASKED = 5


def register(app: App, door: Door) -> None:
    """React to the opening of the Home tab."""

    @app.event("app_home_opened", matchers=[_is_home])
    def on_opened(body: dict[str, Any], client: WebClient) -> None:
        publish(door, client, body)


def publish(door: Door, client: WebClient, body: dict[str, Any], query: str = "", found: Sequence[Block] = ()) -> None:
    """Show the Home tab anew to who sent `body`; editors find their desk there."""
    desk = _desk(door) if door.allows(body, Role.EDITOR) else []
    faq, asked = door.faq, door.overview.most_asked(MOST_ASKED)
    view = home_view(faq.site, asked, faq.categories(), query, found, desk=desk)
    client.views_publish(user_id=person_of(body).id, view=view)


def _desk(door: Door) -> list[Block]:
    publishing, now = door.publishing, datetime.now(UTC)
    try:
        stored = publishing.live().entries
        waiting = publishing.proposals.waiting()
        gaps = door.gaps()
    except StoreError as error:
        return [paragraph(str(error))]
    unshown = [entry for entry in stored if entry.status is not Status.RETIRED and not entry.is_live(now)]
    return desk_blocks(waiting, gaps, unshown)


def _is_home(event: dict[str, Any]) -> bool:
    return bool(event.get("tab", "home") == "home")
