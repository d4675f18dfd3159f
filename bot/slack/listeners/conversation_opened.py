"""The Messages tab is opened: a few questions to begin with."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.text import cut

PROMPTS = ("no-cancellation-penalty", "free-trial-10days", "plan-prices", "forward-vs-listed-difference")
TITLE = "こんなご質問にお答えします"


def register(app: App, door: Door) -> None:
    """React to the opening of the agent's Messages tab; the Home tab is another tab of the same event."""

    @app.event("app_home_opened")
    def on_opened(event: dict[str, Any], client: WebClient) -> None:
        entries = [entry for entry in map(door.faq.entry, PROMPTS) if entry]
        if event.get("tab") == "messages" and entries:
            prompts = [{"title": cut(entry.question, 75), "message": entry.question} for entry in entries]
            client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], title=TITLE, prompts=prompts)
