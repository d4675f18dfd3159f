"""The end of an installation: its tokens are deleted. With a single workspace there is nothing to delete."""

from functools import partial
from typing import Any

from slack_bolt import App

from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to the events in which Slack tells that a token is of no use any more."""
    app.event("app_uninstalled")(partial(app_uninstalled, door))
    app.event("tokens_revoked")(partial(tokens_revoked, door))


def app_uninstalled(door: Door, body: dict[str, Any]) -> None:
    """The bot is removed from a workspace."""
    if door.workspaces:
        door.workspaces.forget(body)


def tokens_revoked(door: Door, body: dict[str, Any], event: dict[str, Any]) -> None:
    """A workspace takes our bot's token back; we hold no tokens of people."""
    if door.workspaces and event.get("tokens", {}).get("bot"):
        door.workspaces.forget(body)
