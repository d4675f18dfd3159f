"""FAQs that are written as people speak: a row with Q and a question, below it a row with A and its answer."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.files.cells import Cell
from knowledge.files.formula_guard import unguarded
from knowledge.files.row_reader import Table

MARK = re.compile(
    r"(?:(?P<question>[QqＱｑ]|質問|問)|(?P<answer>[AaＡａ]|回答|答え?))"
    r"\s*[0-9０-９]*\s*(?:[.．:：、)）]\s*(?P<said>.+)|[.．:：、)）]?)",
    re.DOTALL,
)
HEADING = re.compile("[■□◆◇▼▶]")  # how a line begins that belongs to no answer
LEAST = 2  # questions
ANSWERED = 0.8  # of the questions, at least


def spoken(table: Table) -> Table | None:
    """The table with question and answer in the row of each question; None for one that is not written so.

    A line that belongs to no answer, behind a blank row or with the sign of a heading, stays without a question.
    """
    lines = [_line(cells) for cells in table.rows]
    questions, answers = ([number for number, (role, _) in enumerate(lines) if role == one] for one in "QA")
    asked = {number for number in questions if number + 1 < len(lines) and lines[number + 1][0] == "A"}
    if len(questions) < LEAST or len(asked) < ANSWERED * len(questions) or len(answers) != len(asked):
        return None
    said = [("", "")] * len(lines)
    current = -1  # the row of the question whose answer goes on
    for number, (role, text) in enumerate(lines):
        if role == "Q":
            current, said[number] = number, (text, "")
        elif not text or (not role and HEADING.match(text)):
            current, said[number] = -1, ("", text)
        elif current >= 0:
            question, answer = said[current]
            said[current] = (question, f"{answer}\n{text}".strip())
        else:
            said[number] = ("", text)
    return replace(table, rows=said, merged=())


def _line(cells: Sequence[Cell]) -> tuple[str, str]:
    """The mark of a row (Q, A or "" for neither) and its words."""
    texts = [unguarded(cell).strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    if len(texts) > 1 and texts[0].isdecimal():  # the number of a row
        del texts[0]
    found = MARK.fullmatch(texts[0]) if texts else None
    if found is None or (found["said"] is None) == (
        len(texts) == 1
    ):  # else the mark is alone, or more stands beside it
        return "", "\n".join(texts)
    return "Q" if found["question"] else "A", "\n".join([found["said"], *texts[1:]] if found["said"] else texts[1:])
