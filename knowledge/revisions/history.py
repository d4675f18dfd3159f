"""The history of the knowledge base: every revision with its editor, reason and entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import reading
from knowledge.database.tables import entry_history, revisions
from knowledge.entry import Entry
from knowledge.entry_reader import stored_entry
from knowledge.errors import FaqError
from knowledge.list_name import ListName
from knowledge.lists import Lists
from knowledge.revisions.store import Change, KnowledgeBase
from knowledge.revisions.stored_lists import lists_of

FILES = "shipped files"  # the editor of what was taken in from the knowledge base's folder


@dataclass(frozen=True, slots=True)
class Revision:
    """One publish with its editor, time and reason; `override` is the reason for publishing though it was refused."""

    number: int
    at: datetime
    editor: str
    reason: str
    override: str = ""
    approved_by: str = ""

    @property
    def who(self) -> str:
        """The editor as people are told."""
        return "ファイル" if self.editor == FILES else f"{self.editor}さん"


@dataclass(frozen=True, slots=True)
class Version:
    """An entry after a revision; None when that revision removed it."""

    revision: Revision
    entry: Entry | None


class History:
    """Reads all revisions; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def revisions(self, limit: int) -> list[Revision]:
        """The newest revisions, newest first."""
        rows = self._rows(sa.select(revisions).order_by(revisions.c.revision.desc()).limit(limit))
        return [revision_of(row) for row in rows]

    def find(self, number: int) -> Revision:
        """One revision. Raises FaqError when there is none of this number."""
        rows = self._rows(sa.select(revisions).where(revisions.c.revision == number))
        if not rows:
            raise FaqError(f"第{number}版はありません。", "`faqbot history` で版の番号を確かめてください。")
        return revision_of(rows[0])

    def at(self, moment: datetime) -> int:
        """The revision that was live at `moment`; 0 before the first."""
        found = sa.select(sa.func.max(revisions.c.revision).label("number")).where(revisions.c.at <= moment)
        return self._rows(found)[0].number or 0

    def moments(self) -> list[datetime]:
        """When each revision was published, oldest first."""
        return [row.at for row in self._rows(sa.select(revisions.c.at).order_by(revisions.c.revision))]

    def versions(self, entry_id: str) -> list[Version]:
        """Every version of an entry, newest first."""
        mine = entry_history.c.id == entry_id
        rows = self._rows(_joined().where(mine).order_by(entry_history.c.revision.desc()))
        return [Version(revision_of(row), stored_entry(row.id, row.body) if row.body else None) for row in rows]

    def entry_at(self, entry_id: str, number: int) -> Entry | None:
        """An entry as it was after the revision; None where it was not there."""
        return next((one.entry for one in self.versions(entry_id) if one.revision.number <= number), None)

    def base(self, number: int) -> KnowledgeBase:
        """The knowledge base after the revision."""
        newest = (
            sa.select(entry_history.c.id, sa.func.max(entry_history.c.revision).label("revision"))
            .where(entry_history.c.revision <= number)
            .group_by(entry_history.c.id)
            .subquery()
        )
        same = (entry_history.c.id == newest.c.id) & (entry_history.c.revision == newest.c.revision)
        rows = self._rows(
            sa.select(entry_history.c.id, entry_history.c.body).join(newest, same).order_by(entry_history.c.id)
        )
        kept = tuple(stored_entry(row.id, row.body) for row in rows if row.body)
        return KnowledgeBase(number, kept, self.lists(number))

    def lists(self, number: int) -> Lists:
        """The lists after the revision."""
        with reading(self.engine) as connection:
            return lists_of(connection, number)

    def last_changes(self, entry_ids: Sequence[str], after: int) -> dict[str, Revision]:
        """The last revision to change each of the entries, for those changed after the revision `after`."""
        changed = entry_history.c.id.in_(entry_ids) & (entry_history.c.revision > after)
        rows = self._rows(_joined().where(changed).order_by(entry_history.c.revision))
        return {row.id: revision_of(row) for row in rows}

    def way_back(self, number: int, live: KnowledgeBase) -> Change:
        """The change that brings `live` back to the revision `number`."""
        self.find(number)
        then = self.base(number)
        put = tuple(entry for entry in then.entries if live.by_id.get(entry.id) != entry)
        lists = {name: then.lists.text(name) for name in ListName if then.lists.text(name) != live.lists.text(name)}
        return Change(put, tuple(entry.id for entry in live.entries if entry.id not in then.by_id), lists=lists)

    def _rows(self, found: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with reading(self.engine) as connection:
            return connection.execute(found).all()


def _joined() -> sa.Select[Any]:
    return sa.select(entry_history.c.id, entry_history.c.body, revisions).join(
        revisions, revisions.c.revision == entry_history.c.revision
    )


def revision_of(row: sa.Row[Any]) -> Revision:
    """The revision of a row of its table."""
    return Revision(row.revision, row.at, row.editor, row.reason, row.override, row.approved_by)
