"""Measured proposals, kept between their preview and their publish so that nothing is measured twice."""

import threading

from bot.gate.proposal import Proposal
from index.review.verdicts import AskedSnapshot
from index.snapshot import Snapshot

MAX_KEPT = 8  # proposals: editors seldom prepare more at a time
MAX_KEPT_TEXTS = 40_000  # texts of all candidates together: an index takes some 3 kB a text, 130 MB in all


class KeptProposals:
    """The newest proposals measured on the live revision, and the verdicts of the live snapshot so far.

    Safe to share between threads. A proposal that is no longer here is measured again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._proposals: dict[str, Proposal] = {}  # by id, the newest last
        self._live: AskedSnapshot | None = None

    def find(self, proposal_id: str) -> Proposal | None:
        """The kept proposal with this id."""
        return self._proposals.get(proposal_id)

    def keep(self, proposal: Proposal) -> None:
        """Keep a proposal, and drop those of other revisions and the oldest of too many; the newest one stays."""
        with self._lock:
            others = {kept.id: kept for kept in self._proposals.values() if kept.id != proposal.id}
            same = {kept.id: kept for kept in others.values() if kept.impact.revision == proposal.impact.revision}
            self._proposals = {**same, proposal.id: proposal}
            while len(self._proposals) > 1 and self._are_too_many():
                del self._proposals[next(iter(self._proposals))]

    def asked(self, live: Snapshot) -> AskedSnapshot:
        """The live snapshot with the verdicts it has given so far."""
        with self._lock:
            if self._live is None or self._live.snapshot is not live:
                self._live = AskedSnapshot(live)
            return self._live

    def follow(self, candidate: AskedSnapshot, live: Snapshot) -> None:
        """Forget the proposals of the revision before; `candidate` was published, and `live` is what it became."""
        with self._lock:
            self._proposals = {}
            self._live = candidate.become(live)

    def _are_too_many(self) -> bool:
        texts = sum(len(kept.effect.candidate.snapshot.index.texts) for kept in self._proposals.values())
        return len(self._proposals) > MAX_KEPT or texts > MAX_KEPT_TEXTS
