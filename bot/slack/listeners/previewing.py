"""Links to entries' pages that people pass on in Slack: question and conclusion stand under them."""

from functools import partial
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.door import Door
from bot.slack.views.entry import preview_blocks


def register(app: App, door: Door) -> None:
    """React to links of the web door's domain, see `bot.slack.manifest`; Slack tells of none of our own messages."""
    app.event("link_shared")(partial(link_shared, door))


def link_shared(door: Door, event: dict[str, Any], client: WebClient) -> None:
    """Somebody writes or posts a link; what leads to no live entry stays as Slack shows it."""
    addresses = [str(link.get("url", "")) for link in event.get("links", [])]
    found = {address: entry for address in addresses if (entry := door.faq.entry_at(address))}
    if not found:
        return
    previews = {address: {"blocks": preview_blocks(door.entry_view(entry))} for address, entry in found.items()}
    client.chat_unfurl(unfurl_id=event["unfurl_id"], source=event["source"], unfurls=previews)
