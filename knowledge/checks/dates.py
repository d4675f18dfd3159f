"""Checks of dates: confirmed in the future, overdue for review, expired."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time

from knowledge.entry import TOKYO, Status
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns
from knowledge.validity import has_ended, validity_text


def check_dates(located: Sequence[LocatedEntry], now: datetime, only: Only = None) -> list[Problem]:
    """A problem for every date that cannot be right or is overdue."""
    return [
        problem
        for item in located
        if item.entry.status is not Status.RETIRED and concerns(only, item.entry.id)
        for problem in _of(item, now)
    ]


def _of(item: LocatedEntry, now: datetime) -> Iterator[Problem]:
    entry, today = item.entry, now.astimezone(TOKYO).date()
    if entry.as_of and entry.as_of > today:
        yield item.problem(
            f"as_of（確認した日）の {entry.as_of} は、まだ来ていません。",
            "会社に確認した日を書いてください。先に始まる内容なら valid_from に書きます。",
            "as_of",
        )
    if entry.review_by and entry.review_by < today:
        yield item.warning(
            f"見直しの期限（{entry.review_by}）が過ぎています。今も回答に使われています。",
            "内容を会社に確かめて、as_of に今日の日付、review_by に次の期限を書いてください。",
            "review_by",
        )
    yield from _of_end(item, now)


def _of_end(item: LocatedEntry, now: datetime) -> Iterator[Problem]:
    entry, end = item.entry, item.entry.valid_to
    if isinstance(end, datetime) and end.time() == time():
        yield item.warning(
            f"valid_to の {end.isoformat(' ', 'minutes')} は、その日が始まる時です。その日には答えません。",
            f"その日も答えるなら、時刻を消して {end.date()} と書いてください。",
            "valid_to",
        )
    if entry.status is Status.PUBLISHED and has_ended(entry, now):
        yield item.warning(
            f"公開期間（{validity_text(entry)}）が終わっているので、回答に使われません。",
            "もう使わないなら status: retired に、使うなら valid_to を書き直してください。",
            "valid_to",
        )
