"""A check for contradicting figures: related entries with different prices, days or times for the same thing."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from knowledge.amounts.amount import Amount, are_equal, common_measure
from knowledge.amounts.grammar import amounts_in, plain_text
from knowledge.amounts.units import Kind
from knowledge.entry import Entry
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns
from knowledge.validity import overlap

PRICE = re.compile("[0-9]{4,}(?=円)")
SENTENCE = re.compile(r"(?<=。)|\n")
MARKUP = re.compile(r"\*\*|\]\([^)\s]*\)|\[")
ORDINAL = re.compile("(?<![0-9])[0-9]++(?:か月|回|つ|日|年|件)目(?:以降)?[のは]?、?")
SUM = re.compile("^[- ]*例|[×+=]")  # worked examples are of one case, not of the rule
NOUN = "(?:[おご]?[一-鿿々ァ-ヴーA-Za-z]++[しきけみりえ]?)++"  # possessive: a long word has 2^n ways to be cut
CHAIN = f"{NOUN}(?:の{NOUN})*+"
TOPIC = re.compile(rf"({CHAIN})は")
BESIDE = re.compile(rf"({CHAIN})$")
BEHIND = re.compile(rf"の({CHAIN})|が({CHAIN})です")
BETWEEN = re.compile(  # a noun and its figure
    "(?:(?:月額|月々|毎月|月|年額|年|1[つ回件名人]|税込|税抜|約|最大|最長|一律)(?:料金|につき)?"
    "|[はがをもでにの:、・( ])++$"
)
REACH = 300  # characters before a figure in which it is told what it is one of
POLITE = re.compile("^(?:無料)?(?:ご|お(?=[^ぁ-ん]*$))?|(?:料金|料|代金|代|費用|費|期間|額)$")
VAGUE = re.compile("毎?月々?|毎?年|価|単価|値段|価格|金|約|税込|税抜|必要|目安|上限|下限|基本|原則|")
RATES = {"/月": re.compile("月額|月々|毎月|月$"), "/年": re.compile("年額|年間|年$"), "/回": re.compile("1回")}


@dataclass(frozen=True, slots=True)
class NamedAmount:
    """An amount of an answer, as `written`, with its noun (`thing`) and the nouns that narrow it down.

    `rate` is that of a price: "/月", "/年", "/回", or "" where none is given.
    """

    written: str
    amount: Amount
    rate: str
    thing: str
    narrowed: frozenset[str]

    def may_contradict(self, other: "NamedAmount") -> bool:
        """True when both are figures of one thing, in units and with bounds that can be compared."""
        nested = self.narrowed <= other.narrowed or other.narrowed <= self.narrowed
        return nested and self.terms == other.terms and common_measure(self.amount, other.amount) is not None

    @property
    def terms(self) -> tuple[object, ...]:
        """Everything but the measure that two contradicting figures have in common."""
        return self.thing, self.rate, self.amount.range is None and self.amount.side

    def agrees(self, other: "NamedAmount") -> bool:
        """True when the numbers, or both ends of the ranges, are equal."""
        one, two = self.amount, other.amount
        factors = common_measure(one, two)
        if one.range and two.range and factors:
            return [end * factors[0] for end in one.range] == [end * factors[1] for end in two.range]
        return factors is not None and are_equal(one, two)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two related entries whose figures for one thing all differ: `here` those of the first, `there` of the other."""

    first: LocatedEntry
    other: Entry
    thing: str
    here: tuple[NamedAmount, ...]
    there: tuple[NamedAmount, ...]

    @property
    def warning(self) -> Problem:
        """The warning that an editor reads, at the first entry."""
        here, there = ("・".join(dict.fromkeys(map(_shown, side))) for side in (self.here, self.there))
        return self.first.warning(
            f"{f'「{self.thing}」の数字' if self.thing else '数字'}が、この項目では{here}、"
            f"関連する {self.other.id} では{there}です。",
            "どちらが正しいかを確かめて、古いほうを直してください。別のものの数字なら、このままで公開できます。",
            "answer",
        )


def _shown(figure: NamedAmount) -> str:
    """A figure as people write prices: its commas were taken out when it was read."""
    return PRICE.sub(lambda price: f"{int(price[0]):,}", figure.written)


