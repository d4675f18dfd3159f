"""A changed entry in the words of its file: only the lines of what changed are written anew."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

import yaml

from knowledge.entry import Entry
from knowledge.files.yaml_layout import BLOCK_SCALARS, BREAKS, Part, read_layout
from knowledge.files.yaml_text import FIELD_ORDER, written_field, written_fields, written_scalar, written_value

BLOCK_SIGN = re.compile(r".*?[|>][-+0-9]*")  # a comment may follow it


class Edit(NamedTuple):
    """The lines from `first` up to `last` (excluded) become `lines`, which have no line ends."""

    first: int
    last: int
    lines: list[str]


def spliced_entry(body: Sequence[str], old: Entry, new: Entry, category: str, newline: str) -> list[str]:
    """The lines `body`, which hold `old` in a file of `category`, changed to hold `new`.

    The caller has to read the outcome: where an entry has a shape that cannot be changed line by line
    (a flow mapping, aliases), it is another entry or none.
    """
    lines = list(body)
    try:
        mapping = read_layout(body).parts[0]
    except yaml.YAMLError:  # a tag that is declared at the top of the file
        return lines
    edits = sorted(_edits(body, mapping, old, new, category), key=lambda edit: (edit.first, edit.last))
    for edit in reversed(edits):  # from below, so that the numbers of the lines above stay right
        lines[edit.first : edit.last] = [line + newline for line in edit.lines]
    return lines


def _edits(body: Sequence[str], mapping: Part, old: Entry, new: Entry, category: str) -> Iterator[Edit]:
    present = {key.value: (key, value) for key, value in mapping.pairs()}
    indent = mapping.parts[0].start[1]
    values = written_fields(new, category)
    for rank, name in enumerate(FIELD_ORDER):
        if getattr(old, name) == getattr(new, name):
            continue
        if name in present:
            key, value = present[name]
            if name not in values:
                yield _removal(body, key, value)
            elif isinstance(values[name], list) and value.style == "block":
                yield from _list_edits(body, value, getattr(old, name), getattr(new, name))
            else:
                yield _replacement(body, value, written_value(name, values[name], indent, value.style))
        elif name in values:
            above = max((known for known in FIELD_ORDER[:rank] if known in present), key=FIELD_ORDER.index)
            line = present[above][1].end[0] + 1
            yield Edit(line, line, written_field(name, values[name], indent))


def _removal(body: Sequence[str], key: Part, value: Part) -> Edit:
    above = body[key.start[0]][: key.start[1]].rstrip()  # the entry's dash, where this is its first field
    return Edit(key.start[0], value.end[0] + 1, [above] if above else [])


def _replacement(body: Sequence[str], value: Part, written: Sequence[str]) -> Edit:
    """`written` in the place of `value`; what stands around it on its first or last line stays."""
    first, last = value.start[0], value.end[0]
    before, begun = body[first][: value.start[1]], body[first][value.start[1] :]
    after = BLOCK_SIGN.sub("", begun, count=1) if value.style in BLOCK_SCALARS else body[last][value.end[1] :]
    blank = " " if written[0] and before[-1:] != " " else ""  # an empty value stands right behind its colon
    return Edit(first, last + 1, [before + blank + written[0] + after.rstrip(BREAKS), *written[1:]])


def _list_edits(body: Sequence[str], value: Part, old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    dash = " " * value.start[1] + "- "
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        parts, texts = value.parts[start:end], new[new_start:new_end]
        both = min(len(parts), len(texts))
        for part, text in zip(parts, texts, strict=False):
            yield _replacement(body, part, [written_scalar(text)])
        for part in parts[both:]:
            yield Edit(part.start[0], part.end[0] + 1, [])
        if texts[both:]:
            at = start + both
            line = value.parts[at - 1].end[0] + 1 if at else value.start[0]
            yield Edit(line, line, [dash + written_scalar(text) for text in texts[both:]])
