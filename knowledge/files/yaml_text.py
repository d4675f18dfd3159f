"""How an entry is written in YAML where nobody has written it yet: as the shipped files are."""

import io
import math
import re
from typing import Any

import yaml

from knowledge.entry import Entry
from knowledge.files.yaml_layout import BLOCK_SCALARS

FIELD_ORDER = (
    "id", "category", "question", "variants", "declines", "answer", "url", "related",
    "as_of", "valid_from", "valid_to", "review_by", "owner", "note", "status",
)  # fmt: skip
DATES = ("as_of", "valid_from", "valid_to", "review_by")

# Line ends that YAML would turn into others, and what it allows only as an escape.
NOT_LITERAL = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

_DUMPER: Any = yaml.SafeDumper(io.StringIO(), allow_unicode=True)  # used for what it knows of a text, never to write


def written_fields(entry: Entry, category: str) -> dict[str, Any]:
    """The fields that a file of `category` has to name, in the order of the shipped files."""
    values = entry.to_fields()
    if entry.category == category:
        del values["category"]
    return {name: values[name] for name in FIELD_ORDER if name in values}


def written_entry(entry: Entry, category: str, dash: int, indent: int) -> list[str]:
    """The lines of an entry (without line ends) whose dash and fields stand at these columns."""
    lines = [
        line for name, value in written_fields(entry, category).items() for line in written_field(name, value, indent)
    ]
    return [f"{' ' * dash}-{lines[0][dash + 1 :]}", *lines[1:]]


def written_field(name: str, value: Any, indent: int) -> list[str]:
    """The lines of a field (without line ends) whose key stands at column `indent`."""
    first, *rest = written_value(name, value, indent)
    return [f"{' ' * indent}{name}: {first}" if first else f"{' ' * indent}{name}:", *rest]


def written_value(name: str, value: Any, indent: int, style: str | None = None) -> list[str]:
    """The lines of a value (without line ends), the first of which follows the key.

    `style` is the one it had before, None for a field that is new.
    """
    inner = " " * (indent + 2)
    if isinstance(value, list):
        if style == "flow" or (name == "related" and style != "block"):
            return [f"[{', '.join(written_scalar(item, flow=True) for item in value)}]"]
        return ["", *(f"{inner}- {written_scalar(item)}" for item in value)]
    if value is True:
        return ["true"]
    if name in DATES:
        return [value]
    block = "\n" in value or style in BLOCK_SCALARS or (style is None and name == "answer")
    if block and not NOT_LITERAL.search(value):
        return ["|", *(inner + line if line else "" for line in value.split("\n"))]
    return [written_scalar(value)]


def written_scalar(text: str, *, flow: bool = False) -> str:
    """A text on one line: plain where every YAML reader takes it for the same text, else in double quotes."""
    analysis = _DUMPER.analyze_scalar(text)
    plain = analysis.allow_flow_plain if flow else analysis.allow_block_plain
    if plain and _DUMPER.resolve(yaml.ScalarNode, text, (True, False)) == yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG:
        return str(text)
    quoted: str = yaml.safe_dump(str(text), default_style='"', allow_unicode=True, width=math.inf)
    return quoted.rstrip("\n")
