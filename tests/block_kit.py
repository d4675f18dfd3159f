"""A checker of messages and views against Slack's limits, stricter than slack_sdk's models.

Structure by surface, lengths, counts, empty texts, duplicate ids, and the blocks' total size.
"""

import json
from collections import Counter
from functools import cache
from typing import Any

from slack_sdk.models.blocks import Block, BlockElement

# slack_sdk walks through the classes of all elements for each element that it reads; here that is done once.
FIND_ELEMENTS = BlockElement._get_sub_block_elements.__func__  # noqa: SLF001  # there is no other way to it
BlockElement._get_sub_block_elements = classmethod(cache(lambda of: tuple(FIND_ELEMENTS(of))))  # noqa: SLF001

IN_MESSAGES = {"actions", "context", "divider", "header", "rich_text", "section"}
ALLOWED = {
    "message": IN_MESSAGES | {"context_actions"},
    "modal": IN_MESSAGES | {"input"},
    "home": IN_MESSAGES | {"input"},
}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_CHARACTERS = 13_200  # of a message's blocks (undocumented; measured by others)
TEXTS = {"header": 150, "section": 3_000}


def faults_of_message(message: dict[str, Any]) -> list[str]:
    """Everything Slack would refuse, or people could not read, in a message."""
    faults = [] if message["text"].strip() else ["no fallback text"]
    if len(message["text"]) > 4_000:
        faults.append("fallback text too long")
    size = len("".join(_texts(message["blocks"])))
    if size > MOST_CHARACTERS:
        faults.append(f"{size} characters in all blocks")
    return faults + _faults_of_blocks(message["blocks"], "message")


def faults_of_view(view: dict[str, Any]) -> list[str]:
    """The same for a modal or a Home tab."""
    faults = _faults_of_blocks(view["blocks"], view["type"])
    if view["type"] == "modal":
        faults += [
            f"{name} is empty or too long"
            for name in ("title", "submit", "close")
            if name in view and not 1 <= len(view[name]["text"]) <= 24
        ]
        if len(view.get("private_metadata", "")) > 3_000:
            faults.append("private_metadata too long")
        if not 1 <= len(view["callback_id"]) <= 255:
            faults.append("callback_id")
        if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
            faults.append("an input needs a submit button")
    return faults


def _faults_of_blocks(blocks: list[dict[str, Any]], surface: str) -> list[str]:
    faults = [] if 1 <= len(blocks) <= MOST_BLOCKS[surface] else [f"{len(blocks)} blocks"]
    named = Counter(block["block_id"] for block in blocks if "block_id" in block)
    faults += [f"block_id {name} twice" for name, count in named.items() if count > 1]
    for block in blocks:
        if block["type"] not in ALLOWED[surface]:
            faults.append(f"{block['type']} in a {surface}")
        faults += [f"{block['type']}: {fault}" for fault in _faults_of_block(block)]
    if any(parsed is None for parsed in Block.parse_all(blocks)):
        faults.append("a block that slack_sdk does not know")
    return faults


def _faults_of_block(block: dict[str, Any]) -> list[str]:
    kind, faults = block["type"], []
    if kind in TEXTS and not 1 <= len(block["text"]["text"]) <= TEXTS[kind]:
        faults.append(f"text of {len(block['text']['text'])}")
    if kind == "context_actions":
        faults += _faults_of_votes(block["elements"])
    if kind == "actions":
        faults += _faults_of_elements(block["elements"], 25)
    if kind == "context":
        if not 1 <= len(block["elements"]) <= 10:
            faults.append("elements")
        faults += [f"text of {len(e['text'])}" for e in block["elements"] if not 1 <= len(e["text"]) <= 2_000]
    if "accessory" in block:
        faults += _faults_of_elements([block["accessory"]], 1)
    if kind == "input":
        if not 1 <= len(block["label"]["text"]) <= 2_000:
            faults.append("label")
        faults += _faults_of_elements([block["element"]], 1)
    if kind == "rich_text":
        faults += _faults_of_rich_text(block)
    faults += [f"markup in {text['text'][:20]!r}" for text in _nodes(block) if text.get("type") == "mrkdwn"]
    return faults


def _faults_of_votes(elements: list[dict[str, Any]]) -> list[str]:
    faults = [] if 1 <= len(elements) <= 5 else [f"{len(elements)} elements"]
    for element in elements:
        for name in ("positive_button", "negative_button"):
            label, value = element[name]["text"]["text"], element[name]["value"]
            if not 1 <= len(label) <= 75 or not 1 <= len(value) <= 2_000:
                faults.append(f"{name} {label!r}")
    return faults


def _faults_of_elements(elements: list[dict[str, Any]], most: int) -> list[str]:
    faults = [] if 1 <= len(elements) <= most else [f"{len(elements)} elements"]
    ids = Counter(element["action_id"] for element in elements)
    faults += [f"action_id {name} twice" for name, count in ids.items() if count > 1]
    for element in elements:
        if not 1 <= len(element["action_id"]) <= 255:
            faults.append("action_id")
        if element["type"] == "button":
            if not 1 <= len(element["text"]["text"]) <= 75:
                faults.append(f"button text {element['text']['text']!r}")
            if len(element.get("value", "")) > 2_000 or len(element.get("url", "")) > 3_000:
                faults.append("button value or url")
        shown = [*element.get("options", []), *element.get("initial_options", [])]
        faults += [f"option {option['value']}" for option in shown if not is_option(option)]
        if len(element.get("initial_options", [])) > 100:
            faults.append("initial options")
        if not len(element.get("options", [])) <= (10 if element["type"] in ("radio_buttons", "checkboxes") else 100):
            faults.append("options")
        if len(element.get("initial_value", "")) > 3_000:
            faults.append("initial_value")
    return faults


def is_option(option: dict[str, Any]) -> bool:
    """True for an option of a menu that Slack takes."""
    texts = [option["text"], *([option["description"]] if "description" in option else [])]
    return all(1 <= len(text["text"]) <= 75 for text in texts) and 1 <= len(option["value"]) <= 150


def _faults_of_rich_text(block: dict[str, Any]) -> list[str]:
    faults = []
    for node in _nodes(block):
        if node.get("type") == "text" and not node["text"]:
            faults.append("an empty text")
        if node.get("type") == "link" and not node["url"].startswith("https://"):
            faults.append(f"link {node['url']}")
        if node.get("type") in ("rich_text_section", "rich_text_list") and not node["elements"]:
            faults.append(f"an empty {node['type']}")
    return faults


def _nodes(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for child in node for found in _nodes(child)]
    if isinstance(node, dict):
        return [node, *(found for child in node.values() for found in _nodes(child))]
    return []


def _texts(blocks: list[dict[str, Any]]) -> list[str]:
    return [node["text"] for node in _nodes(blocks) if isinstance(node.get("text"), str)]


def as_sent(view: Any) -> Any:
    """A view as it comes over the wire."""
    return json.loads(json.dumps(view, ensure_ascii=False))
