"""Cells of a terminal: a wide character takes two."""

import unicodedata


def cells(text: str) -> int:
    """The number of cells that a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, width: int) -> str:
    """The text with blanks behind it, `width` cells in all."""
    return text + " " * (width - cells(text))


def cut(text: str, width: int) -> str:
    """The beginning of a text that fits `width` cells."""
    if cells(text) <= width:
        return text
    while cells(text) > width - 2:
        text = text[:-1]
    return f"{text}…"
