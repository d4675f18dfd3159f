"""The Slack app's manifest for one knowledge base: manifest.json with the words of its site."""

import json
from pathlib import Path
from typing import Any

from knowledge.site import Site

PLAIN = Path(__file__).parent / "manifest.json"  # what is the same for every knowledge base, and neutral words
DESCRIPTION = "{about}についての質問に、決められた回答とリンクで答えます。"
PERSON = "分からないことは、担当者への連絡方法をご案内します。"


def manifest(site: Site) -> dict[str, Any]:
    """What to paste at api.slack.com/apps; the lengths that a site may have keep Slack's limits."""
    values: dict[str, Any] = json.loads(PLAIN.read_text(encoding="utf-8"))
    values["display_information"] |= {
        "name": site.bot_name,
        "description": DESCRIPTION.format(about=site.about),
    }
    features = values["features"]
    features["bot_user"]["display_name"] = site.bot_name
    features["agent_view"]["agent_description"] = site.greeting + PERSON
    (command,) = features["slash_commands"]
    command |= {"command": site.command} | ({"usage_hint": site.example} if site.example else {})
    return values
