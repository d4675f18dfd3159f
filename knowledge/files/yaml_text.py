"""Canonical YAML of an entry, in the layout of the shipped files, and a list written anew within a text."""

import io
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from knowledge.entry import Entry
from knowledge.files.yaml_nodes import read_nodes

DASH_COLUMN = 2  # of an entry's dash in the shipped files
FIELD_ORDER = (
    "id", "category", "question", "variants", "declines", "answer", "url", "related",
    "as_of", "valid_from", "valid_to", "review_by", "owner", "note", "status",
)  # fmt: skip
DATES = ("as_of", "valid_from", "valid_to", "review_by")

# Line ends that YAML would turn into others, and what it allows only as an escape.
NOT_LITERAL = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

_DUMPER: Any = yaml.SafeDumper(io.StringIO(), allow_unicode=True)  # used for what it knows of a text, never to write


def fields_to_write(entry: Entry, category: str) -> dict[str, Any]:
    """The fields to write in a file of `category`, in the order of the shipped files."""
    values = entry.to_fields()
    if entry.category == category:
        del values["category"]
    return {name: values[name] for name in FIELD_ORDER if name in values}


def entry_text(entry: Entry, category: str) -> str:
    """An entry of a file of `category`, with its dash at DASH_COLUMN."""
    indent = " " * (DASH_COLUMN + 2)
    fields = "".join(f"{indent}{name}:{_value(name, it)}\n" for name, it in fields_to_write(entry, category).items())
    return f"{' ' * DASH_COLUMN}- {fields[len(indent) :]}"


def scalar_text(text: str, *, flow: bool = False) -> str:
    """A text as a YAML scalar on one line: plain where it is safe, else in double quotes."""
    if is_plain(text, flow=flow):
        return text
    quoted: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=math.inf)
    return quoted.rstrip("\n")


def is_plain(text: str, *, flow: bool = False) -> bool:
    """True when every YAML 1.1 and 1.2 reader reads the unquoted text as this text; `flow`: inside brackets."""
    analysis = _DUMPER.analyze_scalar(text)
    plain = analysis.allow_flow_plain if flow else analysis.allow_block_plain
    text_tag = yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG
    return bool(plain and _DUMPER.resolve(yaml.ScalarNode, text, (True, False)) == text_tag)


def is_literal(name: str, text: str) -> bool:
    """True when the text of a field is written as lines under a `|`."""
    return ("\n" in text or name == "answer") and not NOT_LITERAL.search(text)


def _value(name: str, value: Any) -> str:
    """The YAML of a value after the colon."""
    inner = "\n" + " " * (DASH_COLUMN + 4)
    if name == "related":
        return f" [{', '.join(scalar_text(item, flow=True) for item in value)}]"
    if isinstance(value, list):
        return "".join(f"{inner}- {scalar_text(item)}" for item in value)
    if value is True:
        return " true"
    if name in DATES:
        return f" {value}"
    if is_literal(name, value):
        return " |" + "".join(inner + line if line else "\n" for line in value.split("\n"))
    return " " + scalar_text(str(value))


def with_items(text: str, key: str, items: Sequence[str]) -> str:
    """A text of keys with these plain words as the list `key`: items that stay keep the comments beside and above.

    Lines end as on UNIX. Raises KnowledgeError for what is no YAML.
    """
    text = text if text.endswith("\n") else f"{text}\n"
    root, lines = read_nodes(text.encode(), key).root, text.splitlines(keepends=True)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    node, value = next((pair for pair in pairs if pair[0].value == key), (None, None))
    if node is None or value is None:
        return f"{text}{key}:\n{_item_lines(items, {}, DASH_COLUMN)}"
    is_list = isinstance(value, yaml.SequenceNode)
    if value.flow_style if is_list else value.value:  # on the line of its key
        before, after = lines[value.start_mark.line], lines[value.end_mark.line]
        written = f"{before[: value.start_mark.column]}[{', '.join(items)}]{after[value.end_mark.column :]}"
        return "".join([*lines[: value.start_mark.line], written, *lines[value.end_mark.line + 1 :]])
    first, own = node.end_mark.line + 1, {}
    for item in value.value if is_list else ():
        own[item.value] = "".join(lines[first : item.end_mark.line + 1])
        first = item.end_mark.line + 1
    dash = value.start_mark.column if is_list else DASH_COLUMN
    return "".join([*lines[: node.end_mark.line + 1], _item_lines(items, own, dash), *lines[first:]])


def _item_lines(items: Sequence[str], own: Mapping[str, str], dash: int) -> str:
    return "".join(own.get(item, f"{' ' * dash}- {item}\n") for item in items)
