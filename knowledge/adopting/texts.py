"""Texts of cells as entries can hold them: HTML and characters that nobody sees are taken out, words stay."""

import re
import unicodedata
from collections.abc import Sequence
from html import unescape
from html.parser import HTMLParser

from knowledge.entry_rules import is_https
from knowledge.unwanted_characters import RADICALS, UNUSUAL, strange_character

TAG = re.compile(
    r"</?(?:a|abbr|b|br|div|em|font|h[1-6]|hr|i|img|li|ol|p|span|strong|sub|sup|table|td|th|tr|u|ul)\b[^<>]*>",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});", re.IGNORECASE)
BLANKS = re.compile(r"[^\S\n]+")
MANY_LINES = re.compile(r"\n{3,}")
MARKS = {  # what people write before a question and an answer: Q1. 問3： A．
    "question": re.compile(r"^(?:[QqＱｑ]|質問|問)\s*[0-9０-９]*\s*[.．:：、)）]\s*"),
    "answer": re.compile(r"^(?:[AaＡａ]|回答|答え?)\s*[0-9０-９]*\s*[.．:：、)）]\s*"),
}
CONTEXT = 8  # characters before one that say if it may stand there


def plain_text(text: str, *, markup: bool = False) -> str:
    """The text without HTML and unseen characters; lists, bold and links become those of answers with `markup`."""
    if TAG.search(text):
        text = _without_tags(text, markup=markup)
    elif ENTITY.search(text):
        text = unescape(text)
    text = readable(text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n"))
    lines = (BLANKS.sub(" ", line).rstrip() for line in text.split("\n"))
    return MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def line_of(text: str) -> str:
    """A text in one line."""
    return " ".join(plain_text(text).split())


def unmarked(text: str, field: str) -> str:
    """The text without what people write before a question or an answer (Q1., A：)."""
    rest = MARKS[field].sub("", text, count=1)
    return rest or text


def readable(text: str) -> str:
    """The text in NFC without the characters that no entry may have."""
    text = RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), unicodedata.normalize("NFC", text))
    if not UNUSUAL.search(text):
        return text
    kept: list[str] = []
    for character in text:
        before = "".join(kept[-CONTEXT:])
        if not UNUSUAL.match(character) or strange_character(before + character) is None:
            kept.append(character)
    return "".join(kept)


class _Markup(HTMLParser):
    """The text of HTML: blocks on lines of their own and, with `markup`, the signs of lists, bold and links."""

    BLOCKS = ("p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
    LINES = ("br", "tr", "li")
    BOLD = ("b", "strong")

    def __init__(self, *, markup: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._markup = markup
        self._links: list[str] = []
        self._numbers: list[int | None] = []  # of each open list: its last number, None for bullets

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in self.BLOCKS:
            self._end_line(2)
        if tag in self.LINES:
            self._end_line(1)
        if tag in ("td", "th"):
            self.parts.append(" ")
        if not self._markup:
            return
        if tag in ("ul", "ol"):
            self._numbers.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.parts.append(self._item())
        elif tag in self.BOLD:
            self.parts.append("**")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self.parts.append("[" if is_https(self._links[-1]) else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self._end_line(2)
        if not self._markup:
            return
        if tag in ("ul", "ol") and self._numbers:
            self._numbers.pop()
        elif tag in self.BOLD:
            self.parts.append("**")
        elif tag == "a" and self._links:
            link = self._links.pop()
            self.parts.append(f"]({link})" if is_https(link) else f"（{link}）" if link.startswith("http") else "")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Leave out a section of Word's (<![if …]>), also one at which Python's parser would fail."""
        del report
        return self.rawdata.find(">", i) + 1 or -1

    def _item(self) -> str:
        if not self._numbers or self._numbers[-1] is None:
            return "- "
        self._numbers[-1] += 1
        return f"{self._numbers[-1]}. "

    def _end_line(self, ends: int) -> None:
        written = "".join(self.parts[-3:])
        have = len(written) - len(written.rstrip("\n"))
        self.parts.append("\n" * (ends - have) if self.parts else "")


def _without_tags(text: str, *, markup: bool) -> str:
    parser = _Markup(markup=markup)
    end = text.rfind(">") + 1
    parser.feed(text[:end])
    parser.close()
    parser.handle_data(unescape(text[end:]))  # no tag: the parser would look for its end at every < in it
    return re.sub(r"\*\*\s*\*\*|\[\s*\]\([^()]*\)", "", "".join(parser.parts))
