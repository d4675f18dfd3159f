"""Ways to ask left out of a proposal: those for which publishing it is refused are found by trying it without them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.gate.proposal import Proposal
from index.review.impact import Impact, ImpactLine, ImpactQuestion, differing
from index.review.verdicts import AskedSnapshot
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder
from knowledge.revisions.store import Change

MAX_TEXTS = 150_000  # indexed for all that is tried at first: a snapshot of 7,000 texts for each way to ask takes 0.2 s

Added = tuple[str, str]  # an entry's id, and a way to ask that is added to it


def without(change: Change, out: Collection[Added]) -> Change:
    """The change without ways to ask that it adds."""
    put = (
        replace(one, variants=tuple(text for text in one.variants if (one.id, text) not in out)) for one in change.put
    )
    return replace(change, put=tuple(put))


@dataclass(frozen=True, slots=True)
class LeavingOut:
    """Tries a refused proposal without ways to ask that it adds; `live` is the snapshot that it would change."""

    proposal: Proposal
    live: Snapshot
    builder: SnapshotBuilder

    def least(self) -> list[Added]:
        """The fewest added ways to ask, found one by one, without which nothing is refused.

        None where the rest of the change is refused too, or only from a later moment on, or where it takes too long.
        """
        left = [(entry.id, text) for entry, text in self.proposal.added_variants]
        refused: Sequence[ImpactLine] = self.proposal.impact.refused
        at_once = refused and not any(line.at for line in refused)
        too_many = len(left) * len(self.live.index.texts) > MAX_TEXTS
        if not at_once or not left or too_many or self._refused(left, refused):
            return []
        out = list[Added]()
        while refused:
            tried = [(self._refused([*out, one], self.proposal.impact.refused), one) for one in left]
            refused, worst = min(tried, key=lambda one: len(one[0]))
            out.append(worst)
            left.remove(worst)
        return out

    def _refused(self, out: Collection[Added], lines: Sequence[ImpactLine]) -> Sequence[ImpactLine]:
        """Those of the refused `lines` that stay so without `out`."""
        then = self.proposal.effect.candidate.snapshot
        base = without(self.proposal.stored.change, out).on(self.live.base)
        candidate = self.builder.build(base, then.built_for, self.live, calibrated=False)
        analyzer = then.index.analyzer
        asked = [
            ImpactQuestion(self.builder.query(line.query, analyzer), analyzer, line.source, line.expected)
            for line in lines
        ]
        return Impact(differing(AskedSnapshot(self.live), AskedSnapshot(candidate), asked)).refused
