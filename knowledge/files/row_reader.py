"""Entries read from the rows of workbooks and CSV files, and the table that such a file is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge.entry_reader import read_entry
from knowledge.entry_rules import Fault
from knowledge.errors import KnowledgeError, Problem, Severity
from knowledge.files.cells import Area, BadCell, Cell, is_filled
from knowledge.files.columns import BY_FIELD, COLUMNS, DAYS, DIGEST, field_of, in_labels, origin_of, values_of
from knowledge.files.formula_guard import unguarded
from knowledge.files.merged_cells import across, unmerged
from knowledge.located_entry import Incoming, LocatedEntry

MAX_CELLS = 200_000  # of a table, far above any knowledge base; a blank row counts where the file has something of it
MAX_TITLE_ROWS = 10  # rows an editor may put above the header
FIELDS = tuple(column.field for column in COLUMNS if column.field != DIGEST)
NOTHING_SAID = "新しい項目では空（「状態」は公開）になります。空にするときや変えるときは、その列を足してください。"


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a file from its first row on; `name_column` names a column by its place (from 0) and heading.

    `exported` are the ids and digests of the entries that the file held when it was written, where it remembers them.
    `is_ragged` where a row may end early, and then says nothing of the columns behind; for `encoding` see LocatedEntry.
    """

    file: str
    rows: Sequence[Sequence[Cell]]
    name_column: Callable[[int, str], str]
    sheet: str = ""
    exported: Mapping[str, str] | None = None
    is_ragged: bool = False
    encoding: str = ""
    warnings: tuple[Problem, ...] = ()
    merged: tuple[Area, ...] = ()
    hidden: frozenset[int] = frozenset()  # rows
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)  # behind the words of cells, by row and place

    def problem(
        self, message: str, hint: str, row: int, column: str = "", *, name: str = "", entry_id: str = ""
    ) -> Problem:
        """A problem at a row and column of this table; `name` is the field."""
        return Problem(message, hint, self.file, row, entry_id=entry_id, field=name, sheet=self.sheet, column=column)


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
    reading.problems += merged_problems(table, top)
    for row, cells in enumerate(unmerged(table.rows, table.merged, top)[top:], top + 1):
        if cells:
            reading.read_row(row, cells)
    if reading.problems:
        raise KnowledgeError(reading.problems)
    exported = None if table.exported is None else frozenset(table.exported)
    bases = {**(table.exported or {}), **reading.bases}
    warnings = (*table.warnings, *reading.warnings)
    return Incoming(tuple(reading.located), bases, exported, is_whole=False, warnings=warnings)


def merged_problems(table: Table, header: int) -> list[Problem]:
    """A problem for all cells below the header that are merged across columns."""
    hint = "セルの結合を解いて、どのセルにも書いてください。"
    return [
        table.problem("ほかの列のセルと結合されています。", hint, area.top, table.name_column(area.left - 1, ""))
        for area in across(table.rows, table.merged, header)
    ]


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """True when one of the first rows has a column `id`."""
    return any(map(_has_id, rows[:MAX_TITLE_ROWS]))


def _in_column(name: str, cell: Cell) -> Cell:
    return cell.day if isinstance(cell, BadCell) and cell.day and name in DAYS else cell


def _has_id(cells: Sequence[Cell]) -> bool:
    return any(isinstance(cell, str) and field_of(cell) == "id" for cell in cells)


@dataclass(slots=True)
class _Reading:
    """The state of reading a table."""

    table: Table
    places: dict[str, int] = field(default_factory=dict)  # of each field's column
    columns: dict[str, str] = field(default_factory=dict)  # the name of each field's column
    headed: set[int] = field(default_factory=set)
    is_guarded: bool = False  # a CSV file of ours that a spreadsheet saved as a workbook
    located: list[LocatedEntry] = field(default_factory=list)
    bases: dict[str, str] = field(default_factory=dict)  # the digest of the version that each entry came from
    first_rows: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def read_header(self, row: int, cells: Sequence[Cell]) -> None:
        """Find the column of each field."""
        for place, cell in enumerate(cells):
            if is_filled(cell):
                self.headed.add(place)
                self._read_heading(row, place, cell)
        for column in COLUMNS:
            if column.required and column.field not in self.places:
                message = f"「{column.label}」の列がありません。"
                hint = f"見出しの行に「{column.label}」を書いてください。"
                self.problems.append(self.table.problem(message, hint, row, name=column.field))
        if silent := [BY_FIELD[name].label for name in FIELDS if name not in self.places]:
            message = f"{'「' + '」「'.join(silent) + '」'}の列がありません。公開中の内容を、そのまま残します。"
            warning = self.table.problem(message, NOTHING_SAID, row)
            self.warnings.append(replace(warning, severity=Severity.WARNING))

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
            self.is_guarded |= name == "answer" and heading == name and bool(self.table.sheet)  # only our CSV says so

    def read_row(self, row: int, cells: Sequence[Cell]) -> None:
        """Read one entry, or the problems of its row; a row of blanks is skipped."""
        found = {name: _in_column(name, cells[place]) for name, place in self.places.items() if place < len(cells)}
        self.problems.extend(self._unheaded(row, cells))
        if not any(is_filled(cell) for name, cell in found.items() if name != DIGEST):  # it may be hidden
            return
        bad = {name: cell for name, cell in found.items() if isinstance(cell, BadCell)}
        texts = {name: self._unguarded(cell) for name, cell in found.items() if isinstance(cell, str)}
        entry_id = texts.get("id", "").strip()
        entry, faults = read_entry(values_of(texts))
        refused = [
            *(Fault(name, cell.message, cell.hint) for name, cell in bad.items()),
            *(in_labels(fault) for fault in faults if fault.field.split(".")[0] in self.places.keys() - bad.keys()),
            *self._duplicate(row, entry_id),
        ]
        self.problems.extend(self._located(fault, row, entry_id) for fault in refused)
        if entry is not None:
            told = found if self.table.is_ragged else self.places
            silent = frozenset(name for name in FIELDS if name not in told)
            place = LocatedEntry(entry, self.table.file, row, {}, self.table.sheet, self.columns)
            self.located.append(replace(place, silent=silent, encoding=self.table.encoding))
            self._remember(entry_id, texts.get(DIGEST, ""))

    def _located(self, fault: Fault, row: int, entry_id: str) -> Problem:
        column = self.columns[fault.field.split(".")[0]]
        return self.table.problem(fault.message, fault.hint, row, column, name=fault.field, entry_id=entry_id)

    def _remember(self, entry_id: str, mark: str) -> None:
        origin, digest = origin_of(mark)
        if origin == entry_id:  # else this row is the copy of another
            self.bases[origin] = digest

    def _unguarded(self, text: str) -> str:
        return unguarded(text) if self.is_guarded else text

    def _duplicate(self, row: int, entry_id: str) -> Iterator[Fault]:
        if entry_id and (first := self.first_rows.setdefault(entry_id, row)) != row:
            message = f"id「{entry_id}」がすでに{first}行目にあります。"
            yield Fault("id", message, "どちらかのidを変えてください。使ったidは使い回しません。")

    def _unheaded(self, row: int, cells: Sequence[Cell]) -> Iterator[Problem]:
        for place, cell in enumerate(cells):
            if is_filled(cell) and place not in self.headed:
                message = f"見出しのない列（左から{place + 1}列目）に文字があります。"
                yield self.table.problem(message, "その文字を消してください。", row, self.table.name_column(place, ""))
