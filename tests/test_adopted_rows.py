"""Rows of an FAQ as people write them, before they are entries.

1. An answer over several rows, or in the row below its question, is one; what belongs to none is told.
2. A row that is hidden or that its status keeps back is never public.
"""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from foreign_files import ASKED, TOLD, Adopted, Row, workbook

from index.text.romanisation import romanised_words
from index.text.tokenizer import Tokenizer
from knowledge.adopting.adoption import adopt
from knowledge.adopting.dialogue import spoken
from knowledge.adopting.understood import letter, read_foreign, understand
from knowledge.entry import Status
from knowledge.files.cells import Area
from knowledge.files.row_reader import Table


@pytest.mark.parametrize(
    "rows",
    [
        [["Q", ASKED[0]], ["A", "はい。"], ["", "無料です。"], [], ["■料金"], ["Q", ASKED[2]], ["A", TOLD[2]]],
        [[f"Q1. {ASKED[0]}"], ["A1．はい。"], ["無料です。"], ["■料金"], [f"Ｑ２：{ASKED[2]}"], [f"Ａ２：{TOLD[2]}"]],
        [
            ["1", "問", ASKED[0]],
            ["", "答", "はい。", "無料です。"],
            ["■料金"],
            ["2", "問", ASKED[2]],
            ["", "答", TOLD[2]],
        ],
    ],
)
def test_questions_with_their_answers_below_are_read_as_they_are_spoken(adopted: Adopted, rows: list[Row]) -> None:
    made = adopted(["よくあるご質問"], *rows)
    assert [(entry.question, entry.answer) for entry in made.entries] == [
        (ASKED[0], "はい。\n無料です。"),
        (ASKED[2], TOLD[2]),
    ]
    assert [remark.told for remark in made.remarks] == ["質問がありません → 取り込みません"] * 2  # the title, ■料金


def test_several_sheets_may_be_spoken(tmp_path: Path) -> None:
    rows = [[mark, text] for pair in zip(ASKED, TOLD, strict=True) for mark, text in zip("QA", pair, strict=True)]
    path = workbook(tmp_path / "faq.xlsx", 一=rows, 二=rows[:4], メモ=[["Q", ASKED[0]], ["あ", "い"]])
    assert [one.table.sheet for one in understand(read_foreign(path))] == ["一", "二"]


@pytest.mark.parametrize(
    "rows",
    [
        [[f"Q. {q}", f"A. {a}"] for q, a in zip(ASKED, TOLD, strict=True)],
        [["Q", q, "A", a] for q, a in zip(ASKED, TOLD, strict=True)],
    ],
)
def test_marks_beside_each_other_are_no_dialogue(rows: list[Row]) -> None:
    assert all(
        spoken(Table("faq.csv", [head, *rows], lambda place, _: letter(place))) is None for head in (["質問"], [])
    )


def test_an_answer_over_several_rows_is_one(adopted: Adopted) -> None:
    rows = [
        ["1", ASKED[0], "はい。", "佐藤"],
        ["", "", "・30台", ""],
        ["", "", "・無料", ""],
        ["2", ASKED[1], "15時から。", "佐藤"],
        ["", "", "荷物は預かります。", "鈴木"],  # its question is one cell with the question above
        ["", "", "別の人の答え", "鈴木"],
        ["", "", "", ""],
        ["", "", "離れた答え", ""],
        ["3", ASKED[2], "", ""],
        ["", "", "半額です。", ""],
    ]
    made = adopted(["No", "質問", "回答", "担当"], *rows, merged=[Area(5, 2, 6, 2)])
    assert [(entry.question, entry.answer) for entry in made.entries] == [
        (ASKED[0], "はい。\n・30台\n・無料"),
        (ASKED[1], "15時から。\n荷物は預かります。"),
        (ASKED[2], "半額です。"),
    ]
    assert list(map(str, made.remarks)) == [
        "3行目: 質問がありません → 2行目の回答の続きにします",
        "4行目: 質問がありません → 2行目の回答の続きにします",
        "6行目: 質問がありません → 5行目の回答の続きにします",
        "7行目: 質問がありません → 取り込みません",
        "9行目: 質問がありません → 取り込みません",
        "11行目: 質問がありません → 10行目の回答の続きにします",
    ]


@pytest.mark.parametrize(
    ("heading", "statuses", "public"),
    [
        ("公開状態", ("公開", "非公開", "下書き"), (0,)),
        ("公開", ("○", "", "×"), (0,)),
        ("ステータス", ("社内限定", "", "新規"), (1, 2)),
        ("状態", ("公開", "取り下げ", "公開"), (0, 2)),
        ("is_published", ("TRUE", "FALSE", "0"), (0,)),
        ("status", ("Published", "archived", "Draft"), (0,)),
        ("非公開", ("○", "", "×"), (1, 2)),
        ("hidden", ("true", "false", ""), (1, 2)),
        ("公開・非公開", ("非公開", "公開", "公開中"), (1, 2)),
        ("非公開", ("公開", "非公開", ""), (0, 2)),
        ("Status", ("reviewed", "In review", ""), (0, 2)),
        ("対応状況", ("対応済み", "未対応", ""), (0, 1, 2)),
    ],
)
def test_a_row_that_its_status_keeps_back_is_a_draft(
    adopted: Adopted, heading: str, statuses: Sequence[str], public: Sequence[int]
) -> None:
    made = adopted(["質問", "回答", heading], *zip(ASKED, TOLD, statuses, strict=True))
    assert [number for number, one in enumerate(made.entries) if one.status is Status.PUBLISHED] == list(public)
    kept_back = [number for number in range(3) if number not in public]
    assert [remark.place.row - 2 for remark in made.remarks if remark.place] == kept_back
    assert all("下書きにします" in remark.told for remark in made.remarks)


def test_a_hidden_row_is_a_draft(tmp_path: Path, tokenizer: Tokenizer) -> None:
    path = workbook(tmp_path / "faq.xlsx", 一覧=[["質問", "回答"], *zip(ASKED, TOLD, strict=True)])
    with closing(openpyxl.load_workbook(path)) as book:
        book["一覧"].row_dimensions[3].hidden = True
        book.save(path)
    made = adopt(understand(read_foreign(path)), partial(romanised_words, tokenizer=tokenizer))
    assert [entry.status for entry in made.entries] == [Status.PUBLISHED, Status.DRAFT, Status.PUBLISHED]
    assert list(map(str, made.remarks)) == ["3行目: 行が非表示です → 下書きにします（答えません）"]


def test_of_the_same_question_the_public_row_is_taken(adopted: Adopted) -> None:
    rows = [[ASKED[0], "前の答え", "非公開"], [ASKED[0], TOLD[0], "公開"], [ASKED[1], TOLD[1], "公開"]]
    made = adopted(["質問", "回答", "状態"], *rows)
    assert [(entry.answer, entry.status) for entry in made.entries] == [
        (TOLD[0], Status.PUBLISHED),
        (TOLD[1], Status.PUBLISHED),
    ]
    assert [str(remark) for remark in made.remarks] == [
        f"2行目: 質問「{ASKED[0]}」が3行目にもあります → 取り込みません"
    ]
