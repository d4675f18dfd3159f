"""An FAQ with columns of its own, understood: which column is the question, which the answer, where the rows begin."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.adopting.column import Column, text_at, text_of
from knowledge.adopting.dialogue import spoken
from knowledge.adopting.headings import MAX_HEADING, SURE, field_of, is_clear, likelihood
from knowledge.errors import KnowledgeError, Problem
from knowledge.files import csv_files, excel_reader
from knowledge.files.cells import BadCell, Cell
from knowledge.files.row_reader import MAX_TITLE_ROWS, Table

SENTENCE = re.compile(f"[。!！?？]$|^.{{{MAX_HEADING},}}")
LEAST_ALIKE = 2  # rows of a sheet that is laid out as another
LEAST_ASKING = 0.5  # of its questions that end as questions do
SEVERAL = ("variants",)  # fields of which a file may have more than one column


@dataclass(frozen=True, slots=True)
class Understood:
    """A table with the places (from 0) of each field's columns; `header` is the row of the headings, 0 for none."""

    table: Table
    header: int
    places: Mapping[str, tuple[int, ...]]

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Every filled row below the headings with its number."""
        for number, cells in enumerate(self.table.rows[self.header :], self.header + 1):
            if any(text_of(cell) or isinstance(cell, BadCell) for cell in cells):
                yield number, cells

    def heading(self, place: int) -> str:
        """The heading of a column, "" for none."""
        return text_at(self.table.rows[self.header - 1], place) if self.header else ""

    def field_at(self, place: int) -> str | None:
        """The field that a column is, None for one that is not used."""
        return next((field for field, places in self.places.items() if place in places), None)

    def column(self, place: int) -> Column:
        """The column at a place (from 0)."""
        return Column.of((cells for _, cells in self.rows()), place)

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(cells) for _, cells in self.rows()), default=0)

    @property
    def complete(self) -> int:
        """The number of rows with both a question and an answer; 0 without both columns."""
        wanted = [self.places.get(field, ()) for field in ("question", "answer")]
        if not all(wanted):
            return 0
        return sum(all(text_at(cells, places[0]) for places in wanted) for _, cells in self.rows())

    def example(self, place: int) -> str:
        """The first text of a column, in one line."""
        texts = (text_at(cells, place) for _, cells in self.rows())
        return " ".join(next(filter(None, texts), "").split())


def letter(place: int) -> str:
    """The name that spreadsheets give to the column at a place, as A, Z, AA."""
    return ("" if place < 26 else letter(place // 26 - 1)) + chr(ord("A") + place % 26)


def read_foreign(path: Path) -> list[Table]:
    """The tables of an Excel or CSV file, whatever their columns are. Raises KnowledgeError."""
    ending = path.suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        return excel_reader.read_sheets(path)
    if ending in (".csv", ".tsv", ".txt"):
        return [csv_files.read_cells(path)]
    hint = "Excel（.xlsx）か CSV（.csv）で保存し直してください。"
    kind = "フォルダ" if path.is_dir() else f"「{path.suffix}」のファイル"
    raise KnowledgeError([Problem(f"{kind}は読めません。", hint, str(path))])


def understand(tables: Sequence[Table]) -> list[Understood]:
    """The table with the most questions and answers, and those that have both by their headings, understood.

    They are in the order of the file. Raises KnowledgeError where none has questions and answers.
    """
    found = list(map(_understand, tables))
    best = max(found, key=lambda one: one.complete)
    if best.complete:
        is_spoken = {id(one) for one, table in zip(found, tables, strict=True) if one.table is not table}
        sure = (
            one if one is best or id(one) in is_spoken or (one.complete and _is_clear(one, best)) else _as(best, one)
            for one in found
        )
        return [one for one in sure if one and one.complete]
    hint = "1行目に「質問」と「回答」という見出しを書き、その下に1行に1つずつ並べてください。"
    raise KnowledgeError([Problem("質問と回答の列が見つかりません。", hint, best.table.file, sheet=best.table.sheet)])


def _is_clear(one: Understood, best: Understood) -> bool:
    """True for a table whose headings leave no doubt, or are those of the best one."""
    wanted = ("question", "answer")
    headings, others = ([each.heading(each.places[field][0]) for field in wanted] for each in (one, best))
    return all(map(is_clear, headings, wanted)) or (one.header > 0 and headings == others)


def _as(best: Understood, one: Understood) -> Understood | None:
    """A table that is laid out as the best one, whatever its headings are; None for one that does not ask so."""
    alike = replace(one, header=best.header, places=best.places)
    if not best.header or alike.complete < LEAST_ALIKE:
        return None
    return alike if alike.column(best.places["question"][0]).asks >= LEAST_ASKING else None


def _understand(table: Table) -> Understood:
    if one := spoken(table):
        return Understood(one, 0, {"question": (0,), "answer": (1,)})
    header = next((row for row, cells in enumerate(table.rows[:MAX_TITLE_ROWS], 1) if _is_header(cells)), 0)
    plain = Understood(table, header, {})
    headed = _by_heading(plain) if header else {}
    if headed.get("id") and all(text.isdecimal() for text in plain.column(headed["id"][0]).texts):
        del headed["id"]  # numbers of rows, which say nothing
    return Understood(table, header, headed | _by_content(plain, headed))


def _is_header(cells: Sequence[Cell]) -> bool:
    """True for a row of headings: one ends with a word for question or answer, and none is a sentence."""
    texts = [text for text in map(text_of, cells) if text]
    surely = max((likelihood(text, field) for text in texts for field in ("question", "answer")), default=0)
    return len(texts) > 1 and surely >= SURE and not any(SENTENCE.search(text) for text in texts)


def _by_heading(plain: Understood) -> dict[str, tuple[int, ...]]:
    """The columns that their headings tell, each for the field that it names most surely.

    A column with one category for all rows says less than another of categories.
    """
    claims: dict[str, list[tuple[bool, int, int]]] = {}
    for place, text in enumerate(map(text_of, plain.table.rows[plain.header - 1])):
        if field := field_of(text):
            says_little = field == "category" and len(set(plain.column(place).texts)) < 2
            claims.setdefault(field, []).append((says_little, -likelihood(text, field), place))
    return {
        field: tuple(sorted(place for *_, place in found)) if field in SEVERAL else (min(found)[-1],)
        for field, found in claims.items()
    }


def _by_content(plain: Understood, known: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """The columns that their texts tell: question and answer, and without headings category and link too."""
    taken = {place for places in known.values() for place in places}
    columns = {place: plain.column(place) for place in range(plain.width) if place not in taken}
    found: dict[str, tuple[int, ...]] = {}
    wanted = [field for field in ("question", "answer") if field not in known]
    texts = sorted((place for place, one in columns.items() if one.is_text), key=lambda place: -columns[place].length)
    best = texts[: len(wanted)]
    if len(wanted) == 2:  # the one that asks comes first
        best.sort(key=lambda place: (-columns[place].asks, place))
    found |= {field: (place,) for field, place in zip(wanted, best, strict=False)}
    if not plain.header:
        rest = {place: one for place, one in columns.items() if place not in best}
        for field, fits in (("url", Column.is_links), ("category", Column.is_categories)):
            place = next((place for place, one in rest.items() if fits(one)), None)
            found |= {} if place is None else {field: (place,)}
    return found
