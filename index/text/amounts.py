"""Amounts in texts: a number with its unit, the side it bounds, and whether it states anything."""

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise

from index.text.analyzer import normalize

# What a unit measures, and how much of it one unit is; amounts compare where they share a measure.
# A month has 30.4 days, a year is left out of days: nobody confuses 3年 with 10日.
UNITS: dict[str, dict[str, float]] = {
    "円": {"円": 1},
    "年": {"月": 12},
    "か月": {"月": 1, "日": 30.4},
    "週間": {"日": 7},
    "日": {"日": 1},
    "営業日": {"営業日": 1},
    "時間": {"分": 60},
    "分": {"分": 1},
    "秒": {"分": 1 / 60},
    "時": {"時": 1},
    "人": {"人": 1},
    "名": {"人": 1},
    "歳": {"歳": 1},
    "割": {"%": 10},
    "%": {"%": 1},
    "回": {"回": 1},
    "度": {"回": 1},
    **{unit: {unit: 1} for unit in ("コール", "件", "通", "社", "番号", "つ", "個", "本", "枚")},
}
DAY_OF_MONTH: dict[str, float] = {"毎月": 1}
IN_PASSING = frozenset(["回", "度", "件", "通", "社", "番号", "つ", "個", "本", "枚"])  # 会社を2つ経営: no claim
ONE_IN_PASSING = frozenset(["円", "日", "人", "名"])  # 1円も, 1日でも, 1人で


class Side(Enum):
    """On which side of its number an amount lies."""

    EQUAL = "equal"
    LESS = "less"
    MORE = "more"
    BEYOND = "beyond"  # more, said by naming the limit that is passed (20回を超えたら)


LIMITS = dict.fromkeys(("最大", "最高", "最長", "最多"), Side.LESS) | dict.fromkeys(
    ("最低", "最短", "最少", "少なくとも"), Side.MORE
)
BOUNDS = {  # as written behind the amount: as shown, and its side
    "以上": ("以上", Side.MORE),
    "以降": ("以降", Side.MORE),
    "から": ("", Side.MORE),
    "より多": ("より多い", Side.BEYOND),
    "より長": ("より長い", Side.BEYOND),
    "を超": ("超", Side.BEYOND),
    "を越": ("超", Side.BEYOND),
    "を過ぎ": ("超", Side.BEYOND),
    "超": ("超", Side.BEYOND),
    "以下": ("以下", Side.LESS),
    "以内": ("以内", Side.LESS),
    "以前": ("以前", Side.LESS),
    "未満": ("未満", Side.LESS),
    "に満たな": ("未満", Side.LESS),
    "より少な": ("より少ない", Side.LESS),
    "より短": ("より短い", Side.LESS),
    "まで": ("まで", Side.LESS),
}
OTHER_SIDE = {Side.LESS: Side.MORE, Side.MORE: Side.LESS}
DAYPARTS = {"午前": 0, "朝": 0, "午後": 12, "夕方": 12, "夜": 12}  # hours to add before noon

NO_UNITS = "回線|通話|通り|名義|名前|名刺|個人|本社|社員|社長|年度|年末|時点|分の|日市|日町"
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
AMOUNT = re.compile(
    rf"(?:(?P<limit>{'|'.join(LIMITS)})で?)?(?:(?P<monthly>毎月)の?)?(?:(?P<part>{'|'.join(DAYPARTS)})の?)?"
    r"(?<![0-9.])(?<![0-9][,、])(?!0[0-9])(?P<number>半(?=年)|[0-9]+(?:\.[0-9]+)?)"
    rf"(?!{NO_UNITS})(?P<unit>{UNIT})(?P<more>半(?![額分年])|(?<=時)[0-5]?[0-9]分|(?<=時間)[0-5]?[0-9]分)?"
    rf"(?P<shape>間|分)?(?P<when>[前後](?![半後]))?(?P<bound>{'|'.join(BOUNDS)})?"
)
CLOCK = re.compile(r"(?<![0-9:])([0-9]{1,2}):(?:00|([0-5][0-9]))(?![0-9:])")  # 9:00, 9:30
SHORT_RANGE = re.compile(rf"(?<=[0-9])(?=(?:[〜~-]|から)[0-9]+({UNIT}))")  # 9〜18時
TO = re.compile("[〜~–―-]?")

