"""The cells of a sheet row by row, as the file holds them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.files.cells import Area
from knowledge.files.xlsx.book import Book, Sheet, relation
from knowledge.files.xlsx.number_formats import MAIN, NumberFormat

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of every Excel sheet
PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
CELL, ROW, VALUE, TEXT, FORMULA, READING, MERGED, LINK = (
    f"{MAIN} {tag}" for tag in ("c", "row", "v", "t", "f", "rPh", "mergeCell", "hyperlink")
)


class TooManyCellsError(Exception):
    """A sheet has more rows or columns than are wanted."""


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell that holds something: the type that the file gives it, its text, and whether a formula made that."""

    kind: str
    text: str
    has_formula: bool
    format: NumberFormat


@dataclass(slots=True)
class Grid:
    """The filled cells of a sheet by row and column, counted from 1, the areas that are merged, and the hidden rows.

    `links` are the relations of the cells that have a link behind their words.
    """

    rows: dict[int, dict[int, RawCell]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    links: dict[tuple[int, int], str] = field(default_factory=dict)


def read_grid(book: Book, sheet: Sheet, most: int, last: int = LAST_ROW) -> Grid:
    """The cells of a sheet down to the row `last`; blank rows and cells count where the file has something of them.

    Raises TooManyCellsError for more than `most`, and KnowledgeError as Container.events does.
    """
    walk = _Walk(book, most)
    for tag, attributes, text in book.container.events(sheet.part):
        if attributes is None:
            walk.end(tag, text)
        elif not walk.start(tag, attributes, last):
            break
    return walk.grid


def letters_of(column: int) -> str:
    """The name of a column counted from 1, as A, Z, AA."""
    return ("" if column <= 26 else letters_of((column - 1) // 26)) + chr(ord("A") + (column - 1) % 26)


@dataclass(slots=True)
class _Walk:
    """Where the reading of a sheet is."""

    book: Book
    left: int
    grid: Grid = field(default_factory=Grid)
    row: int = 0
    column: int = 0
    counted: int = 0  # cells of the row
    kind: str = ""
    style: int = 0
    value: str | None = None
    texts: list[str] = field(default_factory=list)
    has_formula: bool = False
    readings: int = 0

    def start(self, tag: str, attributes: dict[str, str], last: int) -> bool:
        """Take the start of an element; False where the rest is not wanted."""
        if tag == ROW:
            self.row, self.column, self.counted = int(float(attributes.get("r", self.row + 1))), 0, 0
            self._spend(1 if 0 < self.row <= LAST_ROW else self.left + 1)
            if attributes.get("hidden") in ("1", "true"):
                self.grid.hidden.add(self.row)
            return self.row <= last
        if tag == CELL:
            self.column = _column(attributes.get("r", "")) or self.column + 1
            self._spend(1 if self.column <= LAST_COLUMN else self.left + 1)
            self.counted += 1
            self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", 0))
            self.value, self.has_formula = None, False
            self.texts.clear()
        elif tag == FORMULA:
            self.has_formula = True
        elif tag == READING:
            self.readings += 1
        elif tag in (MERGED, LINK):
            self._spend(1)
            self._note(tag, attributes)
        return True

    def end(self, tag: str, text: str) -> None:
        """Take the end of an element with the text before it."""
        if tag == VALUE:
            self.value = text
        elif tag == TEXT and not self.readings:
            self.texts.append(text)
        elif tag == READING:
            self.readings -= 1
        elif tag == CELL:
            self._put()

    def _put(self) -> None:
        text = "".join(self.texts) or self.value
        if not text and not self.has_formula:
            return
        self._spend(max(0, self.column - self.counted))  # the row is that wide now
        self.counted = max(self.column, self.counted)
        formats = self.book.formats
        found = formats[self.style] if 0 <= self.style < len(formats) else NumberFormat()
        cell = RawCell(self.kind, text or "", self.has_formula, found)
        self.grid.rows.setdefault(self.row, {})[self.column] = cell

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        """Keep merged cells and the link of a cell, which a sheet names at its end."""
        reference = attributes.get("ref", "")
        if tag == MERGED:
            self.grid.merged += _areas(reference)
        elif found := PLACE.fullmatch(reference.partition(":")[0]):
            self.grid.links[int(found[2]), _column(found[0])] = relation(attributes)

    def _spend(self, cells: int) -> None:
        self.left -= cells
        if self.left < 0:
            raise TooManyCellsError


def _column(place: str) -> int:
    found = PLACE.fullmatch(place)
    number = 0
    for letter in found[1] if found else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _areas(reference: str) -> Iterator[Area]:
    corners: Sequence[re.Match[str] | None] = [PLACE.fullmatch(corner) for corner in reference.split(":")]
    if len(corners) == 2 and corners[0] and corners[1]:
        (left, top), (right, bottom) = ((_column(corner[0]), int(corner[2])) for corner in corners if corner)
        yield Area(top, left, bottom, right)
