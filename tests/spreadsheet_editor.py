"""What an editor does to a workbook or a CSV file, and what the bot then reads of it."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.entry import Entry, Status
from knowledge.errors import KnowledgeError, Problem
from knowledge.files.columns import COLUMNS
from knowledge.files.formats import read_files

PLACES = {column.field: place for place, column in enumerate(COLUMNS, 1)}

PRICE = Entry(
    id="price",
    category="料金",
    question="月額は？",
    answer="2,960円です。\n\n- 20回まで",
    variants=("値段", "-5"),
    url="https://example.com/price",
    related=("trial", "cancel"),
    as_of=date(2026, 4, 1),
    valid_from=datetime.fromisoformat("2026-04-01T09:00"),
    valid_to=date(2099, 3, 31),
    owner="営業",
)
TRIAL = Entry(id="trial", category="お試し", question="試せますか？", answer="まだ決まっていません。", declines=True)
CANCEL = Entry(id="cancel", category="解約", question="違約金は？", answer="ありません。", status=Status.DRAFT)
BASE = (CANCEL, PRICE, TRIAL)


def read(path: Path) -> list[Entry]:
    (incoming,) = read_files([path])
    return [item.entry for item in incoming.located]


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        read_files([path])
    assert all(problem.hint and problem.file == str(path) for problem in caught.value.problems)
    return caught.value.problems


def edit(path: Path, change: Callable[[Worksheet], object]) -> None:
    """Do what an editor does to the sheet FAQ."""
    workbook = load_workbook(path)
    change(workbook["FAQ"])
    workbook.save(path)


def table_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def save_csv(path: Path, table: list[list[str]], encoding: str = "utf-8-sig", delimiter: str = ",") -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(table)
    path.write_bytes(text.getvalue().encode(encoding))


def put(path: Path, row: int, field: str, text: Any, number_format: str | None = None) -> None:
    """Type into a cell, in either kind of file."""
    if path.suffix == ".csv":
        table = table_of(path)
        table[row - 1][PLACES[field] - 1] = str(text)
        save_csv(path, table)
        return

    def change(sheet: Worksheet) -> None:
        cell: Any = sheet.cell(row, PLACES[field])
        cell.value = text
        cell.number_format = number_format or cell.number_format

    edit(path, change)


def rewrite(path: Path, change: Callable[[str, bytes], bytes], **more: str) -> None:
    """Change the parts of a workbook and add others."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, change(name, data))
        for name, text in more.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
