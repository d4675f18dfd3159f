"""The grammar that reads amounts from text: a number with its unit, bound or range, and the role it plays."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from knowledge.amounts.amount import DAY_OF_MONTH, Amount, Side
from knowledge.amounts.claims import is_apart, is_in_passing, is_stated, is_unclear, is_very_limit
from knowledge.amounts.numerals import fold_numbers
from knowledge.amounts.units import BY_NAME, UNITS

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
UNIT = "|".join(sorted((unit.name for unit in UNITS if unit.measures), key=len, reverse=True))
AMOUNT = re.compile(
    rf"(?:(?P<limit>{'|'.join(LIMITS)})で?)?(?:(?P<monthly>毎月|翌月|当月)の?)?(?:(?P<part>{'|'.join(DAYPARTS)})の?)?"
    r"(?<![0-9.])(?<![0-9][,、])(?!0[0-9])(?P<number>半(?=年)|[0-9]+(?:\.[0-9]+)?)"
    rf"(?!{NO_UNITS})(?P<unit>{UNIT})(?P<more>半(?![額分年])|(?<=時)[0-5]?[0-9]分|(?<=時間)[0-5]?[0-9]分)?"
    rf"(?P<shape>間|分)?(?P<when>[前後](?![半後]))?(?P<bound>{'|'.join(BOUNDS)})?"
)
CLOCK = re.compile(r"(?<![0-9:])([0-9]{1,2}):(?:00|([0-5][0-9]))(?![0-9:])")  # 9:00, 9:30
SHORT_RANGE = re.compile(rf"(?<=[0-9])(?=(?:[〜~-]|から)[0-9]+({UNIT}))")  # 9〜18時
TO = re.compile("[〜~–―-]?")


def amounts(text: str) -> list[Amount]:
    """Every amount of a text, in order, each once."""
    return list(dict.fromkeys(amounts_in(plain_text(text))))


def plain_text(text: str) -> str:
    """A text with one way to write each number, range and time of day, without Markdown's asterisks."""
    text = fold_numbers(unicodedata.normalize("NFKC", text)).replace("*", "")
    return SHORT_RANGE.sub(r"\1", CLOCK.sub(_clock, text))


def amounts_in(text: str) -> list[Amount]:
    """Every amount of a plain text with its place; both ends of a range hold the range."""
    matches = list(AMOUNT.finditer(text))
    read = [_amount(match) for match in matches]
    for number, (first, second) in enumerate(pairwise(matches)):
        between = text[first.end() : second.start()]
        dash = bool(between) and not first["bound"]
        if (dash or (not between and first["bound"] == "から")) and TO.fullmatch(between):
            read[number : number + 2] = _ends(read[number], read[number + 1])
    return read


def _clock(found: re.Match[str]) -> str:
    return f"{int(found[1])}時" + (f"{found[2]}分" if found[2] else "")


def _amount(found: re.Match[str]) -> Amount:
    when, side, unit = found["when"] or "", _side(found), BY_NAME[found["unit"]]
    number, sure = _number(found)
    rival = not is_apart(found, unit, number) and not is_in_passing(found, unit, number, side)
    return Amount(
        text=_shown(found),
        number=number,
        unit=unit,
        measures=_measures(found),
        side=OTHER_SIDE.get(side, side) if when == "前" else side,  # 3日前まで: at least 3 days
        rival=rival,
        claim=rival and number != 0 and not is_unclear(found, unit, side),
        when=when,
        exact=is_very_limit(found),
        halfday=not sure,
        start=found.start(),
        end=found.end(),
    )


def _number(found: re.Match[str]) -> tuple[float, bool]:
    """The number, with hours counted to 24, and True when that is certain; 8時 may be 20時."""
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


def _measures(found: re.Match[str]) -> Mapping[str, float]:
    """The measures that an amount can be compared in; a mere 27日ですよね may be days or a day of the month."""
    measures = BY_NAME[found["unit"]].measures
    if found["unit"] != "日" or found["shape"] or found["when"] or found["bound"]:
        return measures
    if found["monthly"]:
        return DAY_OF_MONTH
    return {**measures, **(DAY_OF_MONTH if is_stated(found) else {})}


def _ends(first: Amount, second: Amount) -> list[Amount]:
    """Both ends of a range, each with the range; in one unit, and hours may pass noon or midnight."""
    if first.unit != second.unit or not first.measures.keys() & second.measures.keys():
        return [first, second]
    low, high = first.number, second.number
    while high < low and "時" in second.measures:
        high += 12 if second.halfday and high <= 12 else 24
    ends = (low, high)
    return [replace(first, range=ends), replace(second, range=ends)] if low <= high else [first, second]
