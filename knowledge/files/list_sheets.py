"""Conversion between the lines of a list and the rows of its sheet: one row a line, the line itself in a hidden column.

So a line that nobody touched comes back byte for byte, and an edited row gives a new line.
"""

from collections.abc import Sequence

from knowledge.errors import KnowledgeError
from knowledge.files.cells import BadCell
from knowledge.files.merged_cells import unmerged
from knowledge.files.row_reader import Table, merged_problems
from knowledge.list_name import ListName
from knowledge.lists import joined
from knowledge.located_entry import LocatedList

LINE = "控え"  # the heading of the hidden column
HEADINGS = {
    ListName.JUDGED: ("質問", "正しい項目のid", "種類"),
    ListName.SYNONYMS: ("言葉", "言いかえる先", "覚え書き"),
    ListName.STYLE: ("使わない言葉", "言いかえ", "理由"),
}
WIDTHS = (60, 40, 40)  # characters
EXPLANATIONS = {
    ListName.JUDGED: (
        "正解の分かっている質問です。尋ねられた文と、正しい項目のid（2つ以上あれば「|」で区切る）を書きます。"
        "答えてはいけない質問には、idの代わりに「-」を書きます。"
    ),
    ListName.SYNONYMS: (
        "同じ意味の言葉を「,」で区切って「言葉」に書きます。「言いかえる先」を書くと、「言葉」がその意味でもある、という一方向の規則になります。"
    ),
    ListName.STYLE: (
        "質問と回答で使わない言葉と、その言いかえです。「!」で始めると直すまで公開できません。「/」で囲むと正規表現です。"
    ),
}


def rows_of_list(name: ListName, text: str) -> list[list[str]]:
    """The cells of each line, the line with its end in the last one."""
    return [[*_cells(name, line), line] for line in text.splitlines(keepends=True)]


def read_list(name: ListName, table: Table) -> LocatedList:
    """The list of a sheet. Raises KnowledgeError for a missing column and every cell that is no text."""
    places = _places(name, table)
    problems = merged_problems(table, 1)
    lines: list[str] = []
    rows: list[int] = []
    for row, cells in enumerate(unmerged(table.rows, table.merged, 1)[1:], start=2):
        found = [cells[place] if 0 <= place < len(cells) else "" for place in places]
        bad = [(place, cell) for place, cell in zip(places, found, strict=True) if isinstance(cell, BadCell)]
        problems += [table.problem(cell.message, cell.hint, row, table.name_column(place, "")) for place, cell in bad]
        line = _line(name, [cell for cell in found if isinstance(cell, str)]) if not bad else None
        if line is not None:
            lines.append(line)
            rows.append(row)
    if problems:
        raise KnowledgeError(problems)
    return LocatedList(joined(lines), table.file, table.sheet, tuple(rows))


def _places(name: ListName, table: Table) -> list[int]:
    """The places of the columns, -1 for the hidden one where it is missing. Raises KnowledgeError for another."""
    heads = [cell.strip() if isinstance(cell, str) else "" for cell in (table.rows[0] if table.rows else ())]
    missing = [heading for heading in HEADINGS[name] if heading not in heads]
    if missing:
        hint = f"1行目に「{'」「'.join(HEADINGS[name])}」の見出しを書いてください。"
        raise KnowledgeError([table.problem(f"「{missing[0]}」の列がありません。", hint, 1)])
    return [heads.index(heading) if heading in heads else -1 for heading in (*HEADINGS[name], LINE)]


def _cells(name: ListName, line: str) -> list[str]:
    """The words of a line, cell by cell; a comment is in the first one."""
    plain = line.strip()
    if name is ListName.JUDGED:
        return [" ".join(part.split()) for part in (*plain.split("\t"), "", "")[:3]]
    if plain.startswith("#"):
        return [" ".join(plain.split()), "", ""]
    rule, _, note = plain.partition("#")
    left, _, right = rule.partition("=>")
    return [" ".join(part.split()) for part in (left, right, note)]


def _line(name: ListName, cells: Sequence[str]) -> str | None:
    """The line of a row; None for a row that was emptied, or is empty below the others."""
    *shown, kept = [*(" ".join(cell.split()) for cell in cells[:3]), cells[3]]
    if kept and _cells(name, kept) == shown:
        return kept
    if not any(shown):
        return None
    if name is ListName.JUDGED:
        return "\t".join(shown).rstrip("\t") + "\n"
    left, right, note = shown
    return f"{left}{f' => {right}' if right else ''}{f'  # {note}' if note else ''}".strip() + "\n"
