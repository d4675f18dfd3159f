"""The checks before publishing: what is found in a broken knowledge base, and what is rightly left alone.

1. Each check finds its fault, at the right entry and field, with the right severity, and not its like that is no fault.
2. Each problem says what to do; the shipped entries have none.
3. With `only` exactly the problems of the changed entries are found, in less than half a second among 5,000 entries.
"""

import time
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from making import make_entry

from index.ranking.entry_index import EntryIndex
from index.review.checks import check_knowledge_base
from index.text.analyzer import Analyzer
from knowledge.checks.all_checks import check_entries
from knowledge.entry import Entry, Status
from knowledge.errors import Problem, Severity
from knowledge.folder import SHIPPED
from knowledge.located_entry import LocatedEntry

ERROR, WARNING = Severity.ERROR, Severity.WARNING
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
YESTERDAY, TOMORROW, DAY_AFTER = date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 26)
SECONDS = 1.0  # of processor time; on a quiet machine half of it
MANY = 5_000


def problems(analyzer: Analyzer, *entries: Entry, only: Collection[str] | None = None) -> list[Problem]:
    ordered = sorted(entries, key=lambda one: one.id)
    located = [LocatedEntry(one, f"{one.id}.yaml", 1) for one in ordered]
    return check_knowledge_base(EntryIndex(ordered, analyzer), located, NOW, only, style=SHIPPED.read_style())


def told(found: list[Problem]) -> list[tuple[Severity, str, str]]:
    return [(problem.severity, problem.entry_id, problem.field) for problem in found]


PRICE = make_entry("price", "料金プランの値段はいくらですか")
TRIAL = make_entry("trial", "無料お試しは何日間できますか")
CANCEL = make_entry("cancel", "解約するにはどうすればよいですか")
HOURS = make_entry("hours", "業務時間は何時から何時までですか")
NUMBER = make_entry("number", "電話番号を追加するにはどうしますか")
TWIN = make_entry("twin", "でんわ番号を追加するにはどうしますか")
REST = (CANCEL, HOURS)

