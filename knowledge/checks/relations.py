"""Checks of the relations between entries."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from knowledge.entry import Entry, Status
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns
from knowledge.validity import has_ended, validity_text


def check_relations(located: Sequence[LocatedEntry], now: datetime, only: Only = None) -> Iterator[Problem]:
    """Every relation to an entry that does not exist or is never shown.

    Relations back and forth are how editors link two entries: they are no problem.
    """
    by_id = {item.entry.id: item.entry for item in located}
    for item in located:
        for entry_id in item.entry.related:
            known = by_id.get(entry_id)
            if not concerns(only, item.entry.id, entry_id):
                continue
            if known is None:
                yield item.problem(
                    f"related の「{entry_id}」という項目はありません。",
                    "idの綴りを確かめるか、related から消してください。",
                    "related",
                )
            elif item.entry.status is not Status.RETIRED and (why := _never_shown(known, now)):
                yield item.warning(
                    f"related の {entry_id} は{why}ので、表示されません。",
                    "related から消すか、代わりの項目に書き換えてください。",
                    "related",
                )


def _never_shown(entry: Entry, now: datetime) -> str:
    if entry.status is Status.RETIRED:
        return "取り下げた項目な"
    return f"公開期間（{validity_text(entry)}）が終わっている" if has_ended(entry, now) else ""
