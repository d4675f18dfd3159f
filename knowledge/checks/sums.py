"""A check for sums that do not come out: one price of an answer was changed, and what it adds up to was not."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from knowledge.entry import Status
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns

PRICE = re.compile(r"(?<![0-9.,])([0-9][0-9,]{0,19})円")  # what has thousands of digits cannot be counted with
BETWEEN = re.compile(r"[^0-9\n。、,.()+×*/-]{0,12}\+[^0-9\n。、,.()+×*/-]{0,12}")  # 1,000円 + 送料500円
EQUALS = re.compile(r"[^0-9\n。、,.()+×*/-]{0,4}=[^0-9\n。、,.()+×*/-]{0,12}")
NOT_WHOLE = re.compile(r"[^\n ] ?[×*/÷-][^円\n。、]{0,12}$")  # a factor, or something is taken away; no bullet
FACTOR = re.compile(r"(?<![0-9.,])[0-9]{1,4}(?![0-9.,]|円)")  # 2 of 2回線
TOTAL = re.compile("合計|総額|[合あ]わせて|計[0-9]")
MAX_ADDED = 3  # prices of a told total
MAX_PRICES = 20  # of an answer, among which its totals are looked for
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
    text = _plain(answer)
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


def told_totals(answer: str, replaced: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Each price of an answer that may be a total of `replaced` ones (old: new), with what it would be then.

    A total is the sum of prices of the answer, or one of them as often as a number there says. Where the answer has a
    word for totals, the price itself need not stand there.
    """
    text = _plain(answer)
    told = sorted({_number(price) for price in PRICE.finditer(text)})[:MAX_PRICES]
    known = {price: replaced.get(price, price) for price in told}
    if TOTAL.search(text):
        known |= replaced
    if not known.keys() & replaced.keys():
        return
    factors = [int(one) for one in FACTOR.findall(text)]
    for total in told:
        if total not in replaced and (new := _total(total, known, factors)) not in (None, total):
            known[total] = new
            yield total, new


def _total(total: int, known: Mapping[int, int], factors: Sequence[int]) -> int | None:
    """The new total with the `known` prices (old: new), where these or one of them times a factor make it."""
    changed = {price: new for price, new in known.items() if price != new}
    for price, new in changed.items():
        if price and total % price == 0 and total // price in factors and total != price:
            return total // price * new
    places = {price: place for place, price in enumerate(known) if price < total}
    for others in range(1, MAX_ADDED):
        for added in combinations(places, others):
            last = total - sum(added)  # not tried, but looked up
            if places.get(last, -1) > places[added[-1]] and changed.keys() & {*added, last}:
                return sum(known[price] for price in (*added, last))
    return None


def price_of(words: str) -> int | None:
    """The price that some words are, None where they are something else."""
    found = PRICE.fullmatch(_plain(words))
    return _number(found) if found else None


def _plain(answer: str) -> str:
    return unicodedata.normalize("NFKC", answer).replace("**", "")


def _number(price: re.Match[str]) -> int:
    return int(price[1].replace(",", ""))
