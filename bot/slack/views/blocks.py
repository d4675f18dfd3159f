"""The few Block Kit pieces that show something, each within Slack's limits; those to type in are in `inputs`."""

import json
from collections.abc import Sequence
from typing import Any

from bot import markdown
from bot.wording.in_slack import cut
from knowledge.entry_rules import is_https
from knowledge.limits import MAX_BUTTON_TEXT

Block = dict[str, Any]

MAX_BUTTON_URL = 3_000
MAX_CONTEXT_TEXT = 2_000
MAX_SECTION_TEXT = 3_000
MAX_HEADER_TEXT = 150
MAX_VIEW_TITLE = 24
MAX_VIEW_BLOCKS = 100
MAX_ACTIONS = 25


def paragraph(text: str, accessory: Block | None = None) -> Block:
    """Plain text as a block, with a button beside it where given; nothing in it is markup."""
    block: Block = {"type": "section", "text": plain_text(text or "―", MAX_SECTION_TEXT)}
    return block | {"accessory": accessory} if accessory else block


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain_text(text, MAX_HEADER_TEXT)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def context(text: str) -> Block:
    """Small grey plain text."""
    return {"type": "context", "elements": [plain_text(text, MAX_CONTEXT_TEXT)]}


def button(label: str, action_id: str, value: str, style: str = "") -> Block:
    """A button that sends `value` back; `style` is "", primary or danger."""
    element = {"type": "button", "text": plain_text(label, MAX_BUTTON_TEXT), "action_id": action_id, "value": value}
    return element | {"style": style} if style else element


def feedback_buttons(action_id: str, good: tuple[str, str], bad: tuple[str, str]) -> Block:
    """Slack's own thumbs up and down, as one row of a message; each is its label and the value it sends back."""
    buttons = [
        {"text": plain_text(label, MAX_BUTTON_TEXT), "accessibility_label": label, "value": value}
        for label, value in (good, bad)
    ]
    element = {"type": "feedback_buttons", "action_id": action_id}
    return {
        "type": "context_actions",
        "elements": [element | {"positive_button": buttons[0], "negative_button": buttons[1]}],
    }


def link_button(label: str, url: str) -> Block | None:
    """A button that opens `url`, or None when Slack would refuse the link."""
    if not is_https(url) or len(url) > MAX_BUTTON_URL:
        return None
    return button(label, "link", "open") | {"url": url}


def actions(*buttons: Block | None) -> list[Block]:
    """The buttons that exist, as one row, or nothing."""
    elements = [element for element in buttons if element][:MAX_ACTIONS]
    return [{"type": "actions", "elements": elements}] if elements else []


def modal(title: str, blocks: Sequence[Block], callback_id: str, *, submit: str = "", metadata: Any = None) -> Block:
    """A modal; with `submit` it can be submitted. `metadata` comes back with every action in it."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, MAX_VIEW_TITLE),
        "close": plain_text("閉じる", MAX_VIEW_TITLE),
        "blocks": list(blocks[:MAX_VIEW_BLOCKS]),
        "private_metadata": json.dumps(metadata, ensure_ascii=False) if metadata is not None else "",
    }
    return view | {"submit": plain_text(submit, MAX_VIEW_TITLE)} if submit else view


def rich_text(heading: str, text: str) -> Block:
    """A bold heading and a Markdown answer as rich text.

    Slack's own mrkdwn does not see bold next to Japanese letters and reads markup in any text;
    rich text shows exactly what it is given.
    """
    elements: list[Block] = [_section([{"type": "text", "text": heading + "\n", "style": {"bold": True}}])]
    for block in markdown.parse(text):
        if isinstance(block, markdown.List):
            style = "ordered" if block.ordered else "bullet"
            items = [_section([_span(span) for span in item]) for item in block.items]
            elements.append({"type": "rich_text_list", "style": style, "elements": items})
        else:
            elements.append(_section(_lines(block.lines)))
    return {"type": "rich_text", "elements": elements}


def said_by(before: str, user: str, after: str) -> Block:
    """A line with a person's name in it, which Slack fills in; `user` is an id."""
    person = {"type": "user", "user_id": user}
    return {
        "type": "rich_text",
        "elements": [_section([{"type": "text", "text": before}, person, {"type": "text", "text": after}])],
    }


def plain_text(text: str, limit: int) -> Block:
    """Text in which nothing is markup, cut to `limit` characters."""
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def _lines(lines: tuple[markdown.Line, ...]) -> list[Block]:
    spans = [_span(span) for line in lines for span in (*line, markdown.Span("\n"))]
    return [{"type": "text", "text": "\n"}, *spans]


def _section(elements: list[Block]) -> Block:
    shown = [element for element in elements if element.get("text") or element.get("user_id")]
    return {"type": "rich_text_section", "elements": shown}


def _span(span: markdown.Span) -> Block:
    if span.url:
        return {"type": "link", "url": span.url, "text": span.text}
    return {"type": "text", "text": span.text} | ({"style": {"bold": True}} if span.bold else {})
