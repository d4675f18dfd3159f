"""What the fuzzing makes: unlikely text, and mutations of real bodies, files and bytes."""

import json
import string
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode

from hypothesis import strategies as st

FORM = "application/x-www-form-urlencoded"
ODD = (
    "\ud800", "\udfff\ud83d", "\0", "\x1b[31m", "\u200b", "\u202e", "\ufeff", "\u3000", "\r\n", "\t", "\u2028",
    "か\u3099", "e\u0301" * 40, "ー" * 500, "1" * 400, "，" * 50, "９９億円", "㌔㍍", "ｶﾞｷﾞ", "𠮷野家", "👩\u200d👧",
    "🇯🇵", "々々", "ゝゞ", "<@U0BOT>", "<!channel>", "<https://x|y>", "&amp;lt;", "*_~`", "'; DROP TABLE queries; --",
    "%s%n{}", "_x000D_", "=1+1",
)  # fmt: skip
REAL = ("解約したい", "無料お試しは何日間ですか", "料金は？", "030-1234-5678", "途中で解約したら違約金はかかりますか")
PIECES = st.sampled_from(ODD + REAL) | st.text(st.characters(exclude_categories=()), max_size=30)
TEXT = st.builds(
    lambda pieces, times: "".join(pieces) * times, st.lists(PIECES, max_size=6), st.sampled_from([1, 1, 1, 300])
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    TEXT, st.none(), st.booleans(), st.integers(), st.floats(), st.just([]), st.just({}), st.lists(TEXT, max_size=2)
)
SYNTAX = (
    "- ", ": ", "  ", "\t", "|\n", ">-\n", "&a ", "*a", "<<: *a\n", "!!python/object:x ", "!!binary ", "? ", "{", "[",
    "}", "]", "'", '"', "#", "---\n", "...\n", "%YAML 9\n", "\n\n", ",", ";", "\0", "\x85", "id: a\n", "- id: b\n",
    "~", "2026-13-45", "[" * 60, "{a: " * 60, "- " * 60, "&a [*a]", " # ", "'",
)  # fmt: skip
XML = (
    '<c r="A1">', "</c>", '<c r="XFD1048576" t="s">', "<v>9</v>", "<v>1e999</v>", "<v></v>", "<f/>", "</row>",
    '<row r="0">', '<mergeCell ref="A1:P9"/>', '<mergeCell ref="A9:A1"/>', 't="d"', 't="b"', 't="e"', 't="inlineStr"',
    's="99999"', '<!DOCTYPE a [<!ENTITY b "c">]>', "&b;", "<![CDATA[", "<is><t>", "<rPh>", '<xf numFmtId="58"/>',
    '<xf numFmtId="x"/>', '<workbookPr date1904="1"/>', 'state="hidden"', '<sheet name="控え" r:id="rId1"/>',
    "../../../x", "\ud800",
)  # fmt: skip
INSERTED = st.sampled_from(SYNTAX) | PIECES


OPTIONAL = frozenset({"text", "thread_ts", "channel_type", "block_id", "action_ts", "name", "is_ephemeral"})
TYPED = frozenset({"text", "value", "name"})  # by people
ID = st.text(string.ascii_uppercase + string.digits + "._:-", max_size=30)
SLACKS = frozenset({"type", "response_url", "private_metadata"})  # as Slack made them, or as we gave them to it


def other_values(bodies: Sequence[tuple[str, str]]) -> st.SearchStrategy[tuple[bytes, str]]:
    """A Slack body in its shape: other text in some places, and what may be missing missing."""

    def may(parent: Any, key: Any) -> bool:
        is_ours = key == "value" and parent.get("type") == "button"  # it comes back as we made it
        return isinstance(parent[key], str) and key not in SLACKS and not is_ours

    def change(draw: st.DrawFn, parent: Any, key: Any) -> None:
        if key in OPTIONAL and isinstance(parent, dict) and draw(st.booleans()):
            del parent[key]
        else:
            parent[key] = draw(TEXT if key in TYPED else ID)

    return _mutated(bodies, may, change)


def other_shapes(bodies: Sequence[tuple[str, str]]) -> st.SearchStrategy[tuple[bytes, str]]:
    """What was a Slack body, out of shape: anything is missing or of another type, or bytes are changed."""

    def change(draw: st.DrawFn, parent: Any, key: Any) -> None:
        if draw(st.integers(0, 2)) == 0:
            del parent[key]
        else:
            parent[key] = draw(VALUES)

    damaged = st.sampled_from(bodies).flatmap(lambda body: st.tuples(mutated_bytes(body[0].encode()), st.just(body[1])))
    return _mutated(bodies, lambda *_: True, change) | damaged


def _mutated(
    bodies: Sequence[tuple[str, str]],
    may: Callable[[Any, Any], bool],
    change: Callable[[st.DrawFn, Any, Any], None],
) -> st.SearchStrategy[tuple[bytes, str]]:
    @st.composite
    def body(draw: st.DrawFn) -> tuple[bytes, str]:
        text, kind = draw(st.sampled_from(bodies))
        content = _parsed(text, kind)
        for _ in range(draw(st.integers(1, 3))):
            places = [place for place in _places(content) if may(*place)]
            if places:
                change(draw, *draw(st.sampled_from(places)))
        return _written(content, kind), kind

    return body()


def _parsed(text: str, kind: str) -> dict[str, Any]:
    if kind != FORM:
        parsed: dict[str, Any] = json.loads(text)
        return parsed
    fields: dict[str, Any] = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
    return fields | ({"payload": json.loads(fields["payload"])} if "payload" in fields else {})


def _written(content: dict[str, Any], kind: str) -> bytes:
    if kind != FORM:
        return json.dumps(content).encode()
    flat = {name: value if isinstance(value, str) else json.dumps(value) for name, value in content.items()}
    return urlencode(
        {name.encode("utf-8", "replace"): v.encode("utf-8", "replace") for name, v in flat.items()}
    ).encode()


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every value of a JSON tree, as its parent and key."""
    pairs = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    return [place for key, value in pairs for place in [(node, key), *_places(value)]]


def mutated_bytes(data: bytes) -> st.SearchStrategy[bytes]:
    """Bytes with pieces replaced, inserted or cut."""

    def change(edits: list[tuple[int, int, bytes]]) -> bytes:
        made = data
        for start, length, new in edits:
            place = start % (len(made) + 1)
            made = made[:place] + new + made[place + length :]
        return made

    edit = st.tuples(st.integers(0, max(1, len(data))), st.sampled_from([0, 1, 1, 4, 500]), st.binary(max_size=8))
    return st.lists(edit, min_size=1, max_size=4).map(change)


def mutated_text(texts: Sequence[str], inserted: st.SearchStrategy[str] = INSERTED) -> st.SearchStrategy[str]:
    """One of the texts with pieces replaced, cut or `inserted`."""

    def change(text: str, edits: list[tuple[float, int, str]]) -> str:
        for where, length, new in edits:
            place = int(where * len(text))
            text = text[:place] + new + text[place + length :]
        return text

    edit = st.tuples(st.floats(0, 1), st.sampled_from([0, 0, 1, 2, 30]), inserted)
    return st.builds(change, st.sampled_from(texts), st.lists(edit, min_size=1, max_size=5))
