"""The Messages tab is opened: the questions most asked, to begin with."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.text import cut

TITLE = "こんなご質問にお答えします"
PROMPTS = 4


def register(app: App, door: Door) -> None:
    """React to the opening of the agent's Messages tab; the Home tab is another tab of the same event."""

    @app.event("app_home_opened", matchers=[_is_messages])
    def on_opened(event: dict[str, Any], client: WebClient) -> None:
        entries = door.overview.most_asked(PROMPTS)
        if entries:
            prompts = [{"title": cut(entry.question, 75), "message": entry.question} for entry in entries]
            client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], title=TITLE, prompts=prompts)


def _is_messages(event: dict[str, Any]) -> bool:
    return event.get("tab") == "messages"
