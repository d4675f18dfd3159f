"""The counts of the query log for the last days, kept for a moment: many people look at the same ones."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from cachetools import TTLCache
from flask import request

from bot.web.team.whole_numbers import whole_number
from bot.wording.languages import language_of
from knowledge.entry import TOKYO
from knowledge.questions.outcomes import Ended, Outcomes, Replied, ReplyKind, Waiting

PERIODS = (7, 30, 90)  # days
USUAL = 30
KEPT_SECONDS = 60.0  # with 100,000 questions in the period, counting takes some 0.4 s
MAX_KEPT = 16
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are looked at, the last one today."""

    days: int
    last: date

    @property
    def first(self) -> date:
        """The first day."""
        return self.last - timedelta(days=self.days - 1)

    @property
    def every(self) -> list[date]:
        """Every day, oldest first."""
        return [self.first + timedelta(days=number) for number in range(self.days)]


@dataclass
class Counts:
    """The counts of a period; every method may raise StoreError."""

    outcomes: Outcomes
    _kept: TTLCache[Any, Any] = field(default_factory=lambda: TTLCache(MAX_KEPT, KEPT_SECONDS), init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def replied(self, period: Period) -> list[Replied]:
        """See Outcomes."""
        return self._of("replied", period, lambda: self.outcomes.replied(period.first))

    def ended(self, period: Period) -> list[Ended]:
        """See Outcomes."""
        return self._of("ended", period, lambda: self.outcomes.ended(period.first, datetime.now(UTC)))

    def by_language(self, period: Period) -> Counter[tuple[str, ReplyKind]]:
        """The questions by the code of their language and their kind of reply."""
        return self._of("by language", period, lambda: self._languages(period))

    def waiting(self, period: Period) -> Waiting | None:
        """See Outcomes."""
        return self._of("waiting", period, lambda: self.outcomes.waiting(period.first))

    def _languages(self, period: Period) -> Counter[tuple[str, ReplyKind]]:
        numbers: Counter[tuple[str, ReplyKind]] = Counter()
        for one in self.outcomes.worded(period.first):
            numbers[language_of(one.text), one.reply] += one.count
        return numbers

    def _of(self, name: str, period: Period, count: Callable[[], T]) -> T:
        key = name, period
        with self._lock:  # whoever asks meanwhile waits for the same counts, instead of counting beside
            kept: tuple[T] = self._kept.get(key) or (count(),)
            self._kept.setdefault(key, kept)
        return kept[0]


def asked_period() -> Period:
    """The period that the address names, USUAL days where it names none of PERIODS."""
    days = request.args.get("days", USUAL, whole_number)
    return Period(days if days in PERIODS else USUAL, datetime.now(TOKYO).date())
