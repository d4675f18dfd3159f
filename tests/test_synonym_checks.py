"""Checks of the synonym file: overlaps, rules that never match, rules that lose more than they win.

Only what is certainly wrong is an error. The rest is a warning, and the same with and without the encoder.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.encoder.encoder import Encoder
from index.ranking.entry_index import EntryIndex
from index.review.synonym_checks import check_synonyms
from index.review.synonym_losses import Baseline, RuleLeftOut
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem, Severity
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


def check(
    tmp_path: Path,
    text: str,
    judged: Sequence[JudgedQuery] = (),
    encoder: Encoder | None = None,
    entries: Sequence[Entry] = ENTRIES,
) -> list[Problem]:
    path = tmp_path / "synonyms.txt"
    path.write_text(text, encoding="utf-8")
    rules = read_synonyms(path)
    return check_synonyms(EntryIndex(entries, Analyzer(Tokenizer(), rules), encoder), rules, judged, path)


def test_good_rules_are_no_problem(tmp_path: Path) -> None:
    assert check(tmp_path, "解約, やめる, 打ち切る\n料金, 値段 # 覚え書き\n費用 => 料金\n") == []


def test_a_word_in_two_groups_is_named_with_both_lines(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "解約, やめる\n\n停止, やめる\n")
    assert problem.line == 3
    assert "「やめる」が 1行目" in problem.message
    assert problem.severity is Severity.ERROR


def test_one_way_rules_may_share_words(tmp_path: Path) -> None:
    assert check(tmp_path, "解約, 打ち切る\nやめる => 解約\nやめる => 停止\n") == []


def test_a_word_of_a_group_that_gets_another_meaning_is_named_with_both(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "解約, やめる\nやめる => 停止\n")
    assert (problem.line, problem.severity) == (2, Severity.WARNING)
    assert "「やめる」は 1行目の「解約, やめる…」" in problem.message
    assert "「停止」の意味にもなります" in problem.message


def test_a_word_that_no_sentence_is_cut_into_is_named(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "料金, 値段, はな\n")
    assert (problem.line, problem.severity) == (1, Severity.WARNING)
    assert "「はな」は、文の中では別の語に区切られる" in problem.message


def test_a_rule_of_words_that_no_entry_holds_is_named(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "駐車場, パーキング\n")
    assert problem.severity is Severity.WARNING
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
    assert problem.severity is Severity.WARNING


def test_what_a_rule_loses_is_measured_on_an_index_without_it(tmp_path: Path) -> None:
    """No question holds a source of the rule: it is another entry that the rule makes look like them."""
    judged = [JudgedQuery(text, ("cancel",)) for text in ("書類 連絡", "書類の連絡", "書類連絡")]
    (problem,) = check(tmp_path, "番号 => 書類, 連絡\n", judged)
    assert "正しく見つかる質問が差し引き3件減ります" in problem.message


def test_a_chain_without_a_rule_is_the_chain_of_the_other_rules(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text("解約, やめる\n料金, 値段 => 書類, 連絡\nやめる, 停止 => 転送\n", encoding="utf-8")
    rules = read_synonyms(path)
    index = EntryIndex(ENTRIES, Analyzer(Tokenizer(), rules))
    whole = Baseline.of(index, [JudgedQuery("やめる期限は", ("cancel",))])
    for rule in rules:
        left_out, others = RuleLeftOut(rule, rules, whole), [other for other in rules if other is not rule]
        built = Analyzer(Tokenizer(), others)
        for text in (*index.texts, "やめる期限は", "まだ誰も尋ねていない、停止の値段"):
            assert left_out.analyze(text) == built.analyze(text)
            assert left_out.synonym_matches(text) == built.synonym_matches(text)
        assert left_out.rules_digest == built.rules_digest


def test_the_encoder_changes_nothing(tmp_path: Path, encoder: Encoder) -> None:
    judged = [JudgedQuery(text, ("price",)) for text in ("月の値下げ", "月を値下げして", "値下げの月")]
    rules = "料金, 値段, はな\n値下げ => 解約, 期限, 窓口, 書類, 連絡\n駐車場, パーキング\n"
    problems = check(tmp_path, rules, judged)
    assert len(problems) == 3
    assert check(tmp_path, rules, judged, encoder) == problems


@pytest.mark.parametrize("line", ["解約", "解約 =>", "=> 解約", "a => b => c", ","])
def test_a_line_that_is_no_rule_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text(f"料金, 値段\n{line}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"synonyms\.txt:2"):
        read_synonyms(path)


def test_japanese_commas_are_commas(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text("料金、値段，価格\nサブスク、定額 => 月額\n", encoding="utf-8")
    assert [(rule.sources, rule.targets) for rule in read_synonyms(path)] == [
        (("料金", "値段", "価格"), ("料金", "値段", "価格")),
        (("サブスク", "定額"), ("月額",)),
    ]
