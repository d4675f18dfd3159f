"""A figure of the team's pages: a title, a sentence that says what it counts, and its numbers as table and CSV."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from knowledge.files.csv_files import csv_of

Cell = str | int | float  # a float is a share, shown in percent


@dataclass(frozen=True, slots=True)
class Figure:
    """`name` is the one in addresses and of the CSV file; `chart` is drawn above the table."""

    name: str
    title: str
    says: str
    header: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    chart: object = None
    is_open: bool = True  # else the table waits behind a line to press
    first: Sequence[tuple[Cell, ...]] = ()  # those rows that are shown while the others wait
    method: str = ""  # how it is reckoned, behind a line to press
    empty: str = "まだ1件もありません。"


def as_csv(figures: Sequence[Figure]) -> Response | None:
    """The figure that `?format=csv&figure=<name>` asks for (the first one without a name); None for a page."""
    if request.args.get("format") != "csv":
        return None
    name = request.args.get("figure", "")
    wanted = next((figure for figure in figures if figure.name == name), figures[0])
    rows = ([round(cell, 4) if isinstance(cell, float) else cell for cell in row] for row in wanted.rows)
    response = Response(csv_of([wanted.header, *rows]), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{wanted.name}.csv"'
    return response
