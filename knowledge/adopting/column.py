"""A column of an FAQ with columns of its own, known by its texts: they ask, tell, link or sort."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.files.cells import Cell

QUESTION_END = re.compile(r"(?:[?？]|ですか|ますか|でしょうか|か|たい|とは|方法|ください|教えて)[。.\s]*$")
LINK = re.compile(r"https?://\S+")
LEAST_FILLED = 0.5  # of the rows, for a column of questions or answers
MOST_CATEGORIES = 0.5  # different texts a row, for a column of categories
LONGEST_CATEGORY = 20  # characters, on average


@dataclass(frozen=True, slots=True)
class Column:
    """The texts of a column, and the properties that they share."""

    texts: tuple[str, ...]
    rows: int

    @classmethod
    def of(cls, rows: Iterable[Sequence[Cell]], place: int) -> "Column":
        """The column at a place (from 0) of these rows."""
        texts = [text_at(cells, place) for cells in rows]
        return cls(tuple(filter(None, texts)), len(texts))

    @property
    def length(self) -> float:
        """Characters of a text on average."""
        return sum(map(len, self.texts)) / max(len(self.texts), 1)

    @property
    def asks(self) -> float:
        """The share of texts that end as questions do."""
        return sum(bool(QUESTION_END.search(text)) for text in self.texts) / max(len(self.texts), 1)

    @property
    def is_text(self) -> bool:
        """True where most rows have a text that is neither a link nor a number."""
        filled = len(self.texts) >= LEAST_FILLED * self.rows
        return filled and not self.is_links() and not all(text.isdecimal() for text in self.texts)

    def is_links(self) -> bool:
        """True where most texts are links."""
        links = sum(bool(LINK.fullmatch(text)) for text in self.texts)
        return bool(self.texts) and links >= LEAST_FILLED * len(self.texts)

    def is_categories(self) -> bool:
        """True where few short texts come again and again."""
        different = len(set(self.texts)) <= MOST_CATEGORIES * self.rows
        return bool(self.texts) and different and self.length <= LONGEST_CATEGORY and not self.texts[0].isdecimal()


def text_of(cell: Cell) -> str:
    """The text of a cell, "" for one that cannot be read."""
    return cell.strip() if isinstance(cell, str) else ""


def text_at(cells: Sequence[Cell], place: int) -> str:
    """The text of a row at a place (from 0), "" where it ends before."""
    return text_of(cells[place]) if place < len(cells) else ""
