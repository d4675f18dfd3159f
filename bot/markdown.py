"""The Markdown subset of answers: paragraphs, lists, **bold** and [links](https://…), nothing else.

CommonMark does not see bold that ends in Japanese punctuation (`**「はい」**です`), which editors write
all the time, so this subset has its own reader. Whatever is not in it stays plain text.
"""

import re
from dataclasses import dataclass

from knowledge.entry_rules import is_https

INLINE = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<label>[^\[\]\n]+)\]\((?P<url>[^()\s]+)\)")
ADDRESS = re.compile(r"(https://[\w/:%#$&?~.=+@-]*[\w/])", re.ASCII)
SENTENCE = re.compile("[^。]*。|[^。]+")
BARE = re.compile("(?:はい|いいえ|ええ|いえ|(?:可能|不要|必要|無料|有料)です|(?:でき|あり|使え)(?:ます|ません))[。！!]")
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
    """The blocks of an answer; a blank line ends a block."""
    blocks: list[Block] = []
    ended = True
    for line in text.splitlines():
        if line.strip():
            longer = None if ended else _continued(blocks[-1], line)
            blocks[-1:] = [longer] if longer else [*blocks[-1:], _begun(line)]
        ended = not line.strip()
    return blocks


def unmarked(text: str) -> str:
    """The words of an answer without markup, as notifications and screen readers need them."""
    return "\n".join(line for block in parse(text) for line in _lines(block))


def _lines(block: Block) -> list[str]:
    match block:
        case Paragraph(lines):
            return [_words(line) for line in lines]
        case List(items, ordered):
            return [f"{f'{n}.' if ordered else '・'}{_words(item)}" for n, item in enumerate(items, 1)]


def _words(line: Line) -> str:
    return "".join(span.text for span in line)


def _begun(line: str) -> Block:
    """The block that a line would begin."""
    item = ITEM.fullmatch(line)
    if item:
        return List((spans(item["text"]),), bool(item["number"]))
    return Paragraph((spans(line.strip()),))


def _continued(block: Block, line: str) -> Block | None:
    """The block with one more line, None where the line begins another block; an indented one goes on with an item."""
    match block, _begun(line):
        case Paragraph(lines), Paragraph(more):
            return Paragraph(lines + more)
        case List(items, ordered), List(more, also_ordered) if ordered == also_ordered:
            return List(items + more, ordered)
        case List(items, ordered), Paragraph() if line.startswith(" "):
            return List((*items[:-1], items[-1] + spans(" " + line.strip())), ordered)
    return None


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


def linked(text: str) -> Line:
    """The runs of a plain text, its addresses as links."""
    parts = ADDRESS.split(text)
    return tuple(Span(part, url=part if number % 2 else "") for number, part in enumerate(parts) if part)


def conclusion(text: str) -> str:
    """The first sentence of an answer as plain text, since answers begin with what they come to.

    One that says no more than yes or no (はい。) brings the next.
    """
    lines = (line for block in parse(text) for line in (block.items if isinstance(block, List) else block.lines))
    sentences = (found[0] for line in lines for found in SENTENCE.finditer(_words(line)))
    first = next(sentences, "")
    return first + next(sentences, "") if BARE.fullmatch(first) else first
