"""FAQs with columns of their own, and what becomes of them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import openpyxl

from index.text.romanisation import romanised_words
from index.text.tokenizer import Tokenizer
from knowledge.adopting.adoption import Adoption, adopt
from knowledge.adopting.understood import letter, understand
from knowledge.files.cells import Area
from knowledge.files.row_reader import Table

Row = Sequence[str]
Adopted = Callable[..., Adoption]  # of the rows of a table
ASKED = ("駐車場はありますか？", "何時から入れますか", "子どもの料金を知りたい")
TOLD = (
    "はい、30台停められます。無料です。",
    "15時からです。早く着いたら荷物を預かります。",
    "小学生は大人の半額です。",
)


def workbook(path: Path, **sheets: Sequence[Row]) -> Path:
    """A file with these sheets."""
    book = openpyxl.Workbook()
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    del book["Sheet"]
    book.save(path)
    return path


def adopted_rows(tokenizer: Tokenizer, *rows: Row, merged: Sequence[Area] = ()) -> Adoption:
    """What becomes of the rows of a table."""
    table = Table("faq.csv", rows, lambda place, _: letter(place), merged=tuple(merged))
    return adopt(understand([table]), partial(romanised_words, tokenizer=tokenizer))
