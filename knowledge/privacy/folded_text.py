"""Text normalised for the patterns (narrow, one kind of dash, digits for kanji digits), with original offsets."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# A character with the voicing mark that belongs to it; one at most, because ordering many marks takes squared time.
CHARACTER = re.compile(".[\uff9e\uff9f\u3099\u309a]?", re.DOTALL)
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | {"〜": "~"})
LONG_MARK = re.compile(r"(?<=[\d)〇一二三四五六七八九])ー")  # typed for a dash because it looks like one
LETTER_AS_ZERO = re.compile(r"(?<![A-Za-z])O(?=\d)|(?<=\d)O(?![A-Za-z])")
KANJI_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` with folded widths and dashes, `numbers` with digits for kanji digits too; both of one length.

    Character i of both stands at `starts[i]` up to `ends[i]` of the original.
    """

    text: str
    numbers: str
    starts: Sequence[int]
    ends: Sequence[int]


def fold_with_offsets(original: str) -> Folded:
    """`original` normalised for the patterns; invisible characters vanish, so that they cannot split a number."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for found in CHARACTER.finditer(original):
        piece = _narrow(found[0])
        pieces.append(piece)
        starts.extend([found.start()] * len(piece))
        ends.extend([found.end()] * len(piece))
    text = "".join(pieces)
    dashed = LONG_MARK.sub("-", text.translate(DASHES))
    numbers = LETTER_AS_ZERO.sub("0", dashed.translate(KANJI_DIGITS))
    return Folded(dashed, numbers, starts, ends)


def _narrow(character: str) -> str:
    if character.isascii():
        return " " if character.isspace() else character
    if unicodedata.category(character[0]) == "Cf":
        return ""
    narrow = unicodedata.normalize("NFKC", character)
    if narrow.isdecimal() and not character.isdecimal():
        return character  # ①②③ number a list
    return " " if narrow.isspace() else narrow
