"""Checks of the synonym file: overlaps, rules that never match, rules that lose more than they win."""

from pathlib import Path

import pytest

from index.analyzer import Analyzer
from index.entry_index import EntryIndex
from index.synonym_checks import check_synonyms
from index.tokenizer import Tokenizer
from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.judged import JudgedQuery
from knowledge.synonyms import read_synonyms

ENTRIES = [
    Entry(
        id="cancel",
        category="解約",
        question="解約したいときの期限と窓口は？",
        answer="書類の期限までにご連絡ください。",
    ),
    Entry(id="price", category="料金", question="料金はいくらですか？", answer="月2,960円です。"),
    Entry(id="stop", category="転送", question="転送を停止したいときはどうしますか？", answer="電話会社へ。"),
    *(
        Entry(id=f"filler-{number}", category="ほか", question=question, answer="お答えします。")
        for number, question in enumerate(
            ["業務時間は？", "道案内は？", "証明書は？", "規約は？", "番号は？", "報告は？"]
        )
    ),
]


def check(tmp_path: Path, text: str, judged: list[JudgedQuery] | None = None) -> list[Problem]:
    path = tmp_path / "synonyms.txt"
    path.write_text(text, encoding="utf-8")
    rules = read_synonyms(path)
    return check_synonyms(EntryIndex(ENTRIES, Analyzer(Tokenizer(), rules)), rules, judged or [], path)


def test_good_rules_are_no_problem(tmp_path: Path) -> None:
    assert check(tmp_path, "解約, やめる, 打ち切る\n料金, 値段 # 覚え書き\n費用 => 料金\n") == []


def test_a_word_in_two_groups_is_named_with_both_lines(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "解約, やめる\n\n停止, やめる\n")
    assert problem.line == 3
    assert "「やめる」が 1行目" in problem.message


def test_one_way_rules_may_share_words(tmp_path: Path) -> None:
    assert check(tmp_path, "解約, 打ち切る\nやめる => 解約\nやめる => 停止\n") == []


def test_a_rule_of_words_that_no_entry_holds_is_named(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "駐車場, パーキング\n")
    assert "どの項目にも出てきません" in problem.message


def test_a_word_that_search_never_sees_is_named(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "料金, です\n")
    assert "「です」は検索に使わない語" in problem.message


def test_a_rule_that_loses_judged_queries_is_named_with_them(tmp_path: Path) -> None:
    judged = [JudgedQuery(text, ("price",)) for text in ("月の値下げ", "月を値下げして", "値下げの月")]
    assert check(tmp_path, "値下げ => 料金\n", judged) == []
    (problem,) = check(tmp_path, "料金, 値段\n値下げ => 解約, 期限, 窓口, 書類, 連絡\n", judged)
    assert problem.line == 2
    assert "差し引き3件" in problem.message
    assert "月の値下げ" in problem.message


@pytest.mark.parametrize("line", ["解約", "解約 =>", "=> 解約", "a => b => c", ","])
def test_a_line_that_is_no_rule_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text(f"料金, 値段\n{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"synonyms\.txt:2"):
        read_synonyms(path)
