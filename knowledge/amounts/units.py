"""The units of Japanese text and what each of them measures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of things that amounts measure or count."""

    PRICE = "price"
    SPAN = "length of time"
    MOMENT = "time of day"
    SHARE = "share"
    AGE = "age"
    PEOPLE = "people"
    THINGS = "things"  # mostly told in passing (会社を2つ経営): no claim unless it is bounded or stated
    LABEL = "label"  # never compared: dates, ordinals, sizes, places


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit or counter. `measures`: how much of a measure one unit is; amounts compare where they share a measure.

    `spelling` is a pattern for all its spellings, "" where it has one. `after_kanji`: a number in kanji may stand
    before it (三件); 十分, 一時 and 一度 are words, not numbers.
    """

    name: str
    kind: Kind
    measures: Mapping[str, float] = field(default_factory=dict)
    spelling: str = ""
    after_kanji: bool = True


# A month has 30.4 days, a year is left out of days: nobody confuses 3年 with 10日.
UNITS = (
    Unit("円", Kind.PRICE, {"円": 1}),
    Unit("年", Kind.SPAN, {"月": 12}),
    Unit("か月", Kind.SPAN, {"月": 1, "日": 30.4}, spelling="[ヶケカヵか箇個]月"),
    Unit("週間", Kind.SPAN, {"日": 7}),
    Unit("日", Kind.SPAN, {"日": 1}),
    Unit("営業日", Kind.SPAN, {"営業日": 1}),
    Unit("時間", Kind.SPAN, {"分": 60}),
    Unit("分", Kind.SPAN, {"分": 1}, after_kanji=False),
    Unit("秒", Kind.SPAN, {"分": 1 / 60}, after_kanji=False),
    Unit("コール", Kind.SPAN, {"コール": 1}),  # rings: how long a caller waits
    Unit("時", Kind.MOMENT, {"時": 1}, after_kanji=False),
    Unit("割", Kind.SHARE, {"%": 10}),
    Unit("%", Kind.SHARE, {"%": 1}, after_kanji=False),
    Unit("歳", Kind.AGE, {"歳": 1}),
    Unit("人", Kind.PEOPLE, {"人": 1}),
    Unit("名", Kind.PEOPLE, {"人": 1}),
    Unit("回", Kind.THINGS, {"回": 1}),
    Unit("度", Kind.THINGS, {"回": 1}, after_kanji=False),
    *(Unit(name, Kind.THINGS, {name: 1}) for name in ("件", "通", "社", "つ", "個", "本", "枚")),
    Unit("番号", Kind.THINGS, {"番号": 1}, after_kanji=False),
    Unit("か所", Kind.LABEL, spelling="[ヶケカヵか箇個]所", after_kanji=False),
    *(Unit(name, Kind.LABEL, after_kanji=False) for name in ("月", "週", "代", "目", "番目", "字", "文字", "桁", "倍")),
    *(Unit(name, Kind.LABEL, after_kanji=False) for name in ("世帯", "拠点", "店", "号店", "営業所", "台", "席", "点")),
)
MAGNITUDES = ("万", "千", "億")  # between a number and its unit
BY_NAME = {unit.name: unit for unit in UNITS}


def pattern_of(units: Iterable[Unit]) -> str:
    """A pattern for any of the units, in any spelling; the longest first."""
    spellings = (unit.spelling or unit.name for unit in sorted(units, key=lambda unit: len(unit.name), reverse=True))
    return f"(?:{'|'.join(spellings)})"
