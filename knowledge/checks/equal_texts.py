"""A check for questions that two entries have in common."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache

from knowledge.entry import Entry, Status
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns
from knowledge.match_key import match_key
from knowledge.validity import overlap, validity_text


def check_equal_texts(located: Sequence[LocatedEntry], now: datetime, only: Only = None) -> Iterator[Problem]:
    """Every question or variant that another entry has too, where both can be live at one moment.

    The problem is the later entry's, or the changed one's. A price that is prepared for later may repeat a question.
    """
    published = [item for item in located if item.entry.status is Status.PUBLISHED]
    may_equal = _beginnings(published, only)
    known: defaultdict[str, list[tuple[LocatedEntry, int]]] = defaultdict(list)
    for item in published:
        for number, text in enumerate((item.entry.question, *item.entry.variants)):
            if not may_equal(text[:2]):
                continue
            others = known[match_key(text) or text]
            for other, place in others:
                wanted = other is not item and concerns(only, item.entry.id, other.entry.id)
                if wanted and overlap(item.entry, other.entry, now):
                    mine = concerns(only, item.entry.id)
                    yield _equal(item, other.entry, number) if mine else _equal(other, item.entry, place)
            others.append((item, number))


def _beginnings(published: Sequence[LocatedEntry], only: Only) -> Callable[[str], bool]:
    """A predicate on the first two characters of a text: True when it may equal one of a changed entry.

    Hardly any of 100,000 texts passes. Two characters can have a key of one (ｶﾞ).
    """
    changed = [item.entry for item in published if concerns(only, item.entry.id)]
    firsts = {match_key(text)[:1] for entry in changed for text in (entry.question, *entry.variants)}

    @cache
    def may_equal(start: str) -> bool:
        first = match_key(start)[:1]
        return not first or first in firsts

    return may_equal


def _equal(item: LocatedEntry, other: Entry, number: int) -> Problem:
    field = f"variants.{number - 1}" if number else "question"
    text = item.entry.variants[number - 1] if number else item.entry.question
    if (validity_text(item.entry), validity_text(other)) == ("期限なし", "期限なし"):
        return item.problem(
            f"「{text}」が {other.id} にもあります。",
            "どちらの項目への質問かを決めて、片方を消してください。",
            field,
        )
    return item.problem(
        f"「{text}」が {other.id} にもあり、公開期間が重なっています"
        f"（この項目: {validity_text(item.entry)}、{other.id}: {validity_text(other)}）。",
        "valid_from と valid_to を書き直して期間を分けるか、片方から消してください。",
        field,
    )
