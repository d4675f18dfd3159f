"""A YAML file of entries, split by lines: a block for each entry, and the lines around the blocks."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from knowledge.files.yaml_reader import Document

BREAKS = "\r\n\x85\u2028\u2029"  # what ends a line in YAML 1.1; str.splitlines agrees on every text YAML allows
BLANKS = " \t" + BREAKS
DASH = re.compile(r" *-\s")
KEY = r" *['\"]?entries['\"]?\s*:"
ENTRIES = re.compile(rf"{KEY}(?=\s*(?:#|\Z))")
NO_ENTRIES = re.compile(rf"(?m)^({KEY})\s*\[\s*\](?=[ \t]*(?:[#{BREAKS}]|\Z))")
ENCODINGS = (  # the marks by which YAML tells them apart
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"", "utf-8"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one entry and its comments, and the `gap` above: blank lines and comments of no entry.

    An entry's own comments stand directly above it, no further to the right than its `dash` (a column), or below
    it, further to the right.
    """

    gap: Sequence[str]
    lines: Sequence[str]
    dash: int

    @property
    def text(self) -> str:
        """The lines with plain ends."""
        return "".join(line.rstrip(BREAKS) + "\n" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Blocks:
    """A file split into lines with their ends; `head` ends with the line `entries:`, even where the file has []."""

    mark: bytes
    encoding: str
    newline: str
    head: Sequence[str]
    blocks: Sequence[Block]
    tail: Sequence[str]


def split_blocks(document: Document) -> Blocks | None:
    """Split a file; None where `entries:` or the dash of an entry does not begin a line."""
    mark, encoding = next((mark, encoding) for mark, encoding in ENCODINGS if document.data.startswith(mark))
    text = document.data.removeprefix(mark).decode(encoding)
    newline = next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")
    lines = (text if document.located else NO_ENTRIES.sub(r"\1", text)).splitlines(keepends=True)
    if lines[-1][-1] not in BREAKS:
        lines[-1] += newline
    dashes = [_dash(lines, item.line - 1) for item in document.located]
    opening = next((n for n in reversed(range(min(dashes, default=len(lines)))) if ENTRIES.match(lines[n])), None)
    if opening is None or -1 in dashes:
        return None
    above, blocks = opening + 1, []
    for dash, below in zip(dashes, [*dashes[1:], len(lines)], strict=False):
        blocks.append(_block(lines, above, dash, below))
        above += len(blocks[-1].gap) + len(blocks[-1].lines)
    return Blocks(mark, encoding, newline, lines[: opening + 1], blocks, lines[above:])


def _dash(lines: Sequence[str], line: int) -> int:
    """The number of the line with the dash of the entry at `line`, -1 for none; the dash may stand alone above."""
    while line >= 0 and not DASH.match(lines[line]):
        line -= 1
    return line


def _block(lines: Sequence[str], above: int, dash: int, below: int) -> Block:
    """The block of the entry at the line `dash`, from the line `above` on and before the line `below`."""
    column, lead, last = lines[dash].index("-"), dash, dash
    while lead > above and lines[lead - 1].lstrip(BLANKS).startswith("#") and _column(lines[lead - 1]) <= column:
        lead -= 1
    for number in range(dash + 1, below):
        if _is_blank(lines[number]):
            continue
        if _column(lines[number]) > column:
            last = number
        elif not lines[number].lstrip(BLANKS).startswith("#"):
            break  # something else than entries
    return Block(lines[above:lead], lines[lead : last + 1], column)


def joined_blocks(pieces: Blocks, bodies: Sequence[Sequence[str] | None], arriving: Sequence[Sequence[str]]) -> bytes:
    """The file with `bodies` instead of its entries (None removes one) and `arriving` after the last."""
    lines: list[str] = []
    gone: Sequence[str] | None = None  # the gap above entries that went, where they stood directly above
    for block, body in zip(pieces.blocks, bodies, strict=True):
        gap = block.gap if gone is None else _closed(gone, block.gap, at_top=not lines)
        gone = gap if body is None else None
        if body is not None:
            lines += [*gap, *body]
    tail = pieces.tail if gone is None else _closed(gone, pieces.tail, at_top=not lines)
    if not pieces.tail:
        tail = [*dropwhile(_is_blank, reversed(tail))][::-1]
    for added in arriving:
        lines += [pieces.newline, *added] if lines else added
    if arriving and tail and not _is_blank(tail[0]):
        lines.append(pieces.newline)  # so that a comment there does not become the new entry's
    head = pieces.head if lines else [*pieces.head[:-1], ENTRIES.sub(r"\g<0> []", pieces.head[-1], count=1)]
    return pieces.mark + "".join([*head, *lines, *tail]).encode(pieces.encoding)


def _closed(above: Sequence[str], below: Sequence[str], *, at_top: bool) -> list[str]:
    """Two gaps as one, for an entry removed between them, without doubled blank lines."""
    if _is_blank(above[-1]) if above else at_top:
        below = [*dropwhile(_is_blank, below)]
    return [*above, *below]


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(BLANKS))


def _is_blank(line: str) -> bool:
    return not line.strip(BLANKS)
