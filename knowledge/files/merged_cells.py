"""Merged cells below a header: read as every row that they cover; across columns they mean nothing."""

from collections.abc import Iterator, Sequence

from knowledge.files.cells import Area, Cell, is_filled

MOST = 200_000  # rows of all areas; more are no table's


def unmerged(rows: Sequence[Sequence[Cell]], merged: Sequence[Area], header: int) -> list[Sequence[Cell]]:
    """The rows with the text of each merged cell in every filled row below `header` that it covers."""
    found = list(rows)
    left = MOST
    for area in merged:
        text = _text(rows, area)
        if area.bottom <= header or area.left != area.right or not is_filled(text):
            continue
        left -= area.bottom - area.top
        for number in range(max(area.top, header) + 1, min(area.bottom, len(rows)) + 1 if left > 0 else 0):
            cells = found[number - 1]
            if any(map(is_filled, cells)):
                wide = [*cells, *[""] * (area.left - len(cells))]
                found[number - 1] = [*wide[: area.left - 1], text, *wide[area.left :]]
    return found


def across(rows: Sequence[Sequence[Cell]], merged: Sequence[Area], header: int) -> Iterator[Area]:
    """The filled areas below `header` that join columns, or rows with the header."""
    for area in merged:
        if area.bottom > header and (area.left != area.right or area.top <= header) and is_filled(_text(rows, area)):
            yield area


def _text(rows: Sequence[Sequence[Cell]], area: Area) -> Cell:
    """The text of the first of merged cells, which alone is shown."""
    cells = rows[area.top - 1] if 0 < area.top <= len(rows) else ()
    return cells[area.left - 1] if 0 < area.left <= len(cells) else ""
