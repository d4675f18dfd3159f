"""The bot is removed from a workspace: its tokens are deleted."""

from typing import Any

from slack_bolt import App

from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to the end of an installation; with a single workspace there is nothing to delete."""

    @app.event("app_uninstalled")
    def on_uninstalled(body: dict[str, Any]) -> None:
        if door.workspaces:
            door.workspaces.forget(body)
