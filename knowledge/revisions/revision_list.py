"""The list of revisions, and what one of them changed, without reading whole knowledge bases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from knowledge.changes import Difference, EntryChange, ListChange
from knowledge.database.connection import reading
from knowledge.database.tables import entry_history, revisions
from knowledge.entry import Entry, Status
from knowledge.entry_reader import stored_entry
from knowledge.list_name import ListName
from knowledge.revisions.history import Revision, revision_of
from knowledge.revisions.store import Change
from knowledge.revisions.stored_lists import list_history, lists_of

MAX_NAMED = 3  # entries of a revision in a list


@dataclass(frozen=True, slots=True)
class ListedRevision:
    """A revision with the number of entries and the lists that it changed.

    `named` are the first entries, each id with its question, "" for a removed one.
    """

    revision: Revision
    entries: int
    lists: tuple[ListName, ...]
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RevisionContents:
    """The changes of a revision; of `entries` changed ones some are among the `differences`, every list is."""

    differences: tuple[Difference, ...]
    entries: int

    @property
    def undone(self) -> Change:
        """The change that takes these back; an added entry is retired, as its id stays its own."""
        put, lists = list[Entry](), dict[ListName, str]()
        for one in self.differences:
            if isinstance(one, ListChange):
                lists[one.name] = one.before
            elif kept := one.before or (one.after and replace(one.after, status=Status.RETIRED)):
                put.append(kept)
        return Change(put=tuple(put), lists=lists)


def listed_revisions(
    engine: sa.Engine, limit: int, before: int | None = None, name: ListName | None = None
) -> list[ListedRevision]:
    """The newest revisions, newest first: those below the number `before`, those that changed the list `name`."""
    wanted = sa.select(revisions).order_by(revisions.c.revision.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(revisions.c.revision < before)
    if name is not None:
        mine = sa.select(list_history.c.revision).where(list_history.c.name == name.value)
        wanted = wanted.where(revisions.c.revision.in_(mine))
    with reading(engine) as connection:
        found = [revision_of(row) for row in connection.execute(wanted)]
        numbers = [one.number for one in found]
        entries = _first_entries(connection, numbers)
        touched = sa.select(list_history.c.revision, list_history.c.name).where(list_history.c.revision.in_(numbers))
        lists = set(map(tuple, connection.execute(touched)))
    listed = []
    for one in found:
        count, named = entries.get(one.number, (0, ()))
        own = tuple(name for name in ListName if (one.number, name.value) in lists)
        listed.append(ListedRevision(one, count, own, named))
    return listed


def _first_entries(
    connection: sa.Connection, numbers: Sequence[int]
) -> dict[int, tuple[int, tuple[tuple[str, str], ...]]]:
    """The number of entries that each revision changed, and the first of them with their questions."""
    changed = entry_history.c
    among = (
        sa.select(
            *(changed.revision, changed.id, changed.body),
            sa.func.count().over(partition_by=changed.revision).label("count"),
            sa.func.row_number().over(partition_by=changed.revision, order_by=changed.id).label("place"),
        )
        .where(changed.revision.in_(numbers))
        .subquery()
    )
    wanted = sa.select(among.c.revision, among.c.count, among.c.id, among.c.body["question"].as_string())
    found: dict[int, tuple[int, tuple[tuple[str, str], ...]]] = {}
    rows = connection.execute(wanted.where(among.c.place <= MAX_NAMED).order_by(among.c.revision, among.c.place))
    for number, count, entry_id, question in rows:
        found[number] = count, (*found.get(number, (0, ()))[1], (entry_id, question or ""))
    return found


def list_changes(engine: sa.Engine, name: ListName, after: int = 0) -> list[Revision]:
    """The revisions after the number `after` that changed a list, newest first."""
    joined = sa.select(revisions).join(list_history, list_history.c.revision == revisions.c.revision)
    wanted = joined.where((list_history.c.name == name.value) & (revisions.c.revision > after))
    with reading(engine) as connection:
        return [revision_of(row) for row in connection.execute(wanted.order_by(revisions.c.revision.desc()))]


def revision_contents(engine: sa.Engine, number: int, most: int | None = None) -> RevisionContents:
    """The changes of one revision: its entries by their ids, `most` of them at most, and every list."""
    mine = entry_history.c.revision == number
    with reading(engine) as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(entry_history).where(mine)) or 0
        wanted = (
            sa.select(entry_history.c.id, entry_history.c.body).where(mine).order_by(entry_history.c.id).limit(most)
        )
        after = {row.id: row.body for row in connection.execute(wanted)}
        before = _bodies_before(connection, wanted.with_only_columns(entry_history.c.id), number)
        then, now = lists_of(connection, number - 1), lists_of(connection, number)
    entries = [
        EntryChange(_entry(entry_id, before.get(entry_id)), _entry(entry_id, after[entry_id])) for entry_id in after
    ]
    lists = [ListChange(name, then.text(name), now.text(name)) for name in ListName]
    return RevisionContents((*(one for one in lists if one.before != one.after), *entries), count)


def _bodies_before(connection: sa.Connection, ids: sa.Select[Any], number: int) -> dict[str, object]:
    """The bodies, before the revision `number`, of the entries whose ids `ids` selects."""
    newest = (
        sa.select(entry_history.c.id, sa.func.max(entry_history.c.revision).label("revision"))
        .where(entry_history.c.id.in_(ids) & (entry_history.c.revision < number))
        .group_by(entry_history.c.id)
        .subquery()
    )
    same = (entry_history.c.id == newest.c.id) & (entry_history.c.revision == newest.c.revision)
    rows = connection.execute(sa.select(entry_history.c.id, entry_history.c.body).join(newest, same))
    return {row.id: row.body for row in rows}


def _entry(entry_id: str, body: object) -> Entry | None:
    return stored_entry(entry_id, body) if isinstance(body, dict) else None
