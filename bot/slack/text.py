"""Text from Slack and to Slack: markup and entities off on the way in, on again on the way out."""

import re

MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # &amp; last: "&amp;lt;" is the text "&lt;"


def plain(text: str) -> str:
    """What a person typed: mentions gone, links and channels as their label, entities unescaped."""
    text = MARKUP.sub(_shown, text)
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text.strip()


def escaped(text: str) -> str:
    """`text` so that Slack shows it as it is: no mention, link or channel in it works."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, with … where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _shown(found: re.Match[str]) -> str:
    kind, target, label = found[1], found[2], found[3]
    if kind in ("@", "!"):  # a person, a group, @channel, @here
        return " "
    return label or ("" if kind == "#" else target.removeprefix("mailto:"))
