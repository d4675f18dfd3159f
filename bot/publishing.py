"""The editors' gate: a change is checked, its impact measured, and only then published."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from index.ranking.entry_index import EntryIndex
from index.review.checks import check_knowledge_base
from index.review.impact import Impact, measure_impact
from index.searcher import Searcher
from index.snapshot import Snapshot, SnapshotBuilder
from knowledge.changes import EntryChange
from knowledge.entry_reader import read_entry
from knowledge.errors import EditConflict, FaqError, KnowledgeError, Problem, RevisionConflict, Severity
from knowledge.located_entry import LocatedEntry
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.history import History
from knowledge.revisions.proposals import Proposals, State, StoredProposal
from knowledge.revisions.store import Change, KnowledgeBase, Provenance, Store

REAL_QUESTIONS = 500  # recent distinct questions of the log whose answers are compared
MAX_MOMENTS = 6  # at which validity changes and the impact is measured again
MAX_TRIES = 3  # to publish while others publish too


class PublishRefused(FaqError):
    """The change loses judged queries, or answers what must not be answered; `impact` says which."""

    def __init__(self, impact: Impact) -> None:
        refused = impact.refused
        super().__init__(
            f"公開を止めました。判定つきの質問{len(refused)}件の結果が悪くなります（例「{refused[0].query}」）。",
            "内容を直すか、それでも公開する理由を書いてください。理由は履歴に残ります。",
        )
        self.impact = impact


class ReviewRequired(FaqError):
    """Somebody else has to approve."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A kept proposal with what it changes and does; `problems` are those that do not keep it from publishing."""

    stored: StoredProposal
    differences: tuple[EntryChange, ...]
    impact: Impact
    problems: tuple[Problem, ...] = ()

    @property
    def id(self) -> str:
        """The proposal's id."""
        return self.stored.id


