"""The Markdown of a manual as HTML: headings with the anchors that repositories give them, tables, lists, code.

Whatever is not in this subset stays text; every text is escaped.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup, escape

HEADING = re.compile(r"(?P<marks>#{1,4}) (?P<text>.+)")
ITEM = re.compile(r"(?P<mark>(?:-|(?P<number>\d+)\.) +)(?P<text>.+)")
BEGINS = re.compile(r"#{1,4} |\||```|- |\d+\. ")  # another block than the paragraph before it
CELL_END = re.compile(r"(?<!\\)\|")
INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<bold>.+?)\*\*|\[(?P<label>(?:[^][`]|`[^`]+`)+)\]\((?P<target>[^()\s]+)\)"
)
FENCE, INDENT = "```", "    "
LETTER = re.compile(r"[!-~]")  # of a script that parts words by blanks


def as_html(text: str) -> Markup:
    """A whole manual."""
    return Markup("\n").join(_blocks(text.splitlines()))


def anchor(heading: str) -> str:
    """The name of a heading: words and hyphens, no other signs."""
    kept = (sign for sign in heading.strip().lower() if sign in " -_" or unicodedata.category(sign)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def _blocks(lines: Sequence[str]) -> Iterator[Markup]:
    while lines:
        number = _length(lines)
        if lines[0].strip():
            yield _drawn(lines[:number])
        lines = lines[number:]


def _length(lines: Sequence[str]) -> int:
    """How many lines the block has that begins with the first one."""
    goes_on = _goes_on(lines[0])
    fence = lines[0].startswith(FENCE)
    end = next((number for number, line in enumerate(lines) if number and not goes_on(line)), len(lines))
    return end + fence if end < len(lines) else end


def _goes_on(first: str) -> Callable[[str], bool]:
    """What is True for the further lines of a block that begins with this one."""
    if first.startswith(FENCE):
        return lambda line: line != FENCE
    if not first.strip() or HEADING.fullmatch(first):
        return lambda _: False
    if first.startswith(INDENT):
        return lambda line: not line.strip() or line.startswith(INDENT)
    if first.startswith("|"):
        return lambda line: line.startswith("|")
    if ITEM.fullmatch(first):
        return lambda line: not line.strip() or line.startswith("  ") or bool(ITEM.fullmatch(line))
    return lambda line: bool(line.strip()) and not BEGINS.match(line)


def _drawn(lines: Sequence[str]) -> Markup:
    first = lines[0]
    if found := HEADING.fullmatch(first):
        level = len(found["marks"])
        return Markup('<h{0} id="{1}">{2}</h{0}>').format(level, anchor(found["text"]), _inline(found["text"]))
    if first.startswith(FENCE):
        return _code([line for line in lines[1:] if line != FENCE])
    if first.startswith(INDENT):
        return _code([line.removeprefix(INDENT) for line in lines])
    if first.startswith("|"):
        return _table([CELL_END.split(line.strip()[1:-1]) for line in lines])
    return _list(lines) if ITEM.fullmatch(first) else Markup("<p>{}</p>").format(_inline(_joined(lines)))


def _code(lines: Sequence[str]) -> Markup:
    return Markup('<pre tabindex="0"><code>{}</code></pre>').format("\n".join(lines).rstrip())


def _table(rows: Sequence[Sequence[str]]) -> Markup:
    """A table; its second row is the rule below the headings."""
    head = _row(rows[0], Markup('<th scope="col">{}</th>'))
    body = Markup("").join(_row(row, Markup("<td>{}</td>")) for row in rows[2:])
    return Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(head, body)


def _row(texts: Sequence[str], cell: Markup) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup("").join(cell.format(_inline(text.strip())) for text in texts))


def _list(lines: Sequence[str]) -> Markup:
    items: list[list[str]] = []
    width = 0
    for line in lines:
        if found := ITEM.fullmatch(line):
            width = len(found["mark"])
            items.append([found["text"]])
        else:
            items[-1].append(re.sub(f"^ {{0,{width}}}", "", line))
    tag = "ul" if lines[0].startswith("-") else "ol"
    return Markup("<{0}>{1}</{0}>").format(tag, Markup("").join(map(_item, items)))


def _item(lines: Sequence[str]) -> Markup:
    return Markup("<li>{}</li>").format(Markup("").join(_blocks(lines)))


def _joined(lines: Sequence[str]) -> str:
    """Lines as one: Japanese has no blanks between words."""
    text = lines[0].strip()
    for line in map(str.strip, lines[1:]):
        text += f" {line}" if LETTER.match(text[-1]) and LETTER.match(line) else line
    return text


def _inline(text: str) -> Markup:
    """A line with its bold, code and links; what leads to another file of the repository is text alone."""
    shown, end = Markup(""), 0
    for found in INLINE.finditer(text):
        shown += escape(text[end : found.start()]) + _span(found)
        end = found.end()
    return shown + escape(text[end:].replace("\\|", "|"))


def _span(found: re.Match[str]) -> Markup:
    if found["code"]:
        return Markup("<code>{}</code>").format(found["code"])
    if found["bold"]:
        return Markup("<strong>{}</strong>").format(_inline(found["bold"]))
    label, target = _inline(found["label"]), found["target"]
    is_led = target.startswith(("#", "https://"))
    return Markup('<a href="{}">{}</a>').format(target, label) if is_led else label
