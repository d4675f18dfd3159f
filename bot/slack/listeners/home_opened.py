"""The Home tab is opened: search, the questions most asked, categories."""

from collections.abc import Sequence
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.views.blocks import Block
from bot.slack.views.home import home_view

MOST_ASKED = 5


def register(app: App, door: Door) -> None:
    """React to the opening of the Home tab."""

    @app.event("app_home_opened", matchers=[_is_home])
    def on_opened(event: dict[str, Any], client: WebClient) -> None:
        publish(door, client, event["user"])


def publish(door: Door, client: WebClient, user: str, query: str = "", found: Sequence[Block] = ()) -> None:
    """Show somebody's Home tab anew."""
    view = home_view(door.faq.most_asked(MOST_ASKED), door.faq.categories(), query, found)
    client.views_publish(user_id=user, view=view)


def _is_home(event: dict[str, Any]) -> bool:
    return bool(event.get("tab", "home") == "home")
