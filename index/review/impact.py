"""Impact: the questions that a candidate answers differently from the live knowledge base, worst first."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Self

from index.ranking.ranking import Query
from index.review.reach import texts_in_reach
from index.review.sampling import MAX_TEXTS_ALL_ASKED, MAX_TEXTS_SAMPLED, evenly
from index.review.verdicts import AskedSnapshot, Verdict
from knowledge.judged import JudgedQuery


class Source(StrEnum):
    """The origin of a question."""

    JUDGED = "judged"
    REAL = "real"
    VARIANT = "variant"


class Loss(IntEnum):
    """The harm of a changed verdict, worst first."""

    LOST = 0  # a judged query no longer finds its entry first
    ANSWERED = 1  # a query that must not be answered is answered
    MISLED = 2  # an entry's own text finds another entry
    REDIRECTED = 3  # another entry answers
    SILENCED = 4  # answered before, not now
    OTHER = 5


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

    def joined(self, later: Self, at: datetime) -> Self:
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


def measure_impact(
    live: AskedSnapshot,
    candidate: AskedSnapshot,
    judged: Sequence[JudgedQuery],
    real: Sequence[str],
    query_of: Callable[[str], Query],
) -> Impact:
    """Ask every judged query, the real questions and the entries' own texts of both snapshots.

    Of very many own texts only MAX_TEXTS_SAMPLED of those in reach are asked. An edit should be measured with the
    live calibration: a new one would hide what the edit does.
    """
    started = time.perf_counter()
    own, out_of_reach = _own_texts(live, candidate)
    some = own if len(candidate.snapshot.index.texts) <= MAX_TEXTS_ALL_ASKED else evenly(own, MAX_TEXTS_SAMPLED)
    asked = [_Asked(query_of(query.text), Source.JUDGED, query.entries) for query in judged]
    asked += [_Asked(query_of(text), Source.REAL, ()) for text in dict.fromkeys(real)]
    asked += some
    lines = _differing(live, candidate, asked)
    seconds = time.perf_counter() - started
    return Impact(lines, len(asked) + out_of_reach, len(own) - len(some), live.snapshot.revision, seconds)


def _own_texts(live: AskedSnapshot, candidate: AskedSnapshot) -> tuple[list[_Asked], int]:
    """The entries' own texts that the change can reach, and how many of the candidate it cannot."""
    reached = texts_in_reach(live.snapshot, candidate.snapshot)
    own = [_Asked(index.own_query(number), Source.VARIANT, (entry.id,)) for index, number, entry in reached]
    index = candidate.snapshot.index
    return own, len(index.texts) - sum(holder is index for holder, _, _ in reached)


def _differing(live: AskedSnapshot, candidate: AskedSnapshot, asked: Sequence[_Asked]) -> tuple[ImpactLine, ...]:
    """The questions whose verdict is not the same in both, worst first."""
    queries = [one.query for one in asked]
    verdicts = zip(live.verdicts(queries), candidate.verdicts(queries), strict=True)
    lines = [_line(one, *pair) for one, pair in zip(asked, verdicts, strict=True) if pair[0] != pair[1]]
    return tuple(sorted(lines, key=_badness))


def _badness(line: ImpactLine) -> tuple[Loss, Source, str]:
    return line.loss, line.source, line.query


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