def check_contradictions(located: Sequence[LocatedEntry], now: datetime, only: Only = None) -> list[Problem]:
    """A warning for every two related entries, live at one moment, whose figures for one thing all differ."""
    return [one.warning for one in contradictions(located, now, only)]


def contradictions(located: Sequence[LocatedEntry], now: datetime, only: Only = None) -> list[Contradiction]:
    """Every contradiction, or those of the entries `only`, which then come first."""
    by_id = {item.entry.id: item for item in located}
    known: dict[str, list[NamedAmount]] = {}
    pairs = dict.fromkeys(
        tuple(sorted((item.entry.id, related)))
        for item in located
        for related in item.entry.related
        if related in by_id and related != item.entry.id and concerns(only, item.entry.id, related)
    )
    return [one for first, second in pairs for one in _between(*_ordered(by_id, first, second, only), now, known)]


def _ordered(
    by_id: Mapping[str, LocatedEntry], first: str, second: str, only: Only
) -> tuple[LocatedEntry, LocatedEntry]:
    """Both entries, the changed one first."""
    swap = only is not None and first not in only
    return (by_id[second], by_id[first]) if swap else (by_id[first], by_id[second])


def _between(
    item: LocatedEntry, other: LocatedEntry, now: datetime, known: dict[str, list[NamedAmount]]
) -> Iterator[Contradiction]:
    if not overlap(item.entry, other.entry, now):
        return
    for one in (item, other):
        if one.entry.id not in known:
            known[one.entry.id] = figures(one.entry)
    rivals: defaultdict[tuple[object, ...], list[tuple[NamedAmount, NamedAmount]]] = defaultdict(list)
    for mine in known[item.entry.id]:
        for theirs in known[other.entry.id]:
            if mine.may_contradict(theirs):
                rivals[*mine.terms, mine.amount.unit.kind].append((mine, theirs))
    for (thing, *_), pairs in rivals.items():
        if not any(mine.agrees(theirs) for mine, _ in pairs for _, theirs in pairs):
            here, there = (tuple(dict.fromkeys(pair[side] for pair in pairs)) for side in (0, 1))
            yield Contradiction(item, other.entry, str(thing), here, there)


def figures(entry: Entry) -> list[NamedAmount]:
    """Every price, length of time, time of day and count in an answer that names its thing."""
    asked = _nouns(TOPIC.search(_plain(entry.question)))
    return [
        figure
        for sentence in SENTENCE.split(_plain(entry.answer))
        if not SUM.search(sentence)
        for figure in _of_sentence(sentence, asked)
    ]


def _of_sentence(sentence: str, asked: Sequence[str]) -> Iterator[NamedAmount]:
    topic: list[str] = []
    end = 0
    found = amounts_in(sentence)
    for amount, following in zip_longest(found, found[1:]):
        last = following if following and amount.range and amount.range == following.range else amount
        if amount.start < end or not (amount.rival or last.rival):  # the other end of a range, or no claim
            continue
        before = sentence[max(end, amount.start - REACH) : amount.start]
        end = last.end
        topics = list(TOPIC.finditer(before))
        topic = _nouns(topics[-1]) if topics else topic
        beside = _nouns(BESIDE.search(BETWEEN.sub("", before[topics[-1].end() :] if topics else before)))
        nouns = [*beside, *topic] or _nouns(BEHIND.match(sentence, end)) or asked
        rates = (rate for rate, words in RATES.items() if words.search(before))
        rate = next(rates, "") if amount.unit.kind is Kind.PRICE else ""
        if nouns or rate:  # a price a month is of the service where nothing else is said
            yield NamedAmount(sentence[amount.start : end], amount, rate, "".join(nouns[-1:]), frozenset(nouns[:-1]))


def _nouns(found: re.Match[str] | None) -> list[str]:
    """The nouns of a chain (AのBのC) without polite and vague parts."""
    chain = found[found.lastindex or 0] if found else ""
    return [noun for written in chain.split("の") if not VAGUE.fullmatch(noun := POLITE.sub("", written))]


def _plain(text: str) -> str:
    return ORDINAL.sub("", plain_text(MARKUP.sub("", text)))
