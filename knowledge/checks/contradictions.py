"""Figures that contradict each other: related entries that say different prices, days or times of the same thing."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.entry import Entry
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns
from knowledge.validity import meet

SENTENCE = re.compile(r"(?<=。)|\n")
MARKUP = re.compile(r"\*\*|\]\([^)\s]*\)|\[")
CLOCK = re.compile(r"(?<![0-9])([0-9]{1,2}):([0-9]{2})(?![0-9])")
AFTERNOON = re.compile(r"午後([0-9]{1,2})時")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")
TEN_THOUSANDS = re.compile(r"([0-9]+(?:\.[0-9]+)?)万(?=円)")
UNTIL = re.compile(r"(?<=[時分])[~〜-](?=[0-9])")
ORDINAL = re.compile("[0-9]+(?:か月|回|つ|日|年|件)目(?:以降)?[のは]?、?")
SUM = re.compile("^[- ]*例|[×+=]")  # worked examples are of one case, not of the rule
TIME = "[0-9]{1,2}時(?:[0-9]{1,2}分)?"
FIGURE = re.compile(
    rf"{TIME}から{TIME}"
    r"|(?<![0-9.])(?<![0-9]月)[0-9]+(?:\.[0-9]+)?(?P<unit>円|%|営業日|日|週間|か月|年|時間|分|回)間?"
    r"(?P<bound>以上|以下|以内|未満|まで|前|後)?(?!につき|あたり|ごと)"
)
COUNTED = re.compile("1回|[0-9]{4}年")  # "for each call", and years of the calendar
NOUN = "(?:[おご]?[一-鿿々ァ-ヴーA-Za-z]+[しきけみりえ]?)+"
CHAIN = f"{NOUN}(?:の{NOUN})*"
TOPIC = re.compile(rf"({CHAIN})は")
BESIDE = re.compile(rf"({CHAIN})$")
BEHIND = re.compile(rf"の({CHAIN})|が({CHAIN})です")
BETWEEN = re.compile(  # a noun and its figure
    "(?:(?:月額|月々|毎月|月|年額|年|1[つ回件名人]|税込|税抜|約|最大|最長|一律)(?:料金|につき)?"
    "|[はがをもでにの:、・( ])+$"
)
POLITE = re.compile("^(?:無料)?(?:ご|お(?=[^ぁ-ん]*$))?|(?:料金|料|代金|代|費用|費|期間|額)$")
VAGUE = re.compile("毎?月々?|毎?年|価|単価|値段|価格|金|約|税込|税抜|必要|目安|上限|下限|基本|原則|")
RATES = {"/月": re.compile("月額|月々|毎月|月$"), "/年": re.compile("年額|年間|年$"), "/回": re.compile("1回")}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an answer and what it is of: the noun `thing` with those that narrow it down."""

    written: str
    unit: str
    thing: str
    narrowed: frozenset[str]

    @property
    def value(self) -> str:
        """What is compared: 10日 is 10日間."""
        return self.written.replace("間", "")

    def same_thing(self, other: "Figure") -> bool:
        """Whether both are of one thing, as far as words can tell."""
        nested = self.narrowed <= other.narrowed or other.narrowed <= self.narrowed
        return (self.unit, self.thing) == (other.unit, other.thing) and nested


def check_contradictions(located: Sequence[LocatedEntry], now: datetime, only: Only = None) -> list[Problem]:
    """Every pair of related entries, live at one moment, that share no figure of the same thing."""
    by_id = {item.entry.id: item for item in located}
    known: dict[str, list[Figure]] = {}
    pairs = dict.fromkeys(
        tuple(sorted((item.entry.id, related)))
        for item in located
        for related in item.entry.related
        if related in by_id and related != item.entry.id and concerns(only, item.entry.id, related)
    )
    return [
        problem for first, second in pairs for problem in _between(*_ordered(by_id, first, second, only), now, known)
    ]


