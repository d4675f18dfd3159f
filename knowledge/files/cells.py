"""The cells of spreadsheets: texts, cells that hold something else, and cells that are merged."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell without text, with a message and a hint; `day` is its text in a column of days."""

    message: str
    hint: str
    day: str = ""


Cell = str | BadCell


@dataclass(frozen=True, slots=True)
class Area:
    """Merged cells by row and column, counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


def is_filled(cell: Cell) -> bool:
    """True unless a cell is blank."""
    return isinstance(cell, BadCell) or bool(cell.strip())
