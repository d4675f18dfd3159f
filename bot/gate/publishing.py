"""The editors' gate: a change is checked, its impact measured, and only then published."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.gate.kept_proposals import KeptProposals
from bot.gate.proposal import Proposal, PublishRefused, ReviewRequired, not_in_state, refuse_faults
from index.review.effect import measure_effect
from index.review.verdicts import AskedSnapshot
from index.searcher import Searcher
from index.snapshot_builder import SnapshotBuilder
from knowledge.errors import EditConflict, FaqError, RevisionConflict
from knowledge.located_entry import LocatedEntry
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.history import History
from knowledge.revisions.list_merge import rebased
from knowledge.revisions.proposals import Proposals, ProposalState, StoredProposal
from knowledge.revisions.store import Change, KnowledgeBase, Provenance, Store
from knowledge.revisions.unlinking import unlinked

REAL_QUESTIONS = 500  # recent distinct questions of the log whose answers are compared
MAX_TRIES = 3  # to publish while others publish too


@dataclass(frozen=True)
class Publishing:
    """Proposes and publishes changes; safe to share between threads.

    With `review` another person has to approve. A proposal is measured once while the live revision and validity stand.
    """

    store: Store
    builder: SnapshotBuilder
    searcher: Searcher
    log: QueryLog
    review: bool = False
    kept: KeptProposals = field(default_factory=KeptProposals, init=False, repr=False)

    @property
    def history(self) -> History:
        """Every revision there ever was."""
        return History(self.store.engine)

    @property
    def proposals(self) -> Proposals:
        """The proposals that are stored."""
        return Proposals(self.store.engine)

    def live(self) -> KnowledgeBase:
        """The newest knowledge base; it is read from the database only where the searcher does not have it yet.

        Raises StoreError or KnowledgeError.
        """
        known = self.searcher.snapshot.base
        return known if known.revision == self.store.revision() else self.store.load()

    def propose(
        self,
        change: Change,
        editor: str,
        reason: str = "",
        base: int | None = None,
        located: Sequence[LocatedEntry] = (),
        *,
        person: str = "",
    ) -> Proposal:
        """Check a change, measure its impact and store it; nothing is live yet. Raises as `measure` does.

        `person` is who the editor is, where they may take any name.
        """
        proposal = self.measure(change, editor, reason, base, located)
        stored = self.proposals.add(change, editor, reason, proposal.stored.base, person=person)
        proposal = replace(proposal, stored=replace(stored, change=proposal.stored.change))  # as it will be written
        self.kept.keep(proposal)
        return proposal

    def measure(
        self,
        change: Change,
        editor: str,
        reason: str = "",
        base: int | None = None,
        located: Sequence[LocatedEntry] = (),
    ) -> Proposal:
        """The same proposal, not stored: for a dry run. It has no id and cannot be published.

        `base` is the revision that the editor saw, by default the newest; `located` says where the entries
        were written, for the places of problems. Raises KnowledgeError with every
        fault, EditConflict when somebody changed the same entries since, FaqError when nothing would change.
        """
        live = self.live()
        stored = StoredProposal("", datetime.now(UTC), editor, reason, live.revision if base is None else base, change)
        return self._measured(stored, live, located)

    def examine(self, proposal_id: str) -> Proposal:
        """A stored proposal with its effect on today's knowledge base. Raises as `measure` does."""
        stored, live = self._pending(proposal_id), self.live()
        kept = self.kept.find(proposal_id)
        if kept and kept.effect.holds(live.revision, datetime.now(UTC)):
            return replace(kept, stored=replace(stored, change=kept.stored.change))
        proposal = self._measured(stored, live)
        self.kept.keep(proposal)
        return proposal

    def publish(
        self, proposal: Proposal, editor: str, reason: str = "", override: str = "", *, person: str = ""
    ) -> int | None:
        """Publish a proposal; returns the new revision, or None when it now waits for somebody's approval.

        `reason` and `override` (why it is published though refused) take the place of the proposal's where
        given; `person` is as of `propose`. Raises PublishRefused, ReviewRequired, and what `measure` raises.
        """
        stored = self._pending(proposal.id)
        stored = replace(stored, reason=reason or stored.reason, override=override or stored.override)
        self._refuse_own(stored, editor, person)
        for _ in range(MAX_TRIES):
            live = self.live()
            if not proposal.effect.holds(live.revision, datetime.now(UTC)):
                proposal = self._measured(stored, live)
            if proposal.impact.refused and not stored.override:
                raise PublishRefused(proposal.impact)
            if self.review and stored.state is ProposalState.OPEN:
                self.hand_in(stored)
                return None
            try:
                return self._write(stored, proposal, editor, live.revision)
            except RevisionConflict:
                continue
        raise RevisionConflict(live.revision, self.store.revision())

    def hand_in(self, stored: StoredProposal) -> None:
        """Let a proposal wait for an editor's approval. Raises FaqError when another editor was first."""
        self.proposals.move(stored, ProposalState.WAITING)

    def withdraw(self, proposal_id: str) -> None:
        """Give a proposal up that waits for approval. Raises FaqError, which tells its state, for another."""
        stored = self.proposals.find(proposal_id)
        if stored.state is not ProposalState.WAITING:
            raise not_in_state(stored)
        self.proposals.move(stored, ProposalState.WITHDRAWN)

    def _pending(self, proposal_id: str) -> StoredProposal:
        stored = self.proposals.find(proposal_id)
        if stored.state not in (ProposalState.OPEN, ProposalState.WAITING):
            raise not_in_state(stored)
        return stored

    def _refuse_own(self, stored: StoredProposal, editor: str, person: str) -> None:
        if self.review and stored.state is ProposalState.WAITING and stored.is_by(editor, person):
            raise ReviewRequired(is_named_so=stored.editor == editor)

    def _write(self, stored: StoredProposal, proposal: Proposal, editor: str, expected: int) -> int:
        change, candidate = proposal.stored.change, proposal.effect.candidate
        approved_by = editor if stored.state is ProposalState.WAITING else ""
        override = stored.override if proposal.impact.refused else ""  # else the history would tell of a refusal
        provenance = Provenance(override, approved_by, stored.id)
        revision = self.store.publish(change, stored.editor, stored.reason, expected, provenance)
        self.searcher.refresh(candidate.snapshot)
        self.kept.follow(candidate, self.searcher.snapshot)
        return revision

    def _refuse_conflicts(self, change: Change, seen: int, live: KnowledgeBase) -> None:
        """Raise EditConflict when an entry of `change` was changed, and differently, after the revision `seen`."""
        pending = {difference.id: difference for difference in change.differences(live)}
        faster = self.history.last_changes(list(pending), seen) if live.revision != seen else {}
        if not faster:
            return
        lines = []
        for entry_id, revision in faster.items():
            differing = "・".join(field.label for field in pending[entry_id].fields())
            told = f"「{pending[entry_id].question}」は{revision.who}が第{revision.number}版で変更しました"
            lines.append(f"{told}（違い: {differing}）")
        raise EditConflict(
            "ほかの人が先に同じ項目を公開しました。" + "、".join(lines) + "。",
            "最新の内容を開いて、もう一度編集してください。",
        )

    def _measured(self, stored: StoredProposal, live: KnowledgeBase, located: Sequence[LocatedEntry] = ()) -> Proposal:
        """The proposal with its effect on `live`, into whose lists its own are merged. Raises as `measure` does."""
        self._refuse_conflicts(stored.change, stored.base, live)
        seen = self.history.lists(stored.base) if stored.change.lists else live.lists
        change = rebased(stored.change, seen, live)
        refuse_faults(change)
        about, change = change.ids, unlinked(change, live)
        others = frozenset(change.ids).difference(about)
        differences = tuple(sorted(change.differences(live), key=lambda one: one.id in others))
        if not differences:
            raise FaqError("変更がありません。", "公開中の内容と同じです。")
        now, real = datetime.now(UTC), self.log.recent_texts(REAL_QUESTIONS)
        asked = self._asked(live, now)
        effect = measure_effect(change, asked, self.builder, now=now, real=real, located=located, about=about)
        return Proposal(replace(stored, change=change), differences, effect, others)

    def _asked(self, base: KnowledgeBase, now: datetime) -> AskedSnapshot:
        """The live snapshot where it is the one of `base` at `now`, so that its verdicts are known, else a new one."""
        live = self.searcher.snapshot
        if live.revision == base.revision and live.holds_at(now):
            return self.kept.asked(live)
        return AskedSnapshot(self.builder.build(base, now, live, calibrated=False))
