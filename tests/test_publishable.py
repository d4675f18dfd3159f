"""Entries that nobody has checked become entries that can be published, with as little lost as possible."""

from datetime import UTC, datetime

from making import make_entry

from index.ranking.entry_index import EntryIndex
from index.review.checks import check_knowledge_base
from index.review.publishable import publishable
from index.text.analyzer import Analyzer
from knowledge.entry import Entry, Status
from knowledge.errors import Severity
from knowledge.located_entry import LocatedEntry

NOW = datetime.now(UTC)
CANCEL = make_entry("z-cancel", "キャンセル料はいつからかかりますかね")
AGAIN = make_entry("a-again", "キャンセル料はいつから掛かりますか")
PARKING = make_entry(
    "parking", "駐車場はありますか", variants=("車で行けますか", "キャンセル料はいつからかかりますか", "どこに停める")
)
PETS = make_entry("pets", "ペットと泊まれますか", variants=("犬と泊まりたい", "どこに停める"))


def errors_of(entries: list[Entry], analyzer: Analyzer) -> list[str]:
    live = [entry for entry in entries if entry.status is Status.PUBLISHED]
    found = check_knowledge_base(EntryIndex(live, analyzer), list(map(LocatedEntry, entries)), NOW)
    return [problem.entry_id for problem in found if problem.severity is Severity.ERROR]


def test_entries_without_an_error_stay_as_they_are(analyzer: Analyzer) -> None:
    entries = [CANCEL, make_entry("pets", "ペットと泊まれますか")]
    assert publishable(entries, EntryIndex(entries, analyzer), NOW) == (entries, [])


def test_of_nearly_equal_questions_the_later_becomes_a_draft_and_variants_of_others_go(analyzer: Analyzer) -> None:
    entries = [CANCEL, AGAIN, PARKING, PETS]
    assert errors_of(entries, analyzer)
    made, told = publishable(entries, EntryIndex(entries, analyzer), NOW)
    assert [(entry.id, entry.status) for entry in made] == [
        ("z-cancel", Status.PUBLISHED),
        ("a-again", Status.DRAFT),
        ("parking", Status.PUBLISHED),
        ("pets", Status.PUBLISHED),
    ]
    assert [entry.variants for entry in made[2:]] == [("車で行けますか", "どこに停める"), ("犬と泊まりたい",)]
    assert {problem.entry_id for problem in told} == {"a-again", "parking", "pets"}
    assert errors_of(made, analyzer) == []
