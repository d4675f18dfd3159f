"""An entry: one policy question and its curated answer."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any

CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
TOKYO = timezone(timedelta(hours=9), "JST")  # Japan has had no summer time since 1951


class Status(StrEnum):
    """The state of an entry; only a published one is answered."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One question we know, its variants and its answer.

    With `declines` we know the question and have no public answer: `answer` then says so.
    `valid_from` and `valid_to` are Tokyo time: a date means that whole day (both ends included),
    a datetime means that minute (`valid_to` excluded). `note` is for staff, never for prospects.
    """

    id: str
    category: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    declines: bool = False
    url: str = ""
    related: tuple[str, ...] = ()
    as_of: date | None = None
    valid_from: date | datetime | None = None
    valid_to: date | datetime | None = None
    review_by: date | None = None
    owner: str = ""
    note: str = ""
    status: Status = Status.PUBLISHED

    def starts_at(self) -> datetime | None:
        """The first moment at which the entry may be answered, or None for "always"."""
        return None if self.valid_from is None else _tokyo(self.valid_from)

    def ends_at(self) -> datetime | None:
        """The first moment at which the entry may no longer be answered, or None for "never"."""
        if self.valid_to is None or self.valid_to == date.max:  # 9999-12-31 is how many write "never"
            return None
        end = _tokyo(self.valid_to)
        return end if isinstance(self.valid_to, datetime) else end + timedelta(days=1)

    def is_live(self, moment: datetime) -> bool:
        """True when the entry may be answered at `moment` (timezone-aware)."""
        start, end = self.starts_at(), self.ends_at()
        return self.status is Status.PUBLISHED and (start is None or start <= moment) and (end is None or moment < end)

    def to_fields(self) -> dict[str, Any]:
        """The entry as JSON-ready values; fields that hold their default are left out."""
        values: dict[str, Any] = {}
        for name, default in DEFAULTS.items():
            value = getattr(self, name)
            if value == default:
                continue
            if isinstance(value, date):
                value = _written(value)
            values[name] = list(value) if isinstance(value, tuple) else value
        return values

    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the content; equal digests mean equal entries."""
        return hashlib.sha256(CANONICAL.encode(self.to_fields()).encode()).hexdigest()


DEFAULTS = {field.name: field.default for field in fields(Entry)}


def _tokyo(value: date | datetime) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return moment.replace(tzinfo=TOKYO)


def _written(value: date | datetime) -> str:
    return value.isoformat("T", "minutes") if isinstance(value, datetime) else value.isoformat()
