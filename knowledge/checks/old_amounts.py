"""A check for amounts that were changed in one answer and stay as they were in others."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from knowledge.amounts.grammar import amounts_in, plain_text
from knowledge.amounts.units import BY_NAME, Kind, Unit
from knowledge.entry import Entry, Status
from knowledge.errors import Problem, Severity

COMMON = 3  # counts and times up to it stand in too many answers to be told
MAX_NAMED = 20
HINT = "古いままなら、そちらも直してください。別のものの数字なら、このままでかまいません。"

DIGITS = str.maketrans({str(n): f"[{n}{chr(0xFF10 + n)}][,，]?" for n in range(10)})  # as people may write them
KANJI = "[〇一二三四五六七八九十百千万][0-9０-９]*"
COMPOSED = "[¹²³⁰-₟①-⓿❶-➓㈀-㏿\U0001d7ce-\U0001d7ff]"  # characters that stand for others, ㏢ for 3日

Written = tuple[float, str]  # a number with the name of its unit


def check_old_amounts(
    before: Mapping[str, Entry],
    after: Sequence[Entry],
    changed: Sequence[str],
    told: Collection[tuple[str, Written]] = (),
) -> list[Problem]:
    """A warning for each amount that the `changed` entries replace, with every published answer that still has it.

    Nothing is said of the amounts of entries that another warning has `told`.
    """
    now = {entry.id: entry for entry in after}
    both = [(before[one], now[one]) for one in changed if one in before and one in now]
    replaced = dict.fromkeys(amount for old, new in both for amount in _replaced(old.answer, new.answer))
    published = [one for one in after if one.status is Status.PUBLISHED] if replaced else []
    may_hold = spellings(replaced)
    held = {one.id: _amounts(one.answer) for one in published if any(may.search(one.answer) for may in may_hold)}
    found = []
    for amount in replaced:
        holders = [one for one, amounts in held.items() if amount in amounts and (one, amount) not in told]
        if holders:
            found.append(Problem(_message(amount, holders, changed), HINT, severity=Severity.WARNING))
    return found


def spellings(amounts: Iterable[Written]) -> list[re.Pattern[str]]:
    """Patterns of which every text has one that holds one of these amounts, and few others do: reading takes longer.

    Each begins with a set of characters, which is searched for ten times as fast as a choice of them.
    """
    patterns = [COMPOSED, *(pattern for amount in amounts for pattern in _spellings(*amount))]
    return [re.compile(pattern) for pattern in dict.fromkeys(patterns)]


def _spellings(number: float, name: str) -> Iterator[str]:
    unit = BY_NAME[name]
    if unit.after_kanji:
        yield KANJI + (unit.spelling or name)
    if unit.kind is Kind.MOMENT:
        yield "[時:：]"  # 15時 is 午後3時 too
    elif number.is_integer():
        yield f"{f'{number:.0f}'.translate(DIGITS)}(?![0-9０-９])"
    else:
        yield "[半.．]"  # 2時間半
        yield "[間][0-9０-９]"  # 2時間30分


def _replaced(old: str, new: str) -> Iterator[Written]:
    """The amounts that stand fewer times in the new text where others in their unit stand more often."""
    if old == new:
        return
    then, now = _amounts(old), _amounts(new)
    grown = {name for _, name in now - then}
    yield from (amount for amount in then - now if amount[1] in grown)


def _amounts(text: str) -> Counter[Written]:
    """How often each amount stands in a text."""
    found = amounts_in(plain_text(text))
    return Counter((one.number, one.unit.name) for one in found if _tells(one.unit, one.number))


def _tells(unit: Unit, number: float) -> bool:
    return unit.kind is Kind.PRICE or number > COMMON


def _message(amount: Written, holders: Sequence[str], changed: Sequence[str]) -> str:
    own = [one for one in holders if one in changed]
    others = [one for one in holders if one not in changed]
    places = [f"直した回答のほかの場所（{_named(own)}）"] if own else []
    places += [f"ほかの{len(others)}件の回答（{_named(others)}）"] if others else []
    return f"変えた「{amount[0]:,.10g}{amount[1]}」は、{'と、'.join(places)}にもあります。"


def _named(ids: Sequence[str]) -> str:
    more = f" ほか{len(ids) - MAX_NAMED}件" if len(ids) > MAX_NAMED else ""
    return "、".join(ids[:MAX_NAMED]) + more
