"""The style guide, and the fields and characters that no entry may have.

1. The style guide's file is read with every fault named by its line; a word in it is a warning or an error.
2. A pattern is taken only where it ends in time, whatever text it searches.
3. A faulty field is refused with its name; characters that nobody sees are named by their code.
"""

import time
from pathlib import Path
from typing import Any

import pytest

from knowledge.checks.style import read_style
from knowledge.entry_reader import read_entry
from knowledge.errors import KnowledgeError, Severity
from knowledge.unwanted_characters import strange_character


def test_a_style_guide_says_for_each_word_whether_it_is_forbidden(tmp_path: Path) -> None:
    path = tmp_path / "style.txt"
    path.write_text("# 決まり\n\n出来る => できる # かな\n! /業界[一1]/ => 数字\n", encoding="utf-8")
    rules = read_style(path)
    assert [(rule.word, rule.instead, rule.reason, rule.severity) for rule in rules] == [
        ("出来る", "できる", "かな", Severity.WARNING),
        ("/業界[一1]/", "数字", "", Severity.ERROR),
    ]
    assert rules[1].find("業界1です", "") == "業界1"


@pytest.mark.parametrize("line", ["出来る", "出来る =>", "=> できる", "!", "a => b => c", "/(/ => x", "全て => すべて"])
def test_a_line_that_is_no_rule_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "style.txt"
    path.write_text(f"全て => みな\n{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"style\.txt:2"):
        read_style(path)


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            r"(a+)+$",
            r"(?:業界|業)*一",
            ".*.*.*一",
            "(?:a?b?)+c",
            "a?" * 20,
            "a{1,90}b{1,90}c{1,90}",
            r"(?>(a+)+)",
            "(?=(a+)+b)",
        ),
        *("a{99999999999999999999}", "(" * 5_000 + ")" * 5_000, "(?<=a+)b"),
    ],
)
def test_a_pattern_that_might_never_end_is_refused(tmp_path: Path, pattern: str) -> None:
    path = tmp_path / "style.txt"
    path.write_text(f"ある => いる\n/{pattern}/ => x\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="正規表現") as caught:
        read_style(path)
    assert [problem.line for problem in caught.value.problems] == [2]


@pytest.mark.parametrize(
    "pattern", ["[ｦ-ﾟ]+", "業界[一1].{0,9}?番", r"(?:\d\d)+円", "(?>業界|業)一", "(a|b)*c", "(?:ab|cd)++e"]
)
def test_a_pattern_with_few_ways_to_match_is_taken(tmp_path: Path, pattern: str) -> None:
    path = tmp_path / "style.txt"
    path.write_text(f"/{pattern}/ => x\n", encoding="utf-8")
    (rule,) = read_style(path)
    started = time.process_time()
    for text in ("a" * 12_000, "業界" * 6_000, "ｦ" * 12_000, "abcd" * 3_000, "11" * 6_000):
        rule.find(text, text)
    assert time.process_time() - started < 3


def test_a_style_guide_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="開けません"):
        read_style(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"related": ["price"]}, "related", "自分自身"),
        ({"related": ["trial", "hours", "trial"]}, "related", "「trial」が2回"),
        ({"url": "http://example.com/"}, "url", "https://"),
        ({"answer": "10\u200b日です"}, "answer", "U+200B"),
        ({"question": "料金は\u202eいくら"}, "question", "U+202E"),
        ({"variants": ["値段", "値\u0000段"]}, "variants.1", "U+0000"),
        ({"note": "\ufeff覚え書き"}, "note", "U+FEFF"),
    ],
)
def test_a_faulty_field_is_refused_with_its_name(fields: dict[str, Any], field: str, message: str) -> None:
    made, (fault,) = read_entry({"id": "price", "category": "c", "question": "q", "answer": "a", **fields})
    assert made is None
    assert fault.field == field
    assert message in fault.message
    assert fault.hint


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("普通の文。Cafe\tcafé\n", ""),
        ("☎️1️⃣♥︎", ""),
        ("ﾌﾟﾗﾝ～―—〜・々〆ヶ", ""),
        ("한국어 Ελληνικά עברית", ""),
        ("a\u00adb", "U+00AD"),
        ("a\u200db", "U+200D"),
        ("a\u2060b", "U+2060"),
        ("a\u0007b", "U+0007"),
        ("a\u2028b", "U+2028"),
        ("か\u3099", "が"),
        ("⾧さ", "「長」"),
        ("⻑さ", "U+2ED1"),
        ("\ue000", "U+E000"),
        ("文字化け\ufffd", "U+FFFD"),
        ("辻\U000e0100", "U+E0100"),
        ("\u3164", "U+3164"),
    ],
)
def test_characters_that_nobody_sees_are_named_with_their_code(text: str, code: str) -> None:
    strange = strange_character(text)
    assert (strange is not None) == bool(code)
    assert strange is None or code in strange.message + strange.hint
