"""Impact: which questions are answered differently by a candidate than by the live knowledge base, worst first."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Self, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LEXICAL, PRIOR, SEMANTIC, Query
from index.ranking.transposed_ranking import scores_by
from index.snapshot import Outcome, Snapshot, is_edit
from knowledge.entry import Entry
from knowledge.judged import JudgedQuery

T = TypeVar("T")
MANY_TEXTS = 6_000  # of all entries; fewer are all asked, in 2 s
FEW = 40  # changed entries; with more of them every text is in reach
BULK = 1_500  # of very many texts, those that are asked of all in reach; all could take minutes
# Scores an entry may lie behind the best one and still change the decision: e^-6 of its share.
NEAR = 6.0
LEAST_SHARE = 0.8  # BM25 share that an entry has at least for a text of its own (low k1, see parameters.py)


class Source(StrEnum):
    """Where a question comes from."""

    JUDGED = "judged"
    REAL = "real"
    VARIANT = "variant"


class Loss(IntEnum):
    """How bad a change is, worst first."""

    LOST = 0  # a judged query no longer finds its entry first
    ANSWERED = 1  # a query that must not be answered is answered
    MISLED = 2  # an entry's own text finds another entry
    REDIRECTED = 3  # another entry answers
    SILENCED = 4  # answered before, not now
    OTHER = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a question: the decision's name and the best entry, None when nothing is ranked."""

    decision: str
    entry_id: str | None


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """A question whose verdict changes; `expected` are the entries that are right, where that is known.

    `at` is the moment from which it changes, None for at once.
    """

    query: str
    source: Source
    expected: tuple[str, ...]
    before: Verdict
    after: Verdict
    loss: Loss
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """Every question whose verdict changes, worst first, how many were considered, and against which revision."""

    lines: tuple[ImpactLine, ...] = ()
    considered: int = 0
    left_out: int = 0  # the entries' own texts that are in reach and were not asked, being too many
    revision: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def refused(self) -> tuple[ImpactLine, ...]:
        """The changes for which publishing is refused."""
        return tuple(line for line in self.lines if line.loss in (Loss.LOST, Loss.ANSWERED))

    def joined(self, later: Self, at: datetime | None) -> Self:
        """With what changes at the moment `at` besides; what changes before already is not repeated."""
        known = {replace(line, at=None) for line in self.lines}
        lines = [*self.lines, *(replace(line, at=at) for line in later.lines if line not in known)]
        return replace(
            self,
            lines=tuple(sorted(lines, key=_badness)),
            considered=max(self.considered, later.considered),
            left_out=max(self.left_out, later.left_out),
            seconds=self.seconds + later.seconds,
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    query: Query
    source: Source
    expected: tuple[str, ...]


# What snapshots were asked before: the live one is asked the same for every candidate.
_KNOWN: WeakKeyDictionary[Snapshot, dict[str, Verdict]] = WeakKeyDictionary()


def measure_impact(
    live: Snapshot,
    candidate: Snapshot,
    judged: Sequence[JudgedQuery],
    real: Sequence[str],
    query_of: Callable[[str], Query],
) -> Impact:
    """Ask every judged query, the real questions and the entries' own texts of both snapshots.

    Of very many texts only those that the change can reach are asked, and of these BULK at most. An edit is
    measured with the live calibration even where the candidate needs a new one, which would hide what it does.
    """
    started = time.perf_counter()
    if is_edit(live.index.entries, candidate.index.entries):
        candidate = replace(candidate, calibration=live.calibration)
    own = _own_texts(live, candidate)
    asked_own = own if len(candidate.index.texts) <= MANY_TEXTS else evenly(own, BULK)
    asked = [
        *(_Asked(query_of(query.text), Source.JUDGED, query.entries) for query in judged),
        *(_Asked(query_of(text), Source.REAL, ()) for text in dict.fromkeys(real)),
        *asked_own,
    ]
    queries = [one.query for one in asked]
    verdicts = zip(_verdicts(live, queries), _verdicts(candidate, queries), strict=True)
    lines = [_line(one, *pair) for one, pair in zip(asked, verdicts, strict=True) if pair[0] != pair[1]]
    left_out = len(own) - len(asked_own)
    considered = len(judged) + len(real) + len(candidate.index.texts) - left_out
    lines.sort(key=_badness)
    return Impact(tuple(lines), considered, left_out, live.revision, time.perf_counter() - started)


def evenly(items: Sequence[T], most: int) -> list[T]:
    """At most `most` of the items, spread over all of them."""
    step = max(1.0, len(items) / most)
    return [items[int(place * step)] for place in range(min(most, len(items)))]


def _badness(line: ImpactLine) -> tuple[Loss, Source, str]:
    return line.loss, line.source, line.query


def _verdicts(snapshot: Snapshot, queries: Sequence[Query]) -> list[Verdict]:
    known = _KNOWN.setdefault(snapshot, {})
    missing = [query for query in queries if query.text not in known]
    for query, ranking in zip(missing, snapshot.index.rank_all(missing), strict=True):
        known[query.text] = _verdict(snapshot.decided(ranking))
    return [known[query.text] for query in queries]


def _own_texts(live: Snapshot, candidate: Snapshot) -> list[_Asked]:
    """The entries' own texts whose verdict the change can alter: all of them, or those near what differs.

    An entry's own text scores at least `_least_own_score`, and what lies far behind that changes
    neither first place nor confidence.
    """
    before, after = live.index, candidate.index
    old = {entry.id: entry for entry in before.entries}
    new = {entry.id: entry for entry in after.entries}
    differing = {entry_id for entry_id in old.keys() | new.keys() if old.get(entry_id) != new.get(entry_id)}
    alike = live.calibration.decides_like(candidate.calibration)
    everything = len(after.texts) <= MANY_TEXTS or not alike or len(differing) > FEW
    chosen: set[str] = set()
    for index in (before, after):
        numbers = [number for number, entry in enumerate(index.entries) if entry.id in differing]
        near = _least_own_score(index) - NEAR
        for number in () if everything else numbers:
            chosen.update(index.texts[text] for text in np.flatnonzero(scores_by(index, number) >= near))
    asked = [
        _Asked(after.own_query(place), Source.VARIANT, (entry.id,))
        for place, entry in _texts(after)
        if everything or entry.id in differing or after.texts[place] in chosen
    ]
    kept = {one.query.text for one in asked}
    return asked + [
        _Asked(before.own_query(place), Source.VARIANT, (entry.id,))
        for place, entry in _texts(before)
        if entry.id in differing and before.texts[place] not in kept
    ]


def _texts(index: EntryIndex) -> Iterable[tuple[int, Entry]]:
    """The number and the entry of every text."""
    place = 0
    for entry in index.entries:
        for _ in range(1 + len(entry.variants)):
            yield place, entry
            place += 1


def _least_own_score(index: EntryIndex) -> float:
    """What an entry scores at least for a text of its own: the closest text is that text itself."""
    weights = index.weights
    closest = [name for name in (*LEXICAL, *SEMANTIC) if name.startswith("closest")]
    return (
        sum(weights.get(name, 0.0) for name in closest)
        + LEAST_SHARE * (weights["words"] + weights["readings"])
        + min(weights[PRIOR], 0.0)
    )


def _verdict(outcome: Outcome) -> Verdict:
    if outcome.kind == "abstain":
        return Verdict(outcome.kind, outcome.entry.id if outcome.entry else None)
    return Verdict(outcome.kind, outcome.ranking.hits[0].entry.id)


def _line(asked: _Asked, before: Verdict, after: Verdict) -> ImpactLine:
    return ImpactLine(asked.query.text, asked.source, asked.expected, before, after, _loss(asked, before, after))


def _loss(asked: _Asked, before: Verdict, after: Verdict) -> Loss:
    expected = asked.expected
    if asked.source is Source.JUDGED:
        if expected and before.entry_id in expected and after.entry_id not in expected:
            return Loss.LOST
        if after.decision == "answer" and after.entry_id not in expected:
            return Loss.ANSWERED
    if asked.source is Source.VARIANT and after.entry_id not in expected and before.entry_id in expected:
        return Loss.MISLED
    if before.decision == "answer":
        return Loss.REDIRECTED if after.decision == "answer" else Loss.SILENCED
    return Loss.OTHER
