"""Edits of one entry's YAML with ruamel.yaml, which keeps comments, the order of fields and their quoting."""

import io
import re
import sys
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark, YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    PlainScalarString,
)
from ruamel.yaml.tokens import CommentToken

from knowledge.entry import Entry
from knowledge.files.yaml_text import DASH_COLUMN, DATES, FIELD_ORDER, fields_to_write, is_literal, is_plain

DOCUMENT_END = re.compile(r"(?m)^\.\.\.\n\Z")  # written behind a last |+
INDENT = re.compile("(?m)^ *(?=#)")
BLOCK_SCALARS = (LiteralScalarString, FoldedScalarString)


class _Texts(VersionedResolver):
    """Resolves every plain scalar to a text, as the reader does."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        return super().resolve(kind, value, (False, False))


def edited_text(text: str, old: Entry, new: Entry, category: str) -> str | None:
    """The YAML of the entry `old`, whose dash is at DASH_COLUMN, changed to that of `new` in a file of `category`.

    None where the text cannot be read alone: it has an alias or a tag that is defined elsewhere. The caller has to
    read the whole file again, as other entries may use an anchor of this one.
    """
    yaml = YAML()
    yaml.Resolver = _Texts
    yaml.preserve_quotes = True
    yaml.width = sys.maxsize
    yaml.indent(mapping=2, sequence=4, offset=DASH_COLUMN)
    try:
        entries = yaml.load(text)
    except YAMLError:
        return None
    _edit(entries[0], old, new, category)
    written = io.StringIO()
    yaml.dump(entries, written)
    return DOCUMENT_END.sub("", written.getvalue())


def moved(text: str, columns: int) -> str:
    """A text indented by `columns`; a negative number removes as many leading blanks, where there are any."""
    if columns < 0:
        return re.sub(f"(?m)^ {{1,{-columns}}}", "", text)
    return re.sub("(?m)^(?=.)", " " * columns, text)


def _edit(fields: CommentedMap, old: Entry, new: Entry, category: str) -> None:
    values = fields_to_write(new, category)
    for name in fields:
        _put_comments(fields, name, _take_comments(fields, name))  # further to the left than any text under a |
    for rank, name in enumerate(FIELD_ORDER):
        if getattr(old, name) == getattr(new, name) or not (name in fields or name in values):
            continue
        above = next(known for known in reversed(FIELD_ORDER[: rank + 1]) if known in fields)
        below = _take_comments(fields, above)
        if name not in values:
            _remove(fields, name, below)
            continue
        if name not in fields:
            fields.insert(list(fields).index(above) + 1, name, _value(fields, name, values[name]))
        elif isinstance(fields[name], CommentedSeq):
            _edit_list(fields[name], getattr(old, name), getattr(new, name))
        else:
            fields[name] = _value(fields, name, values[name])
        _put_comments(fields, name, below)


def _remove(fields: CommentedMap, name: str, below: str) -> None:
    """Remove a field; the comment lines above it and those `below` move behind the field before it."""
    names = list(fields)
    above = fields.ca.items.pop(name, [None] * 4)[1] or ()  # behind a list in brackets ruamel keeps them here
    del fields[name]
    _put_comments(fields, names[names.index(name) - 1], "".join(token.value for token in above) + below)


def _edit_list(items: CommentedSeq, old: Sequence[str], new: Sequence[str]) -> None:
    is_flow = bool(items.fa.flow_style())
    for tag, start, end, new_start, new_end in reversed(SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        if tag == "equal":
            continue
        texts = [_scalar(text, flow=is_flow) for text in new[new_start:new_end]]
        for place in reversed(range(start + len(texts), end)):
            below = _take_comments(items, place)
            del items[place]
            if place:
                _put_comments(items, place - 1, below)
        for place, text in enumerate(texts, start):
            if place < end:
                items[place] = text
            else:
                items.insert(place, text)


def _value(fields: CommentedMap, name: str, value: Any) -> Any:
    is_flow = bool(fields.fa.flow_style())
    if isinstance(value, list):
        items = CommentedSeq(_scalar(item, flow=is_flow or name == "related") for item in value)
        if name == "related":
            items.fa.set_flow_style()
        return items
    if value is True:
        return PlainScalarString("true")
    if name in DATES:
        return PlainScalarString(value)
    if is_literal(name, value) and not is_flow:
        return LiteralScalarString(value + "\n")
    return _scalar(str(value), flow=is_flow)


def _scalar(text: str, *, flow: bool = False) -> Any:
    return PlainScalarString(text) if is_plain(text, flow=flow) else DoubleQuotedScalarString(text)


def _take_comments(node: CommentedMap | CommentedSeq, key: Any) -> str:
    """Detach and return the comment lines below a value, "" for none."""
    node, key, place = _last(node, key)
    kept = node.ca.items.get(key) or [None] * 4
    text = kept[place].value if kept[place] else ""
    beside, _, below = ("", "", text) if isinstance(node[key], BLOCK_SCALARS) else text.partition("\n")
    if kept[place]:
        kept[place] = CommentToken(beside + "\n", kept[place].start_mark) if beside else None
    return below


def _put_comments(node: CommentedMap | CommentedSeq, key: Any, below: str) -> None:
    """Append comment lines below a value."""
    if not below:
        return
    node, key, place = _last(node, key)
    kept = node.ca.items.setdefault(key, [None] * 4)
    text = kept[place].value if kept[place] else "" if isinstance(node[key], BLOCK_SCALARS) else "\n"
    mark = kept[place].start_mark if kept[place] else CommentMark(0)
    kept[place] = CommentToken(text + INDENT.sub(" " * (DASH_COLUMN + 2), below), mark)


def _last(node: CommentedMap | CommentedSeq, key: Any) -> tuple[CommentedMap | CommentedSeq, Any, int]:
    """The node, key and place where ruamel keeps the comments below a value: with a list's last item or the value."""
    value = node[key]
    if isinstance(value, CommentedSeq) and value and not value.fa.flow_style():
        return value, len(value) - 1, 0
    return node, key, 2 if isinstance(node, CommentedMap) else 0