BROKEN: list[tuple[str, tuple[Entry, ...], list[tuple[Severity, str, str]], str]] = [
    ("sound", (PRICE, TRIAL, *REST), [], ""),
    # relations
    ("unknown relation", (replace(PRICE, related=("trail",)), TRIAL), [(ERROR, "price", "related")], "「trail」"),
    ("back and forth", (replace(PRICE, related=("trial",)), replace(TRIAL, related=("price",))), [], ""),
    (
        "relation to a retired entry",
        (replace(PRICE, related=("trial",)), replace(TRIAL, status=Status.RETIRED)),
        [(WARNING, "price", "related")],
        "取り下げた",
    ),
    (
        "relation to an ended entry",
        (replace(PRICE, related=("trial",)), replace(TRIAL, valid_to=YESTERDAY)),
        [(WARNING, "price", "related"), (WARNING, "trial", "valid_to")],
        "2026-11-23まで）が終わっている",
    ),
    (
        "relation to an entry to come",
        (replace(PRICE, related=("trial",)), replace(TRIAL, valid_from=TOMORROW)),
        [],
        "",
    ),
    (
        "relation of a retired entry",
        (replace(PRICE, related=("trial",), status=Status.RETIRED), replace(TRIAL, status=Status.RETIRED)),
        [],
        "",
    ),
    # equal and nearly equal questions
    ("equal questions", (PRICE, replace(PRICE, id="twin")), [(ERROR, "twin", "question")], "price にもあります"),
    (
        "equal but for width and marks",
        (PRICE, make_entry("twin", "料金プランの値段は、いくらですか？")),
        [(ERROR, "twin", "question")],
        "にもあります",
    ),
    (
        "a variant equal to a question",
        (PRICE, replace(TRIAL, variants=("試用", PRICE.question))),
        [(ERROR, "trial", "variants.1")],
        "price にもあります",
    ),
    (
        "equal texts one after the other",
        (replace(PRICE, valid_to=TOMORROW), replace(PRICE, id="successor", valid_from=DAY_AFTER)),
        [],
        "",
    ),
    (
        "equal texts that overlap by a day",
        (replace(PRICE, valid_to=DAY_AFTER), replace(PRICE, id="successor", valid_from=DAY_AFTER)),
        [(ERROR, "successor", "question")],
        "公開期間が重なっています",
    ),
    ("equal to a draft", (PRICE, replace(PRICE, id="twin", status=Status.DRAFT)), [], ""),
    ("equal to a retired entry", (PRICE, replace(PRICE, id="twin", status=Status.RETIRED)), [], ""),
    ("nearly equal questions", (NUMBER, TWIN, *REST), [(ERROR, "twin", "question")] * 2, "number の質問"),
    (
        "nearly equal questions one after the other",
        (replace(NUMBER, valid_to=TOMORROW), replace(TWIN, valid_from=DAY_AFTER), *REST),
        [],
        "",
    ),
    (
        "nearly equal questions from a day to come",
        (NUMBER, replace(TWIN, valid_from=TOMORROW), *REST),
        [(ERROR, "twin", "question")] * 2,  # asked, it finds the other one first
        "2026-11-25からは、",
    ),
    # contradicting figures
    (
        "other prices",
        (
            make_entry("price", "いくら払いますか", "月額10,000円です。", related=("trial",)),
            make_entry("trial", "料金を教えてください", "月額は12,000円です。"),
        ),
        [(WARNING, "price", "answer")],
        "10,000円、関連する trial では12,000円",
    ),
    (
        "other prices of entries that are not related",
        (
            make_entry("price", "いくら払いますか", "月額10,000円です。"),
            make_entry("trial", "料金を教えてください", "月額12,000円です。"),
        ),
        [],
        "",
    ),
    (
        "prices one after the other",
        (
            make_entry("price", "いくら払いますか", "月額10,000円です。", related=("trial",), valid_to=TOMORROW),
            make_entry("trial", "料金を教えてください", "月額は12,000円です。", valid_from=DAY_AFTER),
        ),
        [],
        "",
    ),
    # lengths, dates
    ("an answer as long as Slack shows", (replace(PRICE, answer="あ" * 2_800),), [], ""),
    ("a longer answer", (replace(PRICE, answer="あ" * 2_801),), [(WARNING, "price", "answer")], "2801文字"),
    ("a long question", (replace(PRICE, question="あ" * 76),), [(WARNING, "price", "question")], "76文字"),
    ("confirmed tomorrow", (replace(PRICE, as_of=TOMORROW),), [(ERROR, "price", "as_of")], "まだ来ていません"),
    ("due for review", (replace(PRICE, review_by=YESTERDAY),), [(WARNING, "price", "review_by")], "見直し"),
    # style
    ("a banned word", (replace(PRICE, answer="御社は、絶対に安全です。"),), [(WARNING, "price", "answer")], "「絶対」"),
    ("a forbidden word", (replace(PRICE, answer="必ず儲かります。"),), [(ERROR, "price", "answer")], "必ず儲か"),
    ("banned words of askers", (replace(PRICE, variants=("絶対に安い？",)),), [], ""),
    ("half-width kana", (replace(PRICE, answer="ﾌﾟﾗﾝです。"),), [(WARNING, "price", "answer")], "「ﾌﾟﾗﾝ」"),
]


