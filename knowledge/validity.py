"""The validity of entries: overlap, expiry, display."""

from datetime import date, datetime

from knowledge.entry import Entry, Status


def overlap(one: Entry, other: Entry, now: datetime) -> bool:
    """True when both may be answered at one moment, now or later."""
    if not one.status == other.status == Status.PUBLISHED:
        return False
    ends = [end for entry in (one, other) if (end := entry.ends_at())]
    return not ends or overlap_start(one, other, now) < min(ends)


def overlap_start(one: Entry, other: Entry, now: datetime) -> datetime:
    """The first moment, from `now` on, at which both have begun."""
    return max([now, *(start for entry in (one, other) if (start := entry.starts_at()))])


def has_ended(entry: Entry, now: datetime) -> bool:
    """True when the entry has expired."""
    end = entry.ends_at()
    return end is not None and end <= now


def validity_text(entry: Entry) -> str:
    """The validity of an entry for people to read: 2027-04-01から2027-06-30まで, or 期限なし."""
    start = f"{_read(entry.valid_from)}から" if entry.valid_from else ""
    end = f"{_read(entry.valid_to)}まで" if entry.valid_to else ""
    return start + end or "期限なし"


def _read(value: date | datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value.isoformat()
