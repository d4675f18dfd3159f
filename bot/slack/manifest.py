"""The Slack app's manifest for one knowledge base: manifest.json with the words of its site."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from knowledge.site import Site

PLAIN = Path(__file__).parent / "manifest.json"  # what is the same for every knowledge base, and neutral words
DESCRIPTION = "{about}についての質問に、決められた回答とリンクで答えます。"
PERSON = "分からないことは、担当者への連絡方法をご案内します。"


def manifest(site: Site, public_url: str = "") -> dict[str, Any]:
    """The manifest to paste at api.slack.com/apps; the lengths that a site may have keep Slack's limits.

    `public_url` is where the web door is seen from outside, "" for nowhere: links there are shown with their entry.
    """
    values = plain_manifest(public_url)
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


def plain_manifest(public_url: str) -> dict[str, Any]:
    """The manifest with neutral words; it asks to hear of links only where `public_url` has a name that Slack takes."""
    values: dict[str, Any] = json.loads(PLAIN.read_text(encoding="utf-8"))
    host = urlsplit(public_url).hostname or ""
    if not host.rpartition(".")[2].isalpha() or "." not in host:  # localhost, or a number
        return values
    values["features"]["unfurl_domains"] = [host]
    values["settings"]["event_subscriptions"]["bot_events"].append("link_shared")
    scopes_of(values).extend(("links:read", "links:write"))
    return values


def scopes_of(values: dict[str, Any]) -> list[str]:
    """The scopes that a manifest asks for, as Slack's documentation names them."""
    scopes: list[str] = values["oauth_config"]["scopes"]["bot"]
    return scopes
