"""The few Block Kit pieces the views are made of, each within Slack's limits."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot import markdown
from bot.slack.text import cut
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
MAX_OPTIONS = 100
MAX_TYPED = 3_000  # characters of one input


def paragraph(text: str, accessory: Block | None = None) -> Block:
    """Plain text as a block, with a button beside it where given; nothing in it is markup."""
    block: Block = {"type": "section", "text": _plain(text or "―", MAX_SECTION_TEXT)}
    return block | {"accessory": accessory} if accessory else block


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": _plain(text, MAX_HEADER_TEXT)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def context(text: str) -> Block:
    """Small grey plain text."""
    return {"type": "context", "elements": [_plain(text, MAX_CONTEXT_TEXT)]}


def button(label: str, action_id: str, value: str, style: str = "") -> Block:
    """A button that sends `value` back; `style` is "", primary or danger."""
    element = {"type": "button", "text": _plain(label, MAX_BUTTON_TEXT), "action_id": action_id, "value": value}
    return element | {"style": style} if style else element


def link_button(label: str, url: str) -> Block | None:
    """A button that opens `url`, or None when Slack would refuse the link."""
    if not is_https(url) or len(url) > MAX_BUTTON_URL:
        return None
    return button(label, "link", "open") | {"url": url}


def actions(*buttons: Block | None) -> list[Block]:
    """The buttons that exist, as one row, or nothing."""
    elements = [element for element in buttons if element][:MAX_ACTIONS]
    return [{"type": "actions", "elements": elements}] if elements else []


def text_input(
    label: str, block_id: str, *, initial: str = "", hint: str = "", multiline: bool = False, optional: bool = False
) -> Block:
    """A field to type in; what was typed comes back as `value` of the block's one action `text`."""
    element: Block = {"type": "plain_text_input", "action_id": "text", "multiline": multiline}
    if initial:
        element["initial_value"] = cut(initial, MAX_TYPED)
    block: Block = {"type": "input", "block_id": block_id, "label": _plain(label, 2_000), "element": element}
    block["optional"] = optional
    return block | {"hint": _plain(hint, 2_000)} if hint else block


def choice_input(label: str, block_id: str, choices: Mapping[str, str]) -> Block:
    """Radio buttons; `choices` are labels by value, and the chosen one comes back from the action `choice`."""
    options = [{"text": _plain(text, 75), "value": value} for value, text in choices.items()]
    element = {"type": "radio_buttons", "action_id": "choice", "options": options}
    return {"type": "input", "block_id": block_id, "label": _plain(label, 2_000), "element": element}


def select_input(label: str, block_id: str, choices: Mapping[str, str], *, initial: str = "", hint: str = "") -> Block:
    """A menu of at most MAX_OPTIONS; `choices` are labels by value, the chosen one comes back as with choice_input."""
    options = [{"text": _plain(text, 75), "value": value} for value, text in list(choices.items())[:MAX_OPTIONS]]
    element: Block = {"type": "static_select", "action_id": "choice", "options": options}
    chosen = [option for option in options if option["value"] == initial]
    if chosen:
        element["initial_option"] = chosen[0]
    block: Block = {"type": "input", "block_id": block_id, "label": _plain(label, 2_000), "element": element}
    return block | {"hint": _plain(hint, 2_000)} if hint else block


def date_input(label: str, block_id: str, *, initial: str = "", hint: str = "") -> Block:
    """A calendar, which may stay empty; the day comes back as `selected_date` of the action `date`."""
    element: Block = {"type": "datepicker", "action_id": "date"} | ({"initial_date": initial} if initial else {})
    block: Block = {"type": "input", "block_id": block_id, "label": _plain(label, 2_000), "element": element}
    block["optional"] = True
    return block | {"hint": _plain(hint, 2_000)} if hint else block


def flag_input(label: str, block_id: str, text: str, *, initial: bool = False) -> Block:
    """One box to tick; ticked, it comes back in `selected_options` of the action `flag`."""
    option = {"text": _plain(text, 75), "value": "yes"}
    element: Block = {"type": "checkboxes", "action_id": "flag", "options": [option]}
    if initial:
        element["initial_options"] = [option]
    block: Block = {"type": "input", "block_id": block_id, "label": _plain(label, 2_000), "element": element}
    return block | {"optional": True}


def modal(title: str, blocks: Sequence[Block], callback_id: str, *, submit: str = "", metadata: Any = None) -> Block:
    """A modal; with `submit` it can be submitted. `metadata` comes back with every action in it."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": _plain(title, MAX_VIEW_TITLE),
        "close": _plain("閉じる", MAX_VIEW_TITLE),
        "blocks": list(blocks[:MAX_VIEW_BLOCKS]),
        "private_metadata": json.dumps(metadata, ensure_ascii=False) if metadata is not None else "",
    }
    return view | {"submit": _plain(submit, MAX_VIEW_TITLE)} if submit else view


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


def _plain(text: str, limit: int) -> Block:
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
