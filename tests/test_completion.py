"""Completion while somebody types, on the shipped knowledge base.

1. A question is found by what is written in it, in any width, case or kana, by its reading and by its words.
2. The parts of a question join to the question; marked is what matches, and nothing where only the meaning does.
3. What declines, what says nothing yet and what fits nothing is not offered.
"""

import pytest

from bot.choosing.completion import MAX_SHOWN, MAX_TYPED, complete, marked
from index.snapshot import Snapshot
from index.text.analyzer import Analyzer


def shown(snapshot: Snapshot, typed: str) -> list[str]:
    return [
        "".join(f"[{text}]" if is_match else text for text, is_match in parts) for _, parts in complete(snapshot, typed)
    ]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("料金プラン", "[料金プラン]と月額はいくらですか？"),
        ("ﾌﾟﾗﾝと", "料金[プランと]月額はいくらですか？"),
        ("ぷらんと月", "料金[プランと月]額はいくらですか？"),
        ("かいや", "途中で[解約]すると、違約金や[解約]金はかかりますか？"),
        ("かいやくする", "途中で[解約する]と、違約金や解約金はかかりますか？"),
        ("月額　プラン", "料金[プラン]と[月額]はいくらですか？"),
        ("プランを教えてほしい", "料金[プラン]と月額はいくらですか？"),
        ("０５０", "借りられる番号の種類は何ですか？03と[050]は選べますか？"),
    ],
)
def test_what_is_typed_is_found_and_marked(lexical_snapshot: Snapshot, typed: str, first: str) -> None:
    assert shown(lexical_snapshot, typed)[0] == first


def test_what_is_meant_is_offered_without_a_mark(lexical_snapshot: Snapshot) -> None:
    assert "途中で解約すると、違約金や解約金はかかりますか？" in shown(lexical_snapshot, "やめたい")


@pytest.mark.parametrize("typed", ["", "  ", "あ", "ｚ", "1", "縄文土器の文様", "(", "\\", "🙏", "。。。"])
def test_what_says_nothing_or_fits_nothing_completes_to_nothing(lexical_snapshot: Snapshot, typed: str) -> None:
    assert shown(lexical_snapshot, typed) == []


def test_a_few_answering_entries_are_offered_each_once(lexical_snapshot: Snapshot) -> None:
    for typed in ("解約", "電話", "ですか", "は", "料金" * MAX_TYPED):
        entries = [entry for entry, _ in complete(lexical_snapshot, typed)]
        assert len({entry.id for entry in entries}) == len(entries) <= MAX_SHOWN
        assert not any(entry.declines for entry in entries)


@pytest.mark.parametrize(
    "question", ["１㍿はｶﾞｽですか？", "a  b　c（ｄ）", "İstanbul ﬁ 契約", "", "𠮷野家と𠮷", "「解約」 解約\u3099"]
)
@pytest.mark.parametrize("typed", ["かいやく", "ガス", "株式", "fi", "b c", "𠮷", "."])
def test_parts_join_to_the_question_however_it_is_written(analyzer: Analyzer, question: str, typed: str) -> None:
    assert "".join(text for text, _ in marked(question, typed, analyzer)) == question
