"""How an entry is: how often it was asked for, how it was voted on, and its weak parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.digest import LEAST_VOTES
from bot.web.team.team import Team
from bot.wording.evidence import FEW_VARIANTS
from knowledge.entry import Entry, Status
from knowledge.errors import Severity
from knowledge.questions.outcomes import day_begins
from knowledge.questions.shares import Share
from knowledge.team.entry_faults import EntryFault, EntryFaults, FaultKind

DAYS = 90  # that are counted
MOST_COUNTED = 1_000_000  # entries
FOUND = {  # by the check
    "リンクが開けない": (FaultKind.LINK, Severity.ERROR),
    "リンクが移った": (FaultKind.LINK, Severity.WARNING),
    "ほかの項目と紛れる": (FaultKind.TEXT, Severity.ERROR),
}


@dataclass(frozen=True, slots=True)
class Health:
    """An entry with how often it was asked for and how many of its votes are in favour; `faults` are its weak parts."""

    entry: Entry
    asked: int
    helpful: Share
    faults: tuple[str, ...]
    found: tuple[EntryFault, ...] = ()  # by the last check


def health_of(team: Team, entries: Mapping[str, Entry], today: date) -> list[Health]:
    """Every published one of the entries, the weakest first. Raises StoreError."""
    statistics, since = team.overview.statistics, day_begins(today - timedelta(days=DAYS))
    faults = EntryFaults(statistics.engine).of(entries)
    asked = dict(statistics.most_asked(DAYS, MOST_COUNTED))
    votes = {one.entry_id: Share(one.helpful, one.helpful + one.unhelpful) for one in statistics.votes(since)}
    found = []
    for entry in entries.values():
        if entry.status is Status.PUBLISHED:
            number, helpful = asked.get(entry.id, 0), votes.get(entry.id, Share(0, 0))
            checked = tuple(faults.get(entry.id, ()))
            weak = (*_found(checked), *_faults(entry, number, helpful, today))
            found.append(Health(entry, number, helpful, weak, checked))
    return sorted(found, key=lambda one: (-len(one.faults), -one.asked, one.entry.id))


def _found(faults: Sequence[EntryFault]) -> list[str]:
    kinds = {(one.kind, one.severity) for one in faults}
    return [label for label, kind in FOUND.items() if kind in kinds]


def _faults(entry: Entry, asked: int, helpful: Share, today: date) -> tuple[str, ...]:
    faults = {
        "見直し日を過ぎている": entry.review_by is not None and entry.review_by < today,
        "見直し日がない": entry.review_by is None,
        "確認日がない": entry.as_of is None,
        "リンクがない": not entry.url,
        "担当がいない": not entry.owner,
        "言い方が少ない": not entry.declines and len(entry.variants) < FEW_VARIANTS,
        "尋ねられていない": not asked,
        "役に立たない票が多い": helpful.of >= LEAST_VOTES and 2 * helpful.count < helpful.of,
    }
    return tuple(fault for fault, is_so in faults.items() if is_so)
