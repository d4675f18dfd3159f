"""Amounts that were changed in one answer and stay in others: each is told once, with every place."""

from dataclasses import replace

from making import make_entry

from knowledge.checks.old_amounts import check_old_amounts
from knowledge.entry import Entry, Status


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


def test_an_amount_that_is_only_taken_out_or_moved_is_no_change() -> None:
    assert told([PRICE, *OTHERS], replace(PRICE, answer="月額です。")) == []
    assert told([PRICE, *OTHERS], replace(PRICE, answer="1回、月2960円。2,960円です。")) == []