def _ordered(
    by_id: Mapping[str, LocatedEntry], first: str, second: str, only: Only
) -> tuple[LocatedEntry, LocatedEntry]:
    """The entry that is told first: the changed one."""
    swap = only is not None and first not in only
    return (by_id[second], by_id[first]) if swap else (by_id[first], by_id[second])


def _between(
    item: LocatedEntry, other: LocatedEntry, now: datetime, known: dict[str, list[Figure]]
) -> Iterator[Problem]:
    if not meet(item.entry, other.entry, now):
        return
    for one in (item, other):
        if one.entry.id not in known:
            known[one.entry.id] = figures(one.entry)
    rivals: defaultdict[tuple[str, str], list[tuple[Figure, Figure]]] = defaultdict(list)
    for mine in known[item.entry.id]:
        for theirs in known[other.entry.id]:
            if mine.same_thing(theirs):
                rivals[mine.thing, mine.unit].append((mine, theirs))
    for (thing, _), pairs in rivals.items():
        if {mine.value for mine, _ in pairs}.isdisjoint(theirs.value for _, theirs in pairs):
            here, there = (dict.fromkeys(pair[side].written for pair in pairs) for side in (0, 1))
            yield item.warning(
                f"{f'「{thing}」の数字' if thing else '数字'}が、この項目では{'・'.join(here)}、"
                f"関連する {other.entry.id} では{'・'.join(there)}です。",
                "どちらが正しいかを確かめて、古いほうを直してください。別のものの数字なら、このままで公開できます。",
                "answer",
            )


def figures(entry: Entry) -> list[Figure]:
    """Every price, length of time, time of day and count of an answer that says what it is of."""
    asked = _nouns(TOPIC.search(_plain(entry.question)))
    return [
        figure
        for sentence in SENTENCE.split(_plain(entry.answer))
        if not SUM.search(sentence)
        for figure in _of_sentence(sentence, asked)
    ]


def _of_sentence(sentence: str, asked: Sequence[str]) -> Iterator[Figure]:
    end = 0
    topic: list[str] = []
    for found in FIGURE.finditer(sentence):
        if COUNTED.fullmatch(found[0]):
            continue
        before = sentence[end : found.start()]
        topics = list(TOPIC.finditer(before))
        topic = _nouns(topics[-1]) if topics else topic
        beside = _nouns(BESIDE.search(BETWEEN.sub("", before[topics[-1].end() :] if topics else before)))
        nouns = [*beside, *topic] or _nouns(BEHIND.match(sentence, found.end())) or asked
        unit = _unit(found, before)
        if nouns or "/" in unit:  # a price a month is of the service where nothing else is said
            yield Figure(found[0], unit, nouns[-1] if nouns else "", frozenset(nouns[:-1]))
        end = found.end()


def _unit(found: re.Match[str], before: str) -> str:
    """What may be compared: prices of one rate, lengths with one bound, days of the month with their like."""
    unit = (found["unit"] or "時刻") + (found["bound"] or "")
    if unit == "円":
        return unit + next((rate for rate, words in RATES.items() if words.search(before)), "")
    return f"毎月{unit}" if unit == "日" and before.endswith(("毎月", "翌月", "当月")) else unit


def _nouns(found: re.Match[str] | None) -> list[str]:
    """The nouns of a chain (AのBのC) without polite and vague parts."""
    chain = found[found.lastindex or 0] if found else ""
    return [noun for written in chain.split("の") if not VAGUE.fullmatch(noun := POLITE.sub("", written))]


def _plain(text: str) -> str:
    """The text with one way to write each number, without Markdown."""
    text = THOUSANDS.sub("", unicodedata.normalize("NFKC", MARKUP.sub("", text)))
    text = TEN_THOUSANDS.sub(lambda found: f"{float(found[1]) * 10_000:.0f}", text)
    text = CLOCK.sub(lambda clock: f"{int(clock[1])}時" + (f"{clock[2]}分" if int(clock[2]) else ""), text)
    text = AFTERNOON.sub(lambda clock: f"{int(clock[1]) + 12}時", text)
    return ORDINAL.sub("", UNTIL.sub("から", text))
