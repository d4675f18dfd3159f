"""A check for amounts that were changed in one answer and stay as they were in others."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from knowledge.amounts.grammar import amounts_in, plain_text
from knowledge.amounts.units import Kind, Unit
from knowledge.entry import Entry, Status
from knowledge.errors import Problem, Severity

COMMON = 3  # counts and times up to it stand in too many answers to be told
MAX_NAMED = 20
HINT = "古いままなら、そちらも直してください。別のものの数字なら、このままでかまいません。"

Written = tuple[float, str]  # a number with the name of its unit


def check_old_amounts(before: Mapping[str, Entry], after: Sequence[Entry], changed: Sequence[str]) -> list[Problem]:
    """A warning for each amount that the `changed` entries replace, with every published answer that still has it."""
    now = {entry.id: entry for entry in after}
    both = [(before[one], now[one]) for one in changed if one in before and one in now]
    replaced = dict.fromkeys(amount for old, new in both for amount in _replaced(old.answer, new.answer))
    units = {name for _, name in replaced}
    published = [one for one in after if one.status is Status.PUBLISHED] if replaced else []
    held = {one.id: _amounts(one.answer) for one in published if any(name in one.answer for name in units)}
    told = []
    for amount in replaced:
        holders = [entry_id for entry_id, amounts in held.items() if amount in amounts]
        if holders:
            told.append(Problem(_message(amount, holders, changed), HINT, severity=Severity.WARNING))
    return told


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
