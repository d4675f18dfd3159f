"""A message as programs send it: a question, with the conversation before it."""

import json
from typing import Any

from msgspec import Struct

from bot.exchange.reading import UnreadableError, convert
from index.asking.turns import Turn
from knowledge.errors import FaqError

HINT = '{"query": "…", "conversation": [{"query": "…", "shown": ["項目のid"]}]} のように書いてください。'


class MessageObject(Struct, frozen=True):
    """A message as somebody wrote it, and the turns before it, oldest first."""

    query: str
    conversation: tuple[Turn, ...] = ()


def read_line(line: str) -> MessageObject:
    """A line of `faqbot ask --json -`.

    It is an object when it is one in JSON and has `query`; any other line is a question. Raises FaqError for
    an object whose fields are not as HINT shows.
    """
    values = _object(line)
    try:
        return MessageObject(line) if values is None else convert(values, MessageObject)
    except UnreadableError as error:
        raise FaqError(error.message, HINT) from error


def _object(line: str) -> dict[str, Any] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) and "query" in values else None
