"""The Markdown subset of answers: paragraphs, lists, **bold** and [links](https://…), nothing else.

CommonMark does not see bold that ends in Japanese punctuation (`**「はい」**です`), which editors write
all the time, so this subset has its own reader. Whatever is not in it stays plain text.
"""

import re
from dataclasses import dataclass

from knowledge.entry_reader import is_https

INLINE = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<label>[^\[\]\n]+)\]\((?P<url>[^()\s]+)\)")
ITEM = re.compile(r"\s*(?:[-*・]|(?P<number>\d{1,3})[.)])\s+(?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text, bold or not; with `url` (always https) it is a link."""

    text: str
    bold: bool = False
    url: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class List:
    """Items, numbered from 1 when `ordered`."""

    items: tuple[Line, ...]
    ordered: bool


Block = Paragraph | List


def parse(text: str) -> list[Block]:
    """The blocks of an answer."""
    blocks: list[Block] = []
    lines: list[Line] = []
    items: list[Line] = []
    ordered = False

    def close() -> None:
        if lines:
            blocks.append(Paragraph(tuple(lines)))
        if items:
            blocks.append(List(tuple(items), ordered))
        lines.clear()
        items.clear()

    for raw in text.splitlines():
        item = ITEM.fullmatch(raw)
        if not raw.strip():
            close()
        elif item:
            if lines or (items and ordered != bool(item["number"])):
                close()
            ordered = bool(item["number"])
            items.append(spans(item["text"]))
        elif items and raw.startswith(" "):
            items[-1] += spans(" " + raw.strip())
        else:
            if items:
                close()
            lines.append(spans(raw.strip()))
    close()
    return blocks


def spans(text: str) -> Line:
    """The runs of one line."""
    found: list[Span] = []
    end = 0
    for match in INLINE.finditer(text):
        if match["url"] and not is_https(match["url"]):
            continue
        if match.start() > end:
            found.append(Span(text[end : match.start()]))
        found.append(Span(match["bold"], bold=True) if match["bold"] else Span(match["label"], url=match["url"]))
        end = match.end()
    if end < len(text):
        found.append(Span(text[end:]))
    return tuple(found)