@dataclass(frozen=True)
class Publishing:
    """Proposes and publishes changes. With `review` somebody other than the proposer has to approve."""

    store: Store
    builder: SnapshotBuilder
    searcher: Searcher
    log: QueryLog
    review: bool = False

    @property
    def history(self) -> History:
        """Every revision there ever was."""
        return History(self.store.engine)

    @property
    def proposals(self) -> Proposals:
        """The proposals that are kept."""
        return Proposals(self.store.engine)

    def propose(
        self,
        change: Change,
        editor: str,
        reason: str = "",
        base: int | None = None,
        located: Sequence[LocatedEntry] = (),
    ) -> Proposal:
        """Check a change, measure its impact and keep it; nothing is live yet. Raises as `measure` does."""
        proposal = self.measure(change, editor, reason, base, located)
        return replace(proposal, stored=self.proposals.add(change, editor, reason, proposal.stored.base))

    def measure(
        self,
        change: Change,
        editor: str,
        reason: str = "",
        base: int | None = None,
        located: Sequence[LocatedEntry] = (),
    ) -> Proposal:
        """What `propose` gives, without keeping it: for a dry run. It has no id and cannot be published.

        `base` is the revision that the editor saw, by default the newest; `located` says where the entries
        were written, for the places of problems. Raises KnowledgeError with every
        fault, EditConflict when somebody changed the same entries since, FaqError when nothing would change.
        """
        live = self.store.load()
        seen = live.revision if base is None else base
        self._refuse_conflicts(change, seen, live)
        return self._examined(StoredProposal("", datetime.now(UTC), editor, reason, seen, change), live, located)

    def examine(self, proposal_id: str) -> Proposal:
        """A kept proposal as it would work on today's knowledge base. Raises as `propose` does."""
        live, stored = self.store.load(), self._pending(proposal_id)
        self._refuse_conflicts(stored.change, stored.base, live)
        return self._examined(stored, live)

    def publish(self, proposal: Proposal, editor: str, reason: str = "", override: str = "") -> int | None:
        """Publish a proposal; returns the new revision, or None when it now waits for somebody's approval.

        `reason` and `override` (why it is published though refused) take the place of the proposal's where
        given. Raises PublishRefused, ReviewRequired, and what `propose` raises.
        """
        stored = self._pending(proposal.id)
        stored = replace(stored, reason=reason or stored.reason, override=override or stored.override)
        if self.review and stored.state is State.WAITING and editor == stored.editor:
            raise ReviewRequired("提案した本人は承認できません。", "ほかの編集者に承認を頼んでください。")
        for _ in range(MAX_TRIES):
            live = self.store.load()
            if proposal.impact.revision != live.revision:
                self._refuse_conflicts(stored.change, stored.base, live)
                proposal = self._examined(stored, live)
            if proposal.impact.refused and not stored.override:
                raise PublishRefused(proposal.impact)
            if self.review and stored.state is State.OPEN:
                self.proposals.move(stored, State.WAITING, reason=stored.reason, override=stored.override)
                return None
            try:
                return self._write(stored, editor, live)
            except RevisionConflict:
                continue
        raise RevisionConflict(live.revision, self.store.revision())

    def withdraw(self, proposal_id: str) -> None:
        """Give a proposal up that waits for approval. Raises FaqError, which says where it stands, for another."""
        stored = self.proposals.find(proposal_id)
        if stored.state is not State.WAITING:
            raise _standing(stored)
        self.proposals.move(stored, State.WITHDRAWN, reason=stored.reason, override=stored.override)

    def _pending(self, proposal_id: str) -> StoredProposal:
        stored = self.proposals.find(proposal_id)
        if stored.state not in (State.OPEN, State.WAITING):
            raise _standing(stored)
        return stored

    def _write(self, stored: StoredProposal, editor: str, live: KnowledgeBase) -> int:
        approved_by = editor if stored.state is State.WAITING else ""
        provenance = Provenance(stored.override, approved_by, stored.id)
        revision = self.store.publish(stored.change, stored.editor, stored.reason, live.revision, provenance)
        self.searcher.refresh()
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
            lines.append(
                f"「{entry_id}」は{revision.editor}さんが第{revision.number}版で変更しました（違い: {differing}）"
            )
        raise EditConflict(
            "ほかの人が先に同じ項目を公開しました。" + "、".join(lines) + "。",
            "最新の内容を開いて、もう一度編集してください。",
        )

    def _examined(self, stored: StoredProposal, live: KnowledgeBase, located: Sequence[LocatedEntry] = ()) -> Proposal:
        change = stored.change
        faults = [
            Problem(fault.message, fault.hint, entry_id=entry.id, field=fault.field)
            for entry in change.put
            for fault in read_entry(entry.to_fields())[1]
        ]
        if faults:
            raise KnowledgeError(faults)
        differences = tuple(change.differences(live))
        if not differences:
            raise FaqError("変更がありません。", "公開中の内容と同じです。")
        return Proposal(stored, differences, *self._effect(live, change, located))

    def _effect(
        self, live: KnowledgeBase, change: Change, located: Sequence[LocatedEntry]
    ) -> tuple[Impact, tuple[Problem, ...]]:
        now, candidate = datetime.now(UTC), change.on(live)
        real = self.log.recent_texts(REAL_QUESTIONS)
        judged = self.builder.judged_for(candidate)
        impact, problems = Impact(revision=live.revision), []
        for moment in (now, *_borders(live, candidate, change.ids, now)):
            before = self._snapshot(live, moment)
            after = self.builder.build(candidate, moment, before, calibrated=False)
            if moment == now:
                problems = _problems(candidate, after.index, change.ids, located, now)
                if errors := [problem for problem in problems if problem.severity is Severity.ERROR]:
                    raise KnowledgeError(errors)
            found = measure_impact(before, after, judged, real, self.builder.query)
            impact = impact.joined(found, None if moment == now else moment)
        return impact, tuple(problems)

    def _snapshot(self, base: KnowledgeBase, moment: datetime) -> Snapshot:
        """The live snapshot itself where it holds at `moment`, so that what it was asked before is remembered."""
        live = self.searcher.snapshot
        if live.revision == base.revision and live.holds_at(moment):
            return live
        return self.builder.build(base, moment, live, calibrated=False)


def _standing(stored: StoredProposal) -> FaqError:
    """Where a proposal stands, for somebody who wanted to do with it what cannot be done there."""
    match stored.state:
        case State.OPEN:
            told, hint = "まだ承認に出されていません", "公開しなければ何も変わりません。数日後に自動で消えます。"
        case State.WAITING:
            told, hint = "承認を待っています", "承認するか、取り下げてください。"
        case State.PUBLISHED:
            told = f"すでに第{stored.revision}版として公開されています"
            hint = "元に戻すときは、もう一度編集するか、`faqbot rollback` を使ってください。"
        case State.WITHDRAWN:
            told, hint = "すでに取り下げられています", "必要なら、もう一度編集からやり直してください。"
    return FaqError(f"提案 {stored.id} は、{told}。", hint)


def _borders(live: KnowledgeBase, candidate: KnowledgeBase, ids: Collection[str], now: datetime) -> Iterator[datetime]:
    """The moments to come at which the validity of a changed entry begins or ends."""
    changed = [entry for base in (live, candidate) for entry in base.entries if entry.id in ids]
    borders = {at for entry in changed for at in (entry.starts_at(), entry.ends_at()) if at and at > now}
    yield from sorted(borders)[:MAX_MOMENTS]


def _problems(
    candidate: KnowledgeBase, index: EntryIndex, ids: Collection[str], located: Sequence[LocatedEntry], now: datetime
) -> list[Problem]:
    """Every problem of the candidate that involves a changed entry."""
    placed = {item.entry.id: item for item in located}
    everything = [placed.get(entry.id) or LocatedEntry(entry) for entry in candidate.entries]
    return check_knowledge_base(index, everything, now, ids)
