"""A YAML file of entries in pieces that can be put together again: one block an entry, and what stands between."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from knowledge.files.yaml_layout import BREAKS, Part, read_layout

DASH = re.compile(r" *-\s")
ENCODINGS = (  # the marks by which YAML tells them apart
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"", "utf-8"),
)
DASH_COLUMN, FIELD_COLUMN = 2, 4  # where the shipped files have them


@dataclass(frozen=True, slots=True)
class Block:
    """What belongs to one entry, in lines: its own comments (`lead`) and itself (`body`).

    Its own comments stand directly above it, no further to the right than its dash, without a blank
    line in between. Comments directly below its last line belong to it as well when they stand further
    to the right than the dash; they are part of the body. `gap` are the blank lines and comments of
    nobody between the entry above and this one. `is_tied` says that it has an alias.
    """

    gap: Sequence[str]
    lead: Sequence[str]
    body: Sequence[str]
    is_tied: bool


@dataclass(frozen=True, slots=True)
class Blocks:
    """The pieces of a file; every line has its end.

    `head` goes to the line `entries:`, `empty_head` says `entries: []`. `dash` and `indent` are the
    columns of an entry's dash and of its fields. `is_open` says that the last line had no end.
    """

    mark: bytes
    encoding: str
    newline: str
    is_open: bool
    head: Sequence[str]
    empty_head: Sequence[str]
    blocks: Sequence[Block]
    tail: Sequence[str]
    dash: int
    indent: int

    @property
    def columns(self) -> tuple[int, int]:
        """What two files must have in common to take an entry's lines from one to the other."""
        return self.dash, self.indent


def split_blocks(data: bytes) -> Blocks | None:
    """The pieces of a file that yaml_files has read; None where no line begins with `entries` or an entry's dash."""
    mark, encoding = next((mark, encoding) for mark, encoding in ENCODINGS if data.startswith(mark))
    text = data.removeprefix(mark).decode(encoding)
    newline = next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")
    lines = text.splitlines(keepends=True)
    is_open = lines[-1][-1] not in BREAKS
    if is_open:
        lines[-1] += newline
    root = read_layout(lines)
    key, entries = next(pair for pair in root.pairs() if pair[0].value == "entries")
    is_flow = root.style == "flow" or (entries.style == "flow" and entries.parts)
    if is_flow or lines[key.start[0]][: key.start[1]].strip():
        return None
    heads = _heads(lines, key, entries)
    opening = key if entries.style == "block" else entries
    blocks, rest = _blocks(lines, entries, opening.end[0] + 1)
    dash, indent = _columns(blocks, entries)
    return Blocks(mark, encoding, newline, is_open, *heads, blocks, lines[rest:], dash, indent)


def _heads(lines: Sequence[str], key: Part, entries: Part) -> tuple[list[str], list[str]]:
    """The lines up to `entries:`, for a file with entries and for one without."""
    if entries.style == "block":
        line = key.end[0]
        colon = lines[line].find(":", key.end[1]) + 1
        return list(lines[: line + 1]), [*lines[:line], f"{lines[line][:colon]} []{lines[line][colon:]}"]
    (first, start), (last, end) = entries.start, entries.end
    return [*lines[:first], lines[first][:start].rstrip() + lines[last][end:]], list(lines[: last + 1])


def _blocks(lines: Sequence[str], entries: Part, above: int) -> tuple[list[Block], int]:
    """The blocks, the first of which starts at the line `above` or later, and the line after the last."""
    blocks: list[Block] = []
    for item in entries.parts:
        dash = item.start[0]
        while not DASH.match(lines[dash]):  # the dash may stand alone, above the first field
            dash -= 1
        column = lines[dash].index("-")
        lead, below = dash, item.end[0] + 1
        while lead > above and 0 <= _comment_column(lines[lead - 1]) <= column:
            lead -= 1
        while below < len(lines) and _comment_column(lines[below]) > column:
            below += 1
        blocks.append(Block(lines[above:lead], lines[lead:dash], lines[dash:below], item.is_tied()))
        above = below
    return blocks, above


def _columns(blocks: Sequence[Block], entries: Part) -> tuple[int, int]:
    if not blocks:
        return DASH_COLUMN, FIELD_COLUMN
    dash, item = blocks[-1].body[0].index("-"), entries.parts[-1]
    return dash, item.parts[0].start[1] if item.style == "block" else dash + 2


def _comment_column(line: str) -> int:
    """Where a comment line has its `#`, -1 for any other line."""
    text = line.lstrip()
    return len(line) - len(text) if text.startswith("#") else -1


def joined_blocks(pieces: Blocks, bodies: Sequence[Sequence[str] | None], arriving: Sequence[Sequence[str]]) -> bytes:
    """The file with `bodies` in the place of its entries' (None: the entry goes) and `arriving` after the last."""
    lines: list[str] = []
    gone: Sequence[str] | None = None  # the gap above entries that went, where they stood directly above
    for block, body in zip(pieces.blocks, bodies, strict=True):
        gap = block.gap if gone is None else _closed(gone, block.gap, at_top=not lines)
        gone = gap if body is None else None
        if body is not None:
            lines += [*gap, *block.lead, *body]
    tail = pieces.tail if gone is None else _closed(gone, pieces.tail, at_top=not lines)
    if not pieces.tail:
        tail = [*dropwhile(_is_blank, reversed(tail))][::-1]
    for added in arriving:
        lines += [pieces.newline, *added] if lines else added
    if arriving and tail and not _is_blank(tail[0]):
        lines.append(pieces.newline)  # so that a comment there does not become the new entry's
    text = "".join([*(pieces.head if lines else pieces.empty_head), *lines, *tail])
    return pieces.mark + (text.rstrip(BREAKS) if pieces.is_open else text).encode(pieces.encoding)


def _closed(above: Sequence[str], below: Sequence[str], *, at_top: bool) -> list[str]:
    """The one gap that is left of two when the entry between them goes, without doubled blank lines."""
    if _is_blank(above[-1]) if above else at_top:
        below = [*dropwhile(_is_blank, below)]
    return [*above, *below]


def _is_blank(line: str) -> bool:
    return not line.strip()
