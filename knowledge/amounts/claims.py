"""Rules that tell a claim from a date, an ordinal, a rate or something said in passing, by the words around it."""

import re

from knowledge.amounts.amount import Side
from knowledge.amounts.units import Kind, Unit

DATE_BEFORE = re.compile(r"(?:月の?|令和|平成|昭和)$")
DATE_AFTER = re.compile(r"に(?!満)|付|ごろ|頃|\(")
DATE_BOUNDS = {"から", "以降", "以前"}
APART_BEFORE = re.compile(r"(?:もう|あと|残り|第|時間)$")  # もう1人, あと5日, 24時間365日
APART_AFTER = re.compile(  # ordinals, rates (1人につき), differences (500円高い)
    r"目|ひとり|につき|あたり|当たり|ごと|毎(?![日月年回])|に?何|に[0-9]|[前後]|も?(?:余[計分]に?)?(?:高|安|違|増|減|多|少な)"
)
GONE_AFTER = re.compile(r"も?(?:に?な[りるっ]|た[ちっ]|経[ちっ]|や[っり]|使って|続け|ぶり|先|以来|遅|過ぎ|すぎ|休|閉)")
ROUGH_AFTER = re.compile(  # 2週間だけ使いたい, 5千円いかない, 80回までのプランで
    r"(?:だけ|ほど|くら|ぐら|程度|ごろ|頃|前後|弱|強|台)(?!い?で[すし])|ちょ|い[かっ]|行[かっ]|届|(?<=まで)(?:込み)?の"
)
IF_AFTER = re.compile(r"[^、。?]{0,8}?(?:たら|ると|れば|ても|場合|た[月分])")  # 20回以上かかってきたら
STATED_AFTER = re.compile(
    r"(?:だけ|ほど|くらい|ぐらい)?(?:で[すし合間正、,]|って(?:本当|聞|書)|と(?:聞|書|あり)|無料)|だけ|のみ"
)
LIMIT_AFTER = re.compile(r"で(?:すか|すよ|すね|した[かよっ]|しょう|合|間違|正し)")  # 20回までですよね: the very limit
AROUND = 8  # characters that are looked at on either side
OWN_MONTHS = ("翌月", "当月")  # 翌月10日から使いたい: of a question a date, of an answer a day of the month
ONE_IN_PASSING = frozenset(["円", "日", "人", "名"])  # 1円も, 1日でも, 1人で


def is_apart(found: re.Match[str], unit: Unit, number: float) -> bool:
    """True for a date, an ordinal, a rate, a difference or elapsed time: they contradict no amount."""
    text, start, end = found.string, found.start(), found.end()
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if unit.name == "年" and (number >= 1900 or DATE_BEFORE.search(before)):
        return True
    if unit.name == "日" and not (found["shape"] or found["when"] or found["monthly"]):
        dated = DATE_BEFORE.search(before) or found["bound"] in DATE_BOUNDS
        if dated or (found["bound"] in (None, "まで") and DATE_AFTER.match(after)):
            return True
    counted = number == 1 and after[:1].isdigit()  # 1日3回
    gone = unit.kind is Kind.SPAN and GONE_AFTER.match(after)
    return bool(counted or gone or APART_BEFORE.search(before) or APART_AFTER.match(after))


def is_in_passing(found: re.Match[str], unit: Unit, number: float, side: Side) -> bool:
    """True for things that are counted in passing (会社を2つ経営), neither bounded nor stated."""
    loose = unit.kind is Kind.THINGS or (number == 1 and unit.name in ONE_IN_PASSING)
    return loose and side is Side.EQUAL and not is_stated(found)


def is_unclear(found: re.Match[str], unit: Unit, side: Side) -> bool:
    """True when a figure of a question is a wish or an event, not a claim about the rule."""
    if found["monthly"] in OWN_MONTHS:
        return True
    told = side in (Side.MORE, Side.BEYOND) and unit.kind is Kind.THINGS and IF_AFTER.match(found.string, found.end())
    return bool(told or ROUGH_AFTER.match(found.string, found.end()))


def is_stated(found: re.Match[str]) -> bool:
    """True when the words after a figure state it (10日ですよね, 1度だけ)."""
    return bool(STATED_AFTER.match(found.string, found.end()))


def is_very_limit(found: re.Match[str]) -> bool:
    """True when a figure is stated as the limit itself (20回までですよね)."""
    limited = found["limit"] or found["bound"] == "まで"
    return bool(limited and LIMIT_AFTER.match(found.string, found.end()))
