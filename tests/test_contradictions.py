"""Contradicting figures: how prices, days and times of an answer are read, and which of them contradict.

1. A figure is read with its unit, its rate and what it is of, however its number is written.
2. Only figures of one thing in one unit contradict, and they are told at the entry that was changed.
"""

from datetime import UTC, datetime

import pytest

from knowledge.checks.contradictions import check_contradictions, figures
from knowledge.entry import Entry
from knowledge.errors import Severity
from knowledge.located_entry import LocatedEntry


def entry(entry_id: str, question: str, answer: str, related: tuple[str, ...] = ()) -> Entry:
    return Entry(id=entry_id, category="分類", question=question, answer=answer, related=related)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("月額10,000円です。", [("10000円", "円/月", "")]),
        ("料金は月額1万円（税込）です。", [("10000円", "円/月", "")]),
        ("スモールの月額は2,960円、年額は30,000円です。", [("2960円", "円/月", "スモール"), ("30000円", "円/年", "")]),
        ("- **スモール** 月2,960円（超過は1回148円）", [("2960円", "円/月", "スモール"), ("148円", "円/回", "超過")]),
        ("無料お試しは10日間です。", [("10日間", "日", "お試し")]),
        ("**10日間**の無料お試しがあります。", [("10日間", "日", "お試し")]),
        ("支払日は毎月27日です。", [("27日", "毎月日", "支払日")]),
        ("毎月27日が支払期日です。", [("27日", "毎月日", "支払期日")]),
        ("業務時間は平日の9:00〜18:00です。", [("9時から18時", "時刻", "業務時間")]),
        ("業務時間は平日の午前9時から午後6時30分です。", [("9時から18時30分", "時刻", "業務時間")]),
        ("1回の通話の長さに制限はありません。", []),
        ("例: 5回 × 148円 = 740円です。", []),
        ("2021年から承っています。", []),
        ("03で始まる番号です。", []),
        ("4月27日に始まります。", []),
    ],
)
def test_figures_are_read_with_what_they_are_of(answer: str, expected: list[tuple[str, str, str]]) -> None:
    read = figures(entry("a", "どうですか", answer))
    assert [(figure.written, figure.unit, figure.thing) for figure in read] == expected


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("お試しは10日間です。", "無料お試しは14日間です。", True),
        ("お試しは10日間です。", "10日間の無料お試しがあります。", False),
        ("お試しは10日間です。", "無料お試しは10日です。", False),
        ("お試しは10日間です。", "お試しの延長は5日間です。", False),
        ("業務時間は平日の9時から18時です。", "電話代行の業務時間は平日の9:00〜20:00です。", True),
        ("業務時間は平日の9時から18時です。", "業務時間は平日の09:00〜午後6時です。", False),
        ("スモールの月額は2,960円です。", "ハーフの月額は5,720円です。", False),
        ("スモールの月額は2,960円です。", "スモールは月3,000円です。", True),
        ("月額1万円です。", "月額10,000円です。", False),
        ("番号の追加は月1,100円です。", "番号の追加は1つにつき月1,200円です。", True),
        ("番号の追加は月1,100円です。", "番号の追加は5日間かかります。", False),
        ("支払日は毎月27日です。", "毎月25日が支払日です。", True),
        ("解約は30日以内です。", "解約は10日以上です。", False),
    ],
)
def test_only_figures_of_one_thing_contradict(one: str, other: str, contradict: bool) -> None:  # noqa: FBT001  # a column of the table
    base = [
        LocatedEntry(entry("one", "料金プランの値段はいくらですか", one, related=("other",))),
        LocatedEntry(entry("other", "無料お試しは何日間できますか", other)),
    ]
    for only, place in ((None, "one"), ({"one"}, "one"), ({"other"}, "other")):
        found = check_contradictions(base, datetime.now(UTC), only)
        told = [(problem.severity, problem.entry_id, problem.field) for problem in found]
        assert told == ([(Severity.WARNING, place, "answer")] if contradict else [])
    assert check_contradictions(base, datetime.now(UTC), {"another"}) == []
