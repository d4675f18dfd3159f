"""Amounts that were changed in one answer and stay in others: each is told once, with every place."""

from dataclasses import replace
from pathlib import Path

import pytest
from making import make_entry

from knowledge.amounts.grammar import amounts_in, plain_text
from knowledge.checks.old_amounts import check_old_amounts, spellings
from knowledge.entry import Entry, Status
from knowledge.files.yaml_reader import read_folder
from knowledge.folder import SHIPPED


def told(before: list[Entry], *after: Entry) -> list[str]:
    now = {entry.id: entry for entry in before} | {entry.id: entry for entry in after}
    found = check_old_amounts({one.id: one for one in before}, list(now.values()), [one.id for one in after])
    return [one.message for one in found]


PRICE = make_entry("price", "priceは？", answer="月額2,960円です。\n- 月2960円、1回")
OTHERS = [
    *(
        make_entry("bill", "billは？", answer="請求は月2960円です。"),
        make_entry("yen", "yenは？", answer="二千九百六十円です。"),
    ),
    *(
        make_entry("count", "countは？", answer="1回2,960件です。"),
        replace(make_entry("draft", "draftは？", answer="2,960円"), status=Status.DRAFT),
    ),
]


def test_every_place_that_still_has_the_old_price_is_named_once() -> None:
    new = replace(PRICE, answer="月額3,060円です。\n- 月2960円、2回")
    assert told([PRICE, *OTHERS], new) == [
        "変えた「2,960円」は、直した回答のほかの場所（price）と、ほかの2件の回答（bill、yen）にもあります。"
    ]
    everywhere = [replace(one, answer="3,060円") for one in (PRICE, *OTHERS[:2])]
    assert told([PRICE, *OTHERS], *everywhere) == []


def test_what_another_warning_has_told_is_not_said_again() -> None:
    new = replace(PRICE, answer="月額3,060円です。")
    now = {entry.id: entry for entry in (PRICE, *OTHERS, new)}
    (left,) = check_old_amounts({"price": PRICE}, list(now.values()), ["price"], {("bill", (2960, "円"))})
    assert left.message == "変えた「2,960円」は、ほかの1件の回答（yen）にもあります。"
    told = {(one, (2960, "円")) for one in ("bill", "yen")}
    assert check_old_amounts({"price": PRICE}, list(now.values()), ["price"], told) == []


def test_an_amount_that_is_only_taken_out_or_moved_is_no_change() -> None:
    assert told([PRICE, *OTHERS], replace(PRICE, answer="月額です。")) == []
    assert told([PRICE, *OTHERS], replace(PRICE, answer="1回、月2960円。2,960円です。")) == []


@pytest.mark.parametrize(
    "text",
    [
        *("2,960円", "２，９６０円", "二千九百六十円", "2千9百60円", "1.5万円", "3万5千円", "2,960〜3,060円"),
        *("三ヶ月", "3カ月以内", "6か月", "10日間", "十日", "一営業日", "5年半", "半年", "2時間半", "2時間30分"),
        *("2.5時間", "9:00から18:00", "午後3時", "９時半", "21時", "①⑤日", "㏾まで", "5％", "１０割", "二〇二六年"),
    ],
)
def test_an_amount_is_looked_for_in_every_spelling(text: str) -> None:
    found = [(one.number, one.unit.name) for one in amounts_in(plain_text(text))]
    assert found
    assert [one for one in found if not any(may.search(text) for may in spellings([one]))] == []


def test_no_amount_of_any_knowledge_base_is_overlooked() -> None:
    folders = [SHIPPED.path, *Path(__file__).parent.glob("*knowledge_bases/*")]
    answers = {located.entry.answer for folder in folders for located in read_folder(folder / "entries")}
    written = [(text, one) for text in answers for one in amounts_in(plain_text(text))]
    assert len(written) > 1_000
    for text, one in written:
        assert any(may.search(text) for may in spellings([(one.number, one.unit.name)])), (one, text)
