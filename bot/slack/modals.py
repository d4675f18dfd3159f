"""Opening modals, and showing something else in one that is open."""

import logging
from collections.abc import Callable
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.roles import Role
from bot.slack.door import Door
from bot.slack.views.blocks import Block
from bot.slack.views.notices import notice_modal
from bot.wording import sentences

logger = logging.getLogger(__name__)


def open_view(door: Door, body: dict[str, Any], client: WebClient, role: Role, view: Callable[[], Block]) -> str:
    """Open a view for people who have `role`, on top of the modal in which its button was pressed.

    Others are told no. Returns the id of what was opened.
    """
    shown = view() if door.allows(body, role) else notice_modal(sentences.STAFF_ONLY)
    show = client.views_push if body.get("view", {}).get("type") == "modal" else client.views_open
    return str(show(trigger_id=body["trigger_id"], view=shown)["view"]["id"])


def update_view(client: WebClient, view_id: str, view: Block) -> None:
    """Show something in a modal that may have been closed meanwhile; nothing is lost then."""
    try:
        client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise
        logger.info("a modal was closed before its result came")