# What around a figure says that it is no amount or no claim.
DATE_BEFORE = re.compile(r"(?:月の?|令和|平成|昭和)$")
DATE_AFTER = re.compile(r"に(?!満)|付|ごろ|頃|\(")
DATE_BOUNDS = {"から", "以降", "以前"}
APART_BEFORE = re.compile(r"(?:もう|あと|残り|第|時間)$")  # もう1人, あと5日, 24時間365日
APART_AFTER = re.compile(  # ordinals, rates (1人につき), differences (500円高い)
    r"目|ひとり|につき|あたり|当たり|ごと|毎(?![日月年回])|に?何|に[0-9]|[前後]|も?(?:余[計分]に?)?(?:高|安|違|増|減|多|少な)"
)
GONE_AFTER = re.compile(r"も?(?:に?な[りるっ]|た[ちっ]|経[ちっ]|や[っり]|使って|続け|ぶり|先|以来|遅|過ぎ|すぎ|休|閉)")
TIMES = frozenset(["年", "か月", "週間", "営業日", "日", "時間", "分"])  # of which so much may have gone by
ROUGH_AFTER = re.compile(  # 2週間だけ使いたい, 5千円いかない, 80回までのプランで
    r"(?:だけ|ほど|くら|ぐら|程度|ごろ|頃|前後|弱|強|台)(?!い?で[すし])|ちょ|い[かっ]|行[かっ]|届|(?<=まで)(?:込み)?の"
)
IF_AFTER = re.compile(r"[^、。?]{0,8}?(?:たら|ると|れば|ても|場合|た[月分])")  # 20回以上かかってきたら
STATED_AFTER = re.compile(
    r"(?:だけ|ほど|くらい|ぐらい)?(?:で[すし合間正、,]|って(?:本当|聞|書)|と(?:聞|書|あり)|無料)|だけ|のみ"
)
LIMIT_AFTER = re.compile(r"で(?:すか|すよ|すね|した[かよっ]|しょう|合|間違|正し)")  # 20回までですよね: the very limit
AROUND = 8  # characters that are looked at on either side


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with its unit, as `text` for people and in numbers to compare.

    `rival`: as part of an answer it can contradict a figure. `claim`: as part of a question it can be
    contradicted. Dates, ordinals, rates, differences and things counted in passing are neither.
    """

    text: str
    number: float
    measures: dict[str, float] = field(hash=False)
    side: Side
    rival: bool
    claim: bool
    when: str = ""  # 前 or 後
    span: tuple[float, float] | None = None  # both ends of a range (9時から18時), for each of its ends
    exact: bool = False  # a limit that is stated as such: what merely lies within another limit is not it
    halfday: bool = False  # an hour that may be one of the morning or of the afternoon

    def __str__(self) -> str:
        return self.text

    @property
    def bounded(self) -> bool:
        """Whether it stands for more than one number."""
        return self.side is not Side.EQUAL or self.span is not None


def amounts(text: str) -> list[Amount]:
    """Every amount of a text, in order, each once."""
    text = CLOCK.sub(_clock, normalize(text).replace("*", ""))
    text = SHORT_RANGE.sub(r"\1", text)
    matches = list(AMOUNT.finditer(text))
    read = [_amount(match) for match in matches]
    for number, (first, second) in enumerate(pairwise(matches)):
        between = text[first.end() : second.start()]
        dash = bool(between) and not first["bound"]
        if (dash or (not between and first["bound"] == "から")) and TO.fullmatch(between):
            read[number : number + 2] = _ends(read[number], read[number + 1])
    return list(dict.fromkeys(read))


def _clock(found: re.Match[str]) -> str:
    return f"{found[1]}時" + (f"{found[2]}分" if found[2] else "")


def _amount(found: re.Match[str]) -> Amount:
    when, side = found["when"] or "", _side(found)
    number, sure = _number(found)
    rival = not _apart(found, number) and not _in_passing(found, number)
    return Amount(
        text=_shown(found),
        number=number,
        measures=_measures(found),
        side=OTHER_SIDE.get(side, side) if when == "前" else side,  # 3日前まで: at least 3 days
        rival=rival,
        claim=rival and number != 0 and not _unclear(found),
        when=when,
        exact=bool((found["limit"] or found["bound"] == "まで") and LIMIT_AFTER.match(found.string, found.end())),
        halfday=not sure,
    )


def _number(found: re.Match[str]) -> tuple[float, bool]:
    """The number, hours counted to 24, and whether that is sure: 8時 may be 20時."""
    number = 0.5 if found["number"] == "半" else float(found["number"])
    if found["more"]:
        number += 0.5 if found["more"] == "半" else float(found["more"][:-1]) / 60
    if found["unit"] != "時" or number > 12:
        return number, True
    part = found["part"]
    sure = part in ("午前", "午後") or (part is not None and number >= 5)
    return number + (DAYPARTS[part] if sure and number < 12 else 0), sure


def _side(found: re.Match[str]) -> Side:
    return BOUNDS[found["bound"]][1] if found["bound"] else LIMITS.get(found["limit"], Side.EQUAL)


def _shown(found: re.Match[str]) -> str:
    monthly = found["monthly"] if found["unit"] == "日" else ""
    part = found["part"] if found["unit"] == "時" else ""
    bound = BOUNDS[found["bound"]][0] if found["bound"] else ""
    parts = (found["limit"], monthly, part, found["number"], found["unit"], found["more"], found["when"], bound)
    return "".join(part or "" for part in parts)


def _measures(found: re.Match[str]) -> dict[str, float]:
    """What an amount can be compared with; a mere 27日ですよね may be days or a day of the month."""
    if found["unit"] != "日" or found["shape"] or found["when"] or found["bound"]:
        return UNITS[found["unit"]]
    if found["monthly"]:
        return DAY_OF_MONTH
    return UNITS["日"] | (DAY_OF_MONTH if STATED_AFTER.match(found.string, found.end()) else {})


def _apart(found: re.Match[str], number: float) -> bool:
    """Whether it is a date, an ordinal, a rate, a difference or time gone by."""
    text, start, end = found.string, found.start(), found.end()
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if found["unit"] == "年" and (number >= 1900 or DATE_BEFORE.search(before)):
        return True
    if found["unit"] == "日" and not (found["shape"] or found["when"] or found["monthly"]):
        dated = DATE_BEFORE.search(before) or found["bound"] in DATE_BOUNDS
        if dated or (found["bound"] in (None, "まで") and DATE_AFTER.match(after)):
            return True
    counted = number == 1 and after[:1].isdigit()  # 1日3回
    gone = found["unit"] in TIMES and GONE_AFTER.match(after)
    return bool(counted or gone or APART_BEFORE.search(before) or APART_AFTER.match(after))


def _in_passing(found: re.Match[str], number: float) -> bool:
    loose = found["unit"] in IN_PASSING or (number == 1 and found["unit"] in ONE_IN_PASSING)
    return loose and _side(found) is Side.EQUAL and not STATED_AFTER.match(found.string, found.end())


def _unclear(found: re.Match[str]) -> bool:
    """Whether a figure of a question tells of a wish or of what happened, not of what the rule is."""
    end, more = found.end(), _side(found) in (Side.MORE, Side.BEYOND)
    told = more and found["unit"] in IN_PASSING and IF_AFTER.match(found.string, end)
    return bool(told or ROUGH_AFTER.match(found.string, end))


def _ends(first: Amount, second: Amount) -> list[Amount]:
    """Both ends of a range, each with the range; in one measure, and hours may pass noon or midnight."""
    if first.measures != second.measures:
        return [first, second]
    low, high = first.number, second.number
    while high < low and "時" in second.measures:
        high += 12 if second.halfday and high <= 12 else 24
    span = (low, high)
    return [replace(first, span=span), replace(second, span=span)] if low <= high else [first, second]
