"""Every check of entries that needs no retrieval; here those of relations and of equal texts."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache

from knowledge.checks.contradictions import check_contradictions
from knowledge.checks.dates import check_dates
from knowledge.checks.lengths import check_lengths
from knowledge.checks.style import SHIPPED, check_style, read_style
from knowledge.entry import Entry, Status, folded
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns
from knowledge.validity import has_ended, meet, window


def check_entries(located: Sequence[LocatedEntry], now: datetime, only: Only = None) -> list[Problem]:
    """Every problem of the entries; what each field must be was checked when it was read.

    Relations back and forth are how editors link two entries: they are no problem.
    """
    return [
        *_relations(located, now, only),
        *_equal_texts(located, now, only),
        *check_contradictions(located, now, only),
        *check_dates(located, now, only),
        *check_lengths(located, only),
        *check_style(located, read_style(SHIPPED), only),
    ]


def _relations(located: Sequence[LocatedEntry], now: datetime, only: Only) -> Iterator[Problem]:
    by_id = {item.entry.id: item.entry for item in located}
    for item in located:
        for entry_id in item.entry.related:
            known = by_id.get(entry_id)
            if not concerns(only, item.entry.id, entry_id):
                continue
            if known is None:
                yield item.problem(
                    f"related の「{entry_id}」というエントリはありません。",
                    "idの綴りを確かめるか、related から消してください。",
                    "related",
                )
            elif item.entry.status is not Status.RETIRED and (why := _never_shown(known, now)):
                yield item.warning(
                    f"related の「{entry_id}」は{why}ので、表示されません。",
                    "related から消すか、代わりの項目のidに書き換えてください。",
                    "related",
                )


def _never_shown(entry: Entry, now: datetime) -> str:
    if entry.status is Status.RETIRED:
        return "取り下げた項目な"
    return f"公開期間（{window(entry)}）が終わっている" if has_ended(entry, now) else ""


def _equal_texts(located: Sequence[LocatedEntry], now: datetime, only: Only) -> Iterator[Problem]:
    """Texts of two entries that can be live at one moment; a price prepared for later repeats its question.

    Told is the later entry of the two, or the one that was changed.
    """
    published = [item for item in located if item.entry.status is Status.PUBLISHED]
    may_equal = _beginnings(published, only)
    known: defaultdict[str, list[tuple[LocatedEntry, int]]] = defaultdict(list)
    for item in published:
        for number, text in enumerate((item.entry.question, *item.entry.variants)):
            if not may_equal(text[:2]):
                continue
            others = known[folded(text) or text]
            for other, place in others:
                wanted = other is not item and concerns(only, item.entry.id, other.entry.id)
                if wanted and meet(item.entry, other.entry, now):
                    mine = concerns(only, item.entry.id)
                    yield _equal(item, other.entry, number) if mine else _equal(other, item.entry, place)
            others.append((item, number))


def _beginnings(published: Sequence[LocatedEntry], only: Only) -> Callable[[str], bool]:
    """Whether a text that begins so can equal one of a changed entry: hardly any of 100,000 does.

    The beginning is of two characters, which can fold to one (ｶﾞ).
    """
    changed = [item.entry for item in published if concerns(only, item.entry.id)]
    firsts = {folded(text)[:1] for entry in changed for text in (entry.question, *entry.variants)}

    @cache
    def may_equal(start: str) -> bool:
        first = folded(start)[:1]
        return not first or first in firsts

    return may_equal


def _equal(item: LocatedEntry, other: Entry, number: int) -> Problem:
    field = f"variants.{number - 1}" if number else "question"
    text = item.entry.variants[number - 1] if number else item.entry.question
    if (window(item.entry), window(other)) == ("期限なし", "期限なし"):
        return item.problem(
            f"「{text}」が {other.id} にもあります。",
            "どちらの項目への質問かを決めて、片方を消してください。",
            field,
        )
    return item.problem(
        f"「{text}」が {other.id} にもあり、公開期間が重なっています"
        f"（この項目: {window(item.entry)}、{other.id}: {window(other)}）。",
        "valid_from と valid_to を書き直して期間を分けるか、片方から消してください。",
        field,
    )
