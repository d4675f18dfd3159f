"""A workspace takes our bot's token back: it is deleted."""

from typing import Any

from slack_bolt import App

from bot.slack.door import Door


def register(app: App, door: Door) -> None:
    """React to a revoked bot token; we hold no tokens of people."""

    @app.event("tokens_revoked")
    def on_revoked(body: dict[str, Any], event: dict[str, Any]) -> None:
        if door.workspaces and event.get("tokens", {}).get("bot"):
            door.workspaces.forget(body)
