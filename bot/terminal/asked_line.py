"""A line of `faqbot ask --json -`: a question as it stands, or an object with the conversation before it."""

import json
from typing import Any

from index.asking.turns import Turn
from knowledge.errors import FaqError

HINT = '{"query": "…", "conversation": [{"query": "…", "shown": ["項目のid"]}]} のように書いてください。'


def read_line(line: str) -> tuple[str, list[Turn]]:
    """The question of a line and the turns before it, oldest first.

    A line is an object when it is one in JSON and has `query`; any other line is a question. Raises FaqError for
    an object whose fields are not as HINT shows.
    """
    values = _object(line)
    if values is None:
        return line, []
    query, turns = values["query"], values.get("conversation", [])
    if not isinstance(query, str):
        raise FaqError(f"query が文字列ではありません: {json.dumps(query, ensure_ascii=False)[:40]}", HINT)
    if not isinstance(turns, list):
        raise FaqError("conversation が配列ではありません。", HINT)
    return query, [_turn(number, turn) for number, turn in enumerate(turns, start=1)]


def _object(line: str) -> dict[str, Any] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) and "query" in values else None


def _turn(number: int, turn: Any) -> Turn:
    query, shown = (turn.get("query"), turn.get("shown", [])) if isinstance(turn, dict) else (None, None)
    if not isinstance(query, str) or not isinstance(shown, list) or not all(isinstance(one, str) for one in shown):
        raise FaqError(f"conversation の{number}番目を読めません。", HINT)
    return Turn(query, tuple(shown))
