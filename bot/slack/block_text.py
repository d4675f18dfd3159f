"""The words of Slack's blocks, in the notation of a message's `text`. Buttons and fields to type in have none."""

from collections.abc import Iterable, Iterator
from typing import Any

DEEPEST = 12  # elements within elements; Slack's own go five deep
BROADCASTS = ("here", "channel", "everyone")


def block_words(blocks: Any) -> str:
    """The words of blocks, one line each."""
    return _together("\n", (_block(block, DEEPEST) for block in dicts(blocks)))


def dicts(values: Any) -> list[dict[str, Any]]:
    """The objects among `values`; none where it is no list."""
    if isinstance(values, dict | str | bytes) or not isinstance(values, Iterable):
        return []
    return [value for value in values if isinstance(value, dict)]


def string(value: Any) -> str:
    """A text in Slack's notation; "" where there is none."""
    return value if isinstance(value, str) else ""


def typed(value: Any) -> str:
    """A text without markup in Slack's notation; an entity in it stays one, since Slack escapes some of these texts."""
    return string(value).replace("<", "&lt;").replace(">", "&gt;")


def _block(block: dict[str, Any], deep: int) -> str:
    found = ""
    match block.get("type"):
        case "rich_text":
            found = _below(block.get("elements"), deep)
        case "table":
            found = _together("\n", (_row(row, deep) for row in _list(block.get("rows"))))
        case "header" | "section":
            found = _together("\n", map(_text_object, [block.get("text"), *_list(block.get("fields"))]))
        case "context":
            found = _together(" ", map(_text_object, _list(block.get("elements"))))
        case "markdown":
            found = typed(block.get("text"))
        case "image" | "video":
            found = _text_object(block.get("title")) or typed(block.get("alt_text"))
    return found


def _text_object(found: Any) -> str:
    if not isinstance(found, dict):
        return ""
    text = found.get("text")
    return string(text) if found.get("type") == "mrkdwn" else typed(text)


def _row(cells: Any, deep: int) -> str:
    return _together(" | ", (" ".join(_cell(cell, deep).split()) for cell in dicts(cells)))


def _cell(cell: dict[str, Any], deep: int) -> str:
    return _block(cell, deep) if cell.get("type") == "rich_text" else typed(cell.get("text"))


def _below(elements: Any, deep: int) -> str:
    """Sections, quotes, code and lists, below each other."""
    return _together("\n", (_element(element, deep - 1) for element in dicts(elements)))


def _element(element: dict[str, Any], deep: int) -> str:
    if deep <= 0:
        return ""
    if element.get("type") == "rich_text_list":
        return _below(element.get("elements"), deep)
    return "".join(_inline(dicts(element.get("elements"))))


def _inline(elements: list[dict[str, Any]]) -> Iterator[str]:
    """The runs of a line."""
    for element in elements:
        match element.get("type"):
            case "text":
                yield typed(element.get("text"))
            case "link":
                label = typed(element.get("text"))
                yield f"<{string(element.get('url'))}{'|' if label else ''}{label}>"
            case "user":
                yield f"<@{string(element.get('user_id'))}>"
            case "usergroup":
                yield f"<!subteam^{string(element.get('usergroup_id'))}>"
            case "channel":
                yield f"<#{string(element.get('channel_id'))}>"
            case "broadcast" if element.get("range") in BROADCASTS:
                yield f"<!{element['range']}>"
            case "emoji":
                yield f":{string(element.get('name'))}:"
            case "date":
                yield typed(element.get("fallback"))


def _list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else []


def _together(between: str, texts: Iterable[str]) -> str:
    return between.join(text for text in texts if text.strip())
