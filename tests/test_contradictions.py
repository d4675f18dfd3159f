"""Contradicting figures: how prices, days and times of an answer are read, and which of them contradict.

1. A figure is read with its rate and what it is of, however its number is written.
2. Only figures of one thing, in units that compare, contradict, and they are told at the entry that was changed.
3. A text without an end of its words keeps the check no longer than any other of its length.
"""

import time
from datetime import UTC, datetime

import pytest
from making import make_entry

from knowledge.checks.contradictions import check_contradictions, figures
from knowledge.errors import Severity
from knowledge.located_entry import LocatedEntry


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("月額10,000円です。", [("10000円", "/月", "")]),
        ("料金は月額1万円（税込）です。", [("10000円", "/月", "")]),
        ("料金は月額一万二千円です。", [("12000円", "/月", "")]),
        ("スモールの月額は2,960円、年額は30,000円です。", [("2960円", "/月", "スモール"), ("30000円", "/年", "")]),
        ("- **スモール** 月2,960円（超過は1回148円）", [("2960円", "/月", "スモール"), ("148円", "/回", "超過")]),
        ("無料お試しは10日間です。", [("10日間", "", "お試し")]),
        ("無料お試しは十日間です。", [("10日間", "", "お試し")]),
        ("**10日間**の無料お試しがあります。", [("10日間", "", "お試し")]),
        ("お試しは**1度だけ**です。", [("1度", "", "お試し")]),
        ("支払日は毎月27日です。", [("毎月27日", "", "支払日")]),
        ("毎月27日が支払期日です。", [("毎月27日", "", "支払期日")]),
        ("支払日は翌月の27日です。", [("翌月の27日", "", "支払日")]),
        ("業務時間は平日の9:00〜18:00です。", [("9時〜18時", "", "業務時間")]),
        ("業務時間は平日の9〜18時です。", [("9時〜18時", "", "業務時間")]),
        ("業務時間は平日の午前9時から午後6時30分です。", [("午前9時から午後6時30分", "", "業務時間")]),
        ("受付は17時までです。", [("17時まで", "", "受付")]),
        ("報告先は最大3名です。", [("最大3名", "", "報告先")]),
        ("応答は3コール以内です。", [("3コール以内", "", "応答")]),
        ("準備は3日から5日です。", [("3日から5日", "", "準備")]),
        ("案内は終了の4営業日前です。", [("4営業日前", "", "案内")]),
        ("番号は2つの用途に使えます。", []),
        ("開業して3年経ちました。", []),
        ("1回の通話の長さに制限はありません。", []),
        ("例: 5回 × 148円 = 740円です。", []),
        ("2021年から承っています。", []),
        ("03で始まる番号です。", []),
        ("4月27日に始まります。", []),
    ],
)
def test_figures_are_read_with_what_they_are_of(answer: str, expected: list[tuple[str, str, str]]) -> None:
    read = figures(make_entry("a", "どうですか", answer))
    assert [(figure.written, figure.rate, figure.thing) for figure in read] == expected


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
        ("番号の追加は月1,100円です。", "番号の追加は月千百円です。", False),
        ("解約は30日以内です。", "解約は10日以上です。", False),
        ("解約は30日以内です。", "解約は14日以内です。", True),
        ("お試しは2週間です。", "お試しは14日間です。", False),
        ("お試しは2週間です。", "お試しは10日間です。", True),
        ("契約は1年です。", "契約は12か月です。", False),
        ("契約は半年です。", "契約は3か月です。", True),
        ("案内は4営業日前です。", "案内は4日前です。", False),
        ("案内は終了の4日前です。", "案内は終了の4日後です。", False),
        ("報告先は最大3名です。", "報告先は最大三人です。", False),
        ("報告先は最大3名です。", "報告先は最大5名です。", True),
        ("受付は17時までです。", "受付は午後5時までです。", False),
        ("受付は17時までです。", "受付は18時までです。", True),
        ("業務時間は9時から18時です。", "業務時間は18時までです。", False),
        ("手数料は3%です。", "手数料は3割です。", True),
        ("支払日は毎月27日です。", "支払日は翌月25日です。", True),
    ],
)
def test_only_figures_of_one_thing_contradict(one: str, other: str, contradict: bool) -> None:  # noqa: FBT001  # a column of the table
    base = [
        LocatedEntry(make_entry("one", "料金プランの値段はいくらですか", one, related=("other",))),
        LocatedEntry(make_entry("other", "無料お試しは何日間できますか", other)),
    ]
    for only, place in ((None, "one"), ({"one"}, "one"), ({"other"}, "other")):
        found = check_contradictions(base, datetime.now(UTC), only)
        told = [(problem.severity, problem.entry_id, problem.field) for problem in found]
        assert told == ([(Severity.WARNING, place, "answer")] if contradict else [])
    assert check_contradictions(base, datetime.now(UTC), {"another"}) == []


@pytest.mark.parametrize("unit", ["A", "漢し", "漢お", "漢の", "月額", ":", "1", "料金は"])
def test_no_text_is_read_for_longer_than_a_second(unit: str) -> None:
    long = unit * (10_000 // len(unit))
    item = LocatedEntry(
        make_entry("one", f"{unit * (290 // len(unit))}?", f"{long}1,000円です。\n{long}", related=("other",))
    )
    other = LocatedEntry(make_entry("other", "月額はいくらですか", "月額は2,000円です。"))
    started = time.process_time()
    check_contradictions([item, other], datetime.now(UTC))
    assert time.process_time() - started < 1
