"""Conversion between entries and the rows of workbooks and CSV files."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.entry import Entry
from knowledge.entry_reader import read_entry
from knowledge.entry_rules import Fault
from knowledge.errors import KnowledgeError, Problem
from knowledge.files.columns import BY_FIELD, COLUMNS, DAYS, DIGEST, cells_of, field_of, in_labels, origin_of, values_of
from knowledge.located_entry import Incoming, LocatedEntry

MAX_TITLE_ROWS = 10  # rows an editor may put above the header


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell without text, with a message and a hint; `day` is its text in a column of days."""

    message: str
    hint: str
    day: str = ""


Cell = str | BadCell


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a file from its first row on; `name_column` names a column by its place (from 0) and heading.

    `exported` are the ids and digests of the entries that the file held when it was written, where it remembers them.
    """

    file: str
    rows: Sequence[Sequence[Cell]]
    name_column: Callable[[int, str], str]
    sheet: str = ""
    exported: Mapping[str, str] | None = None

    def problem(
        self, message: str, hint: str, row: int, column: str = "", *, name: str = "", entry_id: str = ""
    ) -> Problem:
        """A problem at a row and column of this table; `name` is the field."""
        return Problem(message, hint, self.file, row, entry_id, name, self.sheet, column)


def rows_of(file: str, entries: Iterable[Entry], spelled: Callable[[str], str], longest: int) -> list[list[str]]:
    """The cells of each entry as `spelled` in a file whose cells hold at most `longest` UTF-16 units.

    Raises KnowledgeError with every cell that is longer, for none may be cut.
    """
    rows: list[list[str]] = []
    problems: list[Problem] = []
    for entry in entries:
        rows.append([spelled(cell) for cell in cells_of(entry)])
        for column, cell in zip(COLUMNS, rows[-1], strict=True):
            if (length := len(cell.encode("utf-16-le")) // 2) > longest:
                message = f"「{column.label}」が{length:,}文字あり、1つのセルに入りません。"
                hint = f"{longest:,}文字以内にしてください。"
                problems.append(Problem(message, hint, file, entry_id=entry.id, field=column.field))
    if problems:
        raise KnowledgeError(problems)
    return rows


def read_table(table: Table) -> Incoming:
    """The entries of every row. Raises KnowledgeError with all faults of all rows."""
    top = next((row for row, cells in enumerate(table.rows[:MAX_TITLE_ROWS], 1) if _has_id(cells)), None)
    if top is None:
        raise KnowledgeError(
            [
                table.problem(
                    "見出しの行（id、分類、質問、回答 など）がありません。", "1行目に見出しを書いてください。", 1
                )
            ]
        )
    reading = _Reading(table)
    reading.read_header(top, table.rows[top - 1])
    for row, cells in enumerate(table.rows[top:], top + 1):
        if cells:
            reading.read_row(row, cells)
    if reading.problems:
        raise KnowledgeError(reading.problems)
    exported = None if table.exported is None else frozenset(table.exported)
    return Incoming(tuple(reading.located), {**(table.exported or {}), **reading.bases}, exported)


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """True when one of the first rows has a column `id`."""
    return any(map(_has_id, rows[:MAX_TITLE_ROWS]))


def _in_column(name: str, cell: Cell) -> Cell:
    return cell.day if isinstance(cell, BadCell) and cell.day and name in DAYS else cell


def _is_filled(cell: Cell) -> bool:
    return isinstance(cell, BadCell) or bool(cell.strip())


def _has_id(cells: Sequence[Cell]) -> bool:
    return any(isinstance(cell, str) and field_of(cell) == "id" for cell in cells)


@dataclass(slots=True)
class _Reading:
    """The state of reading a table."""

    table: Table
    places: dict[str, int] = field(default_factory=dict)  # of each field's column
    columns: dict[str, str] = field(default_factory=dict)  # the name of each field's column
    headed: set[int] = field(default_factory=set)
    located: list[LocatedEntry] = field(default_factory=list)
    bases: dict[str, str] = field(default_factory=dict)  # the digest of the version that each entry came from
    first_rows: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read_header(self, row: int, cells: Sequence[Cell]) -> None:
        """Find the column of each field."""
        for place, cell in enumerate(cells):
            if _is_filled(cell):
                self.headed.add(place)
                self._read_heading(row, place, cell)
        for column in COLUMNS:
            if column.required and column.field not in self.places:
                message = f"「{column.label}」の列がありません。"
                hint = f"見出しの行に「{column.label}」を書いてください。"
                self.problems.append(self.table.problem(message, hint, row, name=column.field))

    def _read_heading(self, row: int, place: int, cell: Cell) -> None:
        heading = cell if isinstance(cell, str) else ""
        column = self.table.name_column(place, heading)
        name = field_of(heading)
        if isinstance(cell, BadCell):
            self.problems.append(self.table.problem(f"見出しに{cell.message}", cell.hint, row, column))
        elif name is None:
            known = "、".join(column.label for column in COLUMNS)
            message = f"「{' '.join(heading.split())}」という列はありません。"
            self.problems.append(
                self.table.problem(message, f"その列を消してください。使える見出し: {known}", row, column)
            )
        elif name in self.places:
            message = f"「{BY_FIELD[name].label}」の列が2つあります。"
            self.problems.append(self.table.problem(message, "片方の列を消してください。", row, column, name=name))
        else:
            self.places[name] = place
            self.columns[name] = column

    def read_row(self, row: int, cells: Sequence[Cell]) -> None:
        """Read one entry, or the problems of its row; a row of blanks is skipped."""
        found = {name: _in_column(name, cells[place]) for name, place in self.places.items() if place < len(cells)}
        self.problems.extend(self._unheaded(row, cells))
        if not any(_is_filled(cell) for name, cell in found.items() if name != DIGEST):  # it may be hidden
            return
        bad = {name: cell for name, cell in found.items() if isinstance(cell, BadCell)}
        texts = {name: cell for name, cell in found.items() if isinstance(cell, str)}
        entry_id = texts.get("id", "").strip()
        entry, faults = read_entry(values_of(texts))
        refused = [
            *(Fault(name, cell.message, cell.hint) for name, cell in bad.items()),
            *(in_labels(fault) for fault in faults if fault.field.split(".")[0] in self.places.keys() - bad.keys()),
            *self._duplicate(row, entry_id),
        ]
        for fault in refused:
            column = self.columns[fault.field.split(".")[0]]
            self.problems.append(
                self.table.problem(fault.message, fault.hint, row, column, name=fault.field, entry_id=entry_id)
            )
        if entry is not None:
            self.located.append(LocatedEntry(entry, self.table.file, row, {}, self.table.sheet, self.columns))
            origin, digest = origin_of(texts.get(DIGEST, ""))
            if origin == entry.id:  # else this row is the copy of another
                self.bases[origin] = digest

    def _duplicate(self, row: int, entry_id: str) -> Iterator[Fault]:
        if entry_id and (first := self.first_rows.setdefault(entry_id, row)) != row:
            message = f"id「{entry_id}」がすでに{first}行目にあります。"
            yield Fault("id", message, "どちらかのidを変えてください。使ったidは使い回しません。")

    def _unheaded(self, row: int, cells: Sequence[Cell]) -> Iterator[Problem]:
        for place, cell in enumerate(cells):
            if _is_filled(cell) and place not in self.headed:
                message = f"見出しのない列（左から{place + 1}列目）に文字があります。"
                yield self.table.problem(message, "その文字を消してください。", row, self.table.name_column(place, ""))
