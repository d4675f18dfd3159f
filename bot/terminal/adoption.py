"""The lines of `faqbot init`: the columns of an FAQ as they are understood, and how to go on."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.terminal.cells import cells, cut, padded
from bot.wording.evidence import evidence_lines
from index.snapshot import Snapshot
from knowledge.adopting.foreign_rows import Remark
from knowledge.adopting.understood import Understood, letter
from knowledge.labels import FIELD_LABELS
from knowledge.site import Site

COLUMNS = ("列", "見出し", "使いみち", "はじめの内容")
NOT_USED = "（使いません）"
WIDTHS = (4, 20, 14, 50)  # cells at most
MAX_REMARKS = 100


def columns_text(understood: Understood) -> str:
    """Every column of a table with its heading, the field that it becomes and its first text."""
    rows = [COLUMNS]
    for place in range(understood.width):
        field = understood.field_at(place)
        use = FIELD_LABELS[field] if field else NOT_USED
        rows.append((letter(place), " ".join(understood.heading(place).split()), use, understood.example(place)))
    shown = [tuple(cut(text, most) for text, most in zip(row, WIDTHS, strict=True)) for row in rows]
    widths = [max(map(cells, column)) for column in zip(*shown, strict=True)]
    lines = ["  ".join(padded(*cell) for cell in zip(row, widths, strict=True)).rstrip() for row in shown]
    table = understood.table
    file = f"{table.file}「{table.sheet}」" if table.sheet else table.file
    return "\n".join([f"{file} を、次のように読みます（質問と回答のある行 {understood.complete}行）。", *lines])


def unread_line(sheets: Sequence[str]) -> str:
    """The sheets that are not taken, and how they would be."""
    names = "".join(f"「{sheet}」" for sheet in sheets)
    return f"読まないシート: {names}（見出しの「質問」「回答」か、上と同じ並びのシートだけを読みます）"


def remark_lines(remarks: Sequence[Remark]) -> Iterator[str]:
    """The remarks on rows that are not taken as they are."""
    if remarks:
        yield f"そのままでは使えないところが{len(remarks)}件ありました。"
    yield from (f"  {remark}" for remark in remarks[:MAX_REMARKS])
    if len(remarks) > MAX_REMARKS:
        yield f"  ほか{len(remarks) - MAX_REMARKS}件"


def made_lines(site: Site, path: Path, snapshot: Snapshot) -> Iterator[str]:
    """The folder that was made, how much its answers rest on, and the next commands."""
    entries, variants = snapshot.base.entries, sum(len(entry.variants) for entry in snapshot.base.entries)
    yield f"「{site.name}」のナレッジベースを {path} に作りました（項目 {len(entries)}件、言い方 {variants}個）。"
    yield from evidence_lines(snapshot)
    question = site.example or next((entry.question for entry in snapshot.index.entries), "質問")
    yield "次にすること:"
    yield f"  KNOWLEDGE={path} make serve                # ページを開く"
    yield f'  KNOWLEDGE={path} faqbot ask "{question}"'
    yield f"  KNOWLEDGE={path} faqbot manifest           # Slackアプリのマニフェスト"
    yield f"直し方は {path / 'README.md'} にあります。"
