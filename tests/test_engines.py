"""The comparison with other engines.

1. Every engine finds the document that holds the words of the question; a question of no known word is no error.
2. The report names every engine with its measures and costs, the best in bold, and the chart draws a line for each.
3. The shipped sets ask only what has an entry.
"""

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from making import make_entry

from index.evaluation.benchmark import Benchmark
from tests.benchmarks.engines import compared, cost, shipped_sets
from tests.benchmarks.engines_report import CHART, Cost, write_report
from tests.benchmarks.retrieval_engines import ENGINES, Engine, text_of

DOCUMENTS = (
    make_entry("cancel", "途中で解約できますか", "違約金はかかりません。", variants=("契約をやめたい",)),
    make_entry("price", "月額料金はいくらですか", "スモールは2,960円です。"),
    make_entry("trial", "無料お試しは何日間ですか", "10日間です。"),
    make_entry("hours", "業務時間を教えてください", "平日の9時から18時です。"),
    make_entry("report", "報告はどのように届きますか", "メールかチャットワークで知らせます。"),
)
QUERIES = {"q1": "途中で解約できますか", "q2": '無料お試し "何日間"', "q3": "チャットワーク"}
MADE_UP = Cost(1.5, 20.0, 0.25)
RIGHT = {"q1": {"cancel": 1}, "q2": {"trial": 1}, "q3": {"report": 1}}


def test_every_engine_finds_the_obvious_document_and_the_report_names_it(tmp_path: Path) -> None:
    tiny = Benchmark("tiny", DOCUMENTS, QUERIES, RIGHT)
    measured, again = compared([tiny, replace(tiny, name="jaquad_mteb")])
    assert {found.hit_at_1 for found in measured.values()} == {1.0}
    write_report(tmp_path, [measured], [again], {engine: {10: MADE_UP, 1_000: MADE_UP} for engine in ENGINES})
    report = (tmp_path / "BENCHMARKS.md").read_text("utf-8")
    assert "### tiny: 5 documents, 3 queries" in report
    assert "multilingual-e5-small | .748 |" in report
    for engine in ENGINES:
        assert f"| {engine.name} | **1.000** |" in report
        assert f"| {engine.name} | **0.25** | **0.25** |" in report
    drawn = ET.fromstring((tmp_path / CHART).read_text("utf-8"))  # noqa: S314  # our own
    assert {engine.name for engine in ENGINES} <= {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}


@pytest.mark.parametrize("engine", ENGINES[2:], ids=lambda engine: engine.name)
def test_a_question_of_no_known_word_and_no_trigram_is_no_error(engine: Engine) -> None:
    found = cost(engine, DOCUMENTS, ["ぬ"])
    assert found.query > 0
    assert found.build > 0


def test_a_document_is_its_question_variants_and_answer() -> None:
    assert text_of(DOCUMENTS[0]) == "途中で解約できますか\n契約をやめたい\n違約金はかかりません。"


def test_the_shipped_sets_ask_only_what_has_an_entry() -> None:
    sets = shipped_sets()
    assert [one.name for one in sets] == ["judged", "unseen", "unseen_by_kind"]
    assert all(
        right.keys() <= {entry.id for entry in one.documents} for one in sets for right in one.relevances.values()
    )
    assert all(all(one.relevances.values()) for one in sets)
