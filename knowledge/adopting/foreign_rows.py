"""The rows of an FAQ with columns of its own: each with the texts of its fields, and what it says of its status."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.adopting.statuses import kept_back
from knowledge.adopting.understood import Understood
from knowledge.entry_rules import is_https
from knowledge.files.cells import BadCell, Cell, is_filled
from knowledge.files.formula_guard import unguarded

SEVERAL_ROWS = ("answer", "variants")  # fields that go on in the rows below


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A row of a file; `sheet` is its sheet where several are taken, the `number`th of them."""

    number: int
    row: int
    sheet: str = ""

    def __str__(self) -> str:
        return f"「{self.sheet}」{self.row}行目" if self.sheet else f"{self.row}行目"


@dataclass(frozen=True, slots=True)
class Remark:
    """A change made to a row (None for no single one) as it was taken over, in Japanese."""

    place: Place | None
    told: str

    def __str__(self) -> str:
        return f"{self.place}: {self.told}" if self.place else self.told


@dataclass(slots=True)
class ForeignRow:
    """The texts of a row by field, as written; `kept_back` says in Japanese why it is not public, else nothing."""

    place: Place
    texts: dict[str, str]
    kept_back: str = ""
    remarks: list[Remark] = field(default_factory=list)


def rows_of(understood: Understood, number: int, sheet: str) -> list[ForeignRow]:
    """The rows of a table, each with the rows below that only go on with its answer; `sheet` names them, "" nothing."""
    found = [_row(understood, lines, number, sheet) for lines in _grouped(understood)]
    if places := understood.places.get("status"):
        heading = understood.heading(places[0])
        for row, back in zip(found, kept_back(heading, [row.texts["status"] for row in found]), strict=True):
            status = " ".join(row.texts["status"].split())
            row.kept_back = (f"状態が「{status}」です" if status else "状態が空です") if back else ""
    for row in found:
        if row.place.row in understood.table.hidden:
            row.kept_back = "行が非表示です"
    return found


def _grouped(understood: Understood) -> Iterator[list[tuple[int, Sequence[Cell]]]]:
    """The numbers and cells of each row and of those right below that go on with it."""
    group: list[tuple[int, Sequence[Cell]]] = []
    for number, cells in understood.rows():
        if group and number == group[-1][0] + 1 and _goes_on(understood, number, cells):
            group.append((number, cells))
            continue
        if group:
            yield group
        group = [(number, cells)]
    if group:
        yield group


def _goes_on(understood: Understood, number: int, cells: Sequence[Cell]) -> bool:
    """True for a row with an answer and nothing else, or whose question is one cell with the question above."""
    question, answer = (understood.places[name][0] for name in ("question", "answer"))
    filled = {place for place, cell in enumerate(cells) if is_filled(cell)}
    if question in filled or answer not in filled:
        return False
    merged = (area for area in understood.table.merged if area.left <= question + 1 <= area.right)
    return filled == {answer} or any(max(area.top, understood.header) < number <= area.bottom for area in merged)


def _row(understood: Understood, lines: Sequence[tuple[int, Sequence[Cell]]], number: int, sheet: str) -> ForeignRow:
    first = Place(number, lines[0][0], sheet)
    row = ForeignRow(first, {})
    for line, _ in lines[1:]:
        row.remarks.append(Remark(Place(number, line, sheet), f"質問がありません → {first}の回答の続きにします"))
    for name, places in understood.places.items():
        texts: list[str] = []
        for line, cells in lines if name in SEVERAL_ROWS else lines[:1]:
            for cell in (cells[place] for place in places if place < len(cells)):
                if isinstance(cell, BadCell):
                    row.remarks.append(Remark(Place(number, line, sheet), f"{cell.message} → その欄を空として読みます"))
                else:
                    texts.append(unguarded(cell))
        row.texts[name] = "\n".join(texts)
    row.texts["url"] = " ".join((*_links(understood, first.row), row.texts.get("url", ""))).strip()
    return row


def _links(understood: Understood, line: int) -> Iterator[str]:
    """The links behind the words of a row's cells: of its column of links first, then of its question and answer."""
    for name in ("url", "question", "answer"):
        for place in understood.places.get(name, ()):
            if is_https(link := understood.table.links.get((line, place), "")):
                yield link
