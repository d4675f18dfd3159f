"""Verdicts: the outcome of a question in brief, and a snapshot with the questions it was asked before."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from index.ranking.ranking import Query
from index.snapshot import Outcome, Snapshot
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision's name and the best entry, None when nothing is ranked."""

    decision: str
    entry_id: str | None
    first: str | None = field(default=None, compare=False)  # the best entry, also where we abstain

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """The verdict of an outcome; when we abstain, the entry is the one that declines."""
        first = outcome.ranking.hits[0].entry.id if outcome.ranking.hits else None
        if outcome.kind == "abstain":
            return cls(outcome.kind, outcome.entry.id if outcome.entry else None, first)
        return cls(outcome.kind, first, first)


@dataclass(frozen=True, eq=False)
class AskedSnapshot:
    """A snapshot that remembers its verdicts: the live one is asked the same questions for every candidate.

    Safe to share between threads: two of them at worst ask the same question.
    """

    snapshot: Snapshot
    _known: dict[str, Verdict] = field(default_factory=dict)  # by the question's text

    def verdicts(self, queries: Sequence[Query]) -> list[Verdict]:
        """The verdict of each query; only those not asked before are ranked."""
        missing = [query for query in queries if query.text not in self._known]
        for query, ranking in zip(missing, self.snapshot.index.rank_all(missing), strict=True):
            self._known[query.text] = Verdict.of(self.snapshot.decided(ranking))
        return [self._known[query.text] for query in queries]

    def become(self, snapshot: Snapshot) -> Self:
        """`snapshot` with the verdicts of this one where it gives the same, else with none."""
        return replace(self, snapshot=snapshot) if self.agrees_with(snapshot) else type(self)(snapshot)

    def agrees_with(self, snapshot: Snapshot) -> bool:
        """True when `snapshot` gives every question the same verdict: it ranks the same texts and decides alike."""
        ranked, other = (
            (one.index.analyzer.rules_digest, [_ranked(entry) for entry in one.index.entries])
            for one in (self.snapshot, snapshot)
        )
        return ranked == other and snapshot.calibration.decides_like(self.snapshot.calibration)


def _ranked(entry: Entry) -> tuple[object, ...]:
    """All of an entry that verdicts depend on."""
    return entry.id, entry.question, entry.variants, entry.answer, entry.category, entry.declines