@pytest.mark.parametrize(
    ("entries", "expected", "message"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_fault_is_found_and_its_like_is_left_alone(
    analyzer: Analyzer, entries: tuple[Entry, ...], expected: list[tuple[Severity, str, str]], message: str
) -> None:
    found = problems(analyzer, *entries)
    assert told(found) == expected
    assert all(problem.hint for problem in found)
    assert all(problem.file == f"{problem.entry_id}.yaml" for problem in found)
    assert not message or message in found[0].message


def test_the_shipped_entries_have_no_problem(entries: list[Entry]) -> None:
    """Without retrieval, which the test of `faqbot check` asks."""
    assert check_entries([LocatedEntry(one) for one in entries], NOW) == []


def test_questions_that_differ_in_a_sign_are_two() -> None:
    assert (
        check_entries(
            [LocatedEntry(make_entry("c", "Cで書けますか")), LocatedEntry(make_entry("c-plus", "C++で書けますか"))], NOW
        )
        == []
    )


# -- texts that find another entry ------------------------------------------------------------------------------

LOSER = replace(TRIAL, variants=("電話番号",))
WINNER = replace(HOURS, variants=("でんわ番号",))


def test_a_variant_that_finds_another_entry_first_is_an_error(analyzer: Analyzer) -> None:
    (problem,) = problems(analyzer, LOSER, WINNER, PRICE, CANCEL)
    assert told([problem]) == [(ERROR, "trial", "variants.0")]
    assert "「電話番号」と尋ねると、この項目ではなく hours が先に出ます" in problem.message


def test_it_is_told_when_its_own_entry_changes(analyzer: Analyzer) -> None:
    base = (LOSER, WINNER, PRICE, CANCEL)
    assert told(problems(analyzer, *base, only={"trial"})) == [(ERROR, "trial", "variants.0")]
    assert problems(analyzer, *base, only={"hours"}) == []


def test_entries_that_are_never_live_together_take_nothing_from_each_other(analyzer: Analyzer) -> None:
    over, coming = replace(LOSER, valid_to=TOMORROW), replace(WINNER, valid_from=DAY_AFTER)
    assert problems(analyzer, over, coming, PRICE, CANCEL) == []
    (problem,) = problems(analyzer, LOSER, coming, PRICE, CANCEL)
    assert problem.message.startswith("2026-11-26からは、")


# -- one edit ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changed", ["price", "twin"])
def test_equal_texts_are_told_at_the_changed_entry_whichever_it_is(analyzer: Analyzer, changed: str) -> None:
    base = (PRICE, replace(PRICE, id="twin"), *REST)
    assert told(problems(analyzer, *base, only={changed})) == [(ERROR, changed, "question")]
    assert problems(analyzer, *base, only={"hours"}) == []


def test_an_entry_that_others_are_related_to_cannot_be_removed(analyzer: Analyzer) -> None:
    assert told(problems(analyzer, replace(PRICE, related=("gone",)), only={"gone"})) == [(ERROR, "price", "related")]


@pytest.mark.parametrize(("entries", "expected"), [row[1:3] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_what_is_found_in_all_entries_is_found_by_an_edit_of_one(
    analyzer: Analyzer, entries: tuple[Entry, ...], expected: list[tuple[Severity, str, str]]
) -> None:
    ids = [one.id for one in entries]
    assert told(problems(analyzer, *entries, only=ids)) == expected
    by_one_edit = [problem for entry_id in ids for problem in problems(analyzer, *entries, only=[entry_id])]
    assert {problem.severity for problem in by_one_edit} == {severity for severity, *_ in expected}


def test_one_edit_in_many_entries_is_checked_in_a_second(analyzer: Analyzer, entries: list[Entry]) -> None:
    copies = [
        replace(
            one,
            id=f"{one.id}-{number}",
            question=f"{number}番の{one.question}",
            variants=tuple(f"{number}番 {variant}" for variant in one.variants[:1]),
            answer="お答えします。",
            related=(f"{one.id}-{(number + 1) % 30}",),
        )
        for number in range(MANY // len(entries) + 1)
        for one in entries
    ]
    located = [LocatedEntry(one) for one in sorted(copies[:MANY], key=lambda one: one.id)]
    index = EntryIndex([item.entry for item in located], analyzer)
    check_knowledge_base(index, located, NOW, {located[7].entry.id})  # as in a process that has checked before
    started = time.process_time()
    assert check_knowledge_base(index, located, NOW, {located[MANY // 2].entry.id}) == []
    assert time.process_time() - started < SECONDS
