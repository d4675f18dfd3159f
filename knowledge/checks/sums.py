"""A check for sums that do not come out: one price of an answer was changed, and what it adds up to was not."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from knowledge.entry import Status
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns

PRICE = re.compile(r"(?<![0-9.,])([0-9][0-9,]*)円")
BETWEEN = re.compile(r"[^0-9\n。、,.()+×*/-]{0,12}\+[^0-9\n。、,.()+×*/-]{0,12}")  # 1,000円 + 送料500円
EQUALS = re.compile(r"[^0-9\n。、,.()+×*/-]{0,4}=[^0-9\n。、,.()+×*/-]{0,12}")
NOT_WHOLE = re.compile(r"[^\n ] ?[×*/÷-][^円\n。、]{0,12}$")  # a factor, or something is taken away; no bullet
HINT = "金額を変えたときは、合計も直してください。"


def check_sums(located: Sequence[LocatedEntry], only: Only = None) -> list[Problem]:
    """A warning for every written sum of prices whose total is another one."""
    return [
        item.warning(f"回答の計算「{written}」が合いません（足すと{total:,}円です）。", HINT, "answer")
        for item in located
        if item.entry.status is not Status.RETIRED and concerns(only, item.entry.id)
        for written, _, total in wrong_sums(item.entry.answer)
    ]


def wrong_sums(answer: str) -> Iterator[tuple[str, int, int]]:
    """Each sum that does not come out as it is written, with its total there and its right one."""
    text = unicodedata.normalize("NFKC", answer).replace("**", "")
    added: list[re.Match[str]] = []
    for one, other in pairwise(PRICE.finditer(text)):
        between = text[one.end() : other.start()]
        if BETWEEN.fullmatch(between):
            added = [*(added or [one]), other]
            continue
        if added and EQUALS.fullmatch(between) and not NOT_WHOLE.search(text[: added[0].start()]):
            total = sum(map(_number, added))
            if total != _number(other):
                yield text[added[0].start() : other.end()], _number(other), total
        added = []


def _number(price: re.Match[str]) -> int:
    return int(price[1].replace(",", ""))
