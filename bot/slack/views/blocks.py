"""The few Block Kit pieces the views are made of, each within Slack's limits."""

from typing import Any

from bot import markdown
from bot.slack.text import cut
from knowledge.entry_fields import is_https

Block = dict[str, Any]

MAX_BUTTON_TEXT = 75
MAX_BUTTON_URL = 3_000
MAX_CONTEXT_TEXT = 2_000
MAX_SECTION_TEXT = 3_000
# One message's blocks may hold about 13,200 characters (undocumented); an answer beyond this is
# shown shortened with its link, which also keeps it readable on a phone.
MAX_ANSWER_TEXT = 2_800


def paragraph(text: str) -> Block:
    """Plain text as a block; nothing in it is markup."""
    return {"type": "section", "text": {"type": "plain_text", "text": cut(text, MAX_SECTION_TEXT), "emoji": False}}


def context(text: str) -> Block:
    """Small grey plain text."""
    return {
        "type": "context",
        "elements": [{"type": "plain_text", "text": cut(text, MAX_CONTEXT_TEXT), "emoji": False}],
    }


def button(label: str, action_id: str, value: str) -> Block:
    """A button that sends `value` back."""
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": cut(label, MAX_BUTTON_TEXT), "emoji": False},
        "action_id": action_id,
        "value": value,
    }


def link_button(label: str, url: str) -> Block | None:
    """A button that opens `url`, or None when Slack would refuse the link."""
    if not is_https(url) or len(url) > MAX_BUTTON_URL:
        return None
    return button(label, "link", "open") | {"url": url}


def actions(*buttons: Block | None) -> list[Block]:
    """The buttons that exist, as one row, or nothing."""
    elements = [element for element in buttons if element]
    return [{"type": "actions", "elements": elements}] if elements else []


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


def _lines(lines: tuple[markdown.Line, ...]) -> list[Block]:
    spans = [_span(span) for line in lines for span in (*line, markdown.Span("\n"))]
    return [{"type": "text", "text": "\n"}, *spans]


def _section(elements: list[Block]) -> Block:
    return {"type": "rich_text_section", "elements": [element for element in elements if element["text"]]}


def _span(span: markdown.Span) -> Block:
    if span.url:
        return {"type": "link", "url": span.url, "text": span.text}
    return {"type": "text", "text": span.text} | ({"style": {"bold": True}} if span.bold else {})
