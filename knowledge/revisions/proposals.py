"""Proposals: changes that are checked and kept, but not live yet."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import proposals
from knowledge.errors import FaqError
from knowledge.revisions.store import Change


class ProposalState(StrEnum):
    """The state of a proposal."""

    OPEN = "open"  # its editor is still looking at it
    WAITING = "waiting"  # for another editor to approve it
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A change with its editor and reason; `base` is the revision that the editor saw.

    `person` is who the editor is where they may take any name, else "".
    """

    id: str
    at: datetime
    editor: str
    reason: str
    base: int
    change: Change
    state: ProposalState = ProposalState.OPEN
    override: str = ""
    revision: int | None = None
    person: str = ""

    def is_by(self, editor: str, person: str = "") -> bool:
        """True when this editor proposed it, or the same person under another name."""
        return self.editor == editor or (self.person or self.editor) == (person or editor)


class Proposals:
    """The proposals in the database; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def add(self, change: Change, editor: str, reason: str, base: int, *, person: str = "") -> StoredProposal:
        """Keep a new proposal."""
        proposal = StoredProposal(secrets.token_hex(4), datetime.now(UTC), editor, reason, base, change, person=person)
        values = {"id": proposal.id, "at": proposal.at, "editor": editor, "reason": reason, "base": base}
        values |= {"person": person}
        values |= {"change": change.to_json(), "state": ProposalState.OPEN.value}
        self._execute(sa.insert(proposals).values(values))
        return proposal

    def find(self, proposal_id: str) -> StoredProposal:
        """One proposal. Raises FaqError when there is none with this id."""
        rows = self._rows(sa.select(proposals).where(proposals.c.id == proposal_id))
        if not rows:
            raise FaqError(f"提案 {proposal_id} はありません。", "もう一度、編集からやり直してください。")
        return rows[0]

    def waiting(self) -> list[StoredProposal]:
        """Every proposal that waits for approval, oldest first."""
        waiting = sa.select(proposals).where(proposals.c.state == ProposalState.WAITING)
        return self._rows(waiting.order_by(proposals.c.at))

    def move(self, proposal: StoredProposal, state: ProposalState) -> None:
        """Store a proposal's new state, with its reason and override. Raises FaqError when another editor was first."""
        mine = (proposals.c.id == proposal.id) & (proposals.c.state == proposal.state.value)
        values = {"state": state.value, "reason": proposal.reason, "override": proposal.override}
        if self._execute(sa.update(proposals).where(mine).values(values)) != 1:
            raise FaqError(f"提案 {proposal.id} は、ほかの人がすでに処理しました。", "最新の状態を確かめてください。")

    def forget_open(self, older_than: timedelta) -> int:
        """Delete what was looked at and neither published nor handed in since; returns how many.

        What waits for approval is somebody's work, and what was published or withdrawn is history: they stay.
        """
        old = (proposals.c.state == ProposalState.OPEN) & (proposals.c.at < datetime.now(UTC) - older_than)
        return self._execute(sa.delete(proposals).where(old))

    def _execute(self, statement: sa.Insert | sa.Update | sa.Delete) -> int:
        with changing(self.engine) as connection:
            return connection.execute(statement).rowcount

    def _rows(self, found: sa.Select[Any]) -> list[StoredProposal]:
        with reading(self.engine) as connection:
            rows = connection.execute(found).all()
        return [
            StoredProposal(
                id=row.id,
                at=row.at,
                editor=row.editor,
                reason=row.reason,
                base=row.base,
                change=Change.from_json(row.change),
                state=ProposalState(row.state),
                override=row.override,
                revision=row.revision,
                person=row.person,
            )
            for row in rows
        ]
