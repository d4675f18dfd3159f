"""Text from Slack and to Slack: markup and entities are taken off on the way in and put on again on the way out.

`index.message.written` takes them off once more from what is analyzed, at every door, since `faqbot ask --json` and
evaluations are given messages as Slack exports them. So an entity that a person typed as one (`&lt;`) is shown, logged
and passed on as it was typed, and only decided as its character.
"""

import re

from index.message.written import unescaped

MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
EMOJI = re.compile(r":(?:[+-]1|(?=[^:\s]*[a-z])[a-z0-9_+-]+):(?::skin-tone-[2-6]:)?")  # not the minutes of 10:30:15
MENTION, CHANNEL = "（メンション）", "（チャンネル）"  # where Slack gives no name


def plain(text: str) -> str:
    """The text that a person typed: mentions and emoji gone, links and channels as their label, entities unescaped."""
    return unescaped(EMOJI.sub(" ", MARKUP.sub(_shown, text))).strip()


def whole(text: str) -> str:
    """The text that a person typed, with nothing gone: links with their address, mentions and channels by name."""
    return unescaped(MARKUP.sub(_named, text)).strip()


def escaped(text: str) -> str:
    """`text` so that Slack shows it as it is: no mention, link or channel in it works."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` characters, which end with a line, a sentence or a word where one ends."""
    found = []
    while len(text) > limit:
        ends = (text.rfind(mark, limit // 2, limit) for mark in "\n。 ")
        end = next((at for at in ends if at >= 0), limit - 1) + 1
        found.append(text[:end])
        text = text[end:]
    return [*found, text]


def _shown(found: re.Match[str]) -> str:
    kind, target, label = found[1], found[2], found[3]
    if kind in ("@", "!"):  # a person, a group, @channel, @here
        return " "
    return label or ("" if kind == "#" else target.removeprefix("mailto:"))


def _named(found: re.Match[str]) -> str:
    kind, target, label = found[1], found[2], found[3]
    if kind == "#":
        return f"#{label}" if label else CHANNEL
    if kind == "@" or target.startswith("subteam^"):
        return f"@{label.removeprefix('@')}" if label else MENTION
    if kind == "!":  # a date has a label, @here and @channel need none
        return label or f"@{target}"
    address = target.removeprefix("mailto:")
    return f"{label}（{address}）" if label and not address.endswith(label) else address
