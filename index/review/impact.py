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
from index.text.analyzer import Analyzer
from knowledge.entry import Status
from knowledge.judged import JudgedQuery
from knowledge.revisions.store import KnowledgeBase


class Source(StrEnum):
    """The origin of a question."""

    JUDGED = "judged"
    REAL = "real"
    VARIANT = "variant"


class Loss(IntEnum):
    """The harm of a changed verdict, worst first."""

    LOST = 0  # a judged query no longer finds its entry first
    ANSWERED = 1  # a query that must not be answered is answered
    TAKEN_BACK = 2  # a judged query or own text of an entry that the change retires or removes
    MISLED = 3  # an entry's own text finds another entry
    REDIRECTED = 4  # another entry answers
    SILENCED = 5  # answered before, not now
    OTHER = 6


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
    """Every question whose verdict changes, worst first, compared with the live `revision`.

    `considered` questions were asked at each of the `moments`, or are out of reach; a line may come from any moment.
    """

    lines: tuple[ImpactLine, ...] = ()
    considered: int = 0
    left_out: int = 0  # the entries' own texts that are in reach and were not asked, being too many
    revision: int = 0
    moments: int = 1
    seconds: float = field(default=0.0, compare=False)

    @property
    def refused(self) -> tuple[ImpactLine, ...]:
        """The changes for which publishing is refused."""
        return self.of(Loss.LOST, Loss.ANSWERED)

    def of(self, *losses: Loss) -> tuple[ImpactLine, ...]:
        """The changes of these kinds."""
        return tuple(line for line in self.lines if line.loss in losses)

    def joined(self, later: Self, at: datetime) -> Self:
        """With what changes at the moment `at` besides; what changes before already is not repeated."""
        known = {replace(line, at=None) for line in self.lines}
        lines = [*self.lines, *(replace(line, at=at) for line in later.lines if line not in known)]
        return replace(
            self,
            lines=tuple(sorted(lines, key=_badness)),
            considered=max(self.considered, later.considered),
            left_out=max(self.left_out, later.left_out),
            moments=self.moments + 1,
            seconds=self.seconds + later.seconds,
        )


@dataclass(frozen=True, slots=True)
class ImpactQuestion:
    """A question of the impact, with the entries that are right for it, where that is known."""

    query: Query
    analyzer: Analyzer  # that analyzed it
    source: Source
    expected: tuple[str, ...]


def measure_impact(
    live: AskedSnapshot,
    candidate: AskedSnapshot,
    judged: Sequence[JudgedQuery],
    real: Sequence[str],
    query_of: Callable[[str, Analyzer], Query],
) -> Impact:
    """Ask every judged query, the real questions and the entries' own texts of both snapshots.

    Of very many own texts only MAX_TEXTS_SAMPLED of those in reach are asked. An edit should be measured with the
    live calibration: a new one would hide what the edit does.
    """
    started = time.perf_counter()
    own, out_of_reach = _own_texts(live, candidate)
    some = own if len(candidate.snapshot.index.texts) <= MAX_TEXTS_ALL_ASKED else evenly(own, MAX_TEXTS_SAMPLED)
    analyzer = candidate.snapshot.index.analyzer
    asked = [ImpactQuestion(query_of(query.text, analyzer), analyzer, Source.JUDGED, query.entries) for query in judged]
    asked += [ImpactQuestion(query_of(text, analyzer), analyzer, Source.REAL, ()) for text in dict.fromkeys(real)]
    asked += some
    lines = differing(live, candidate, asked)
    seconds = time.perf_counter() - started
    return Impact(lines, len(asked) + out_of_reach, len(own) - len(some), live.snapshot.revision, seconds=seconds)


def _own_texts(live: AskedSnapshot, candidate: AskedSnapshot) -> tuple[list[ImpactQuestion], int]:
    """The entries' own texts that the change can reach, and how many of the candidate it cannot."""
    reached = texts_in_reach(live.snapshot, candidate.snapshot)
    own = [
        ImpactQuestion(index.own_query(number), index.analyzer, Source.VARIANT, (entry.id,))
        for index, number, entry in reached
    ]
    index = candidate.snapshot.index
    return own, len(index.texts) - sum(holder is index for holder, _, _ in reached)


def differing(live: AskedSnapshot, candidate: AskedSnapshot, asked: Sequence[ImpactQuestion]) -> tuple[ImpactLine, ...]:
    """The questions whose verdict is not the same in both, worst first."""
    if live.agrees_with(candidate.snapshot):  # only notes, dates or links are edited
        return ()
    both = [one.verdicts(_queries(asked, one.snapshot.index.analyzer)) for one in (live, candidate)]
    lines = []
    for one, before, after in zip(asked, *both, strict=True):
        if before != after:
            gone = all(_is_taken_back(entry_id, candidate.snapshot.base) for entry_id in one.expected)
            same = before.first == after.first and _is_unchanged(after.first, live, candidate)
            loss = _loss(one, before, after, gone=gone, same=same)
            lines.append(ImpactLine(one.query.text, one.source, one.expected, before, after, loss))
    return tuple(sorted(lines, key=_badness))


def _queries(asked: Sequence[ImpactQuestion], analyzer: Analyzer) -> list[Query]:
    """The questions as `analyzer` sees them; with other synonyms their terms are others."""
    return [
        one.query if one.analyzer is analyzer else replace(one.query, analysis=analyzer.analyze(one.query.text))
        for one in asked
    ]


def _badness(line: ImpactLine) -> tuple[Loss, Source, str]:
    return line.loss, line.source, line.query


def _is_taken_back(entry_id: str, base: KnowledgeBase) -> bool:
    """True for an entry that is removed or no longer published; one whose validity has ended is not meant."""
    entry = base.by_id.get(entry_id)
    return entry is None or entry.status is not Status.PUBLISHED


def _is_unchanged(entry_id: str | None, live: AskedSnapshot, candidate: AskedSnapshot) -> bool:
    """True for an entry that is what it was, and is found by the same words."""
    before, after = live.snapshot, candidate.snapshot
    same_words = before.index.analyzer.rules_digest == after.index.analyzer.rules_digest
    same_entry = entry_id is not None and before.base.by_id.get(entry_id) == after.base.by_id.get(entry_id)
    return same_entry and same_words


def _loss(asked: ImpactQuestion, before: Verdict, after: Verdict, *, gone: bool, same: bool) -> Loss:
    """The harm of the change from `before` to `after`; `gone`: every expected entry was taken back.

    `same`: the best entry is the one it was and did not change. How rare a word is depends on every entry, so that
    any edit moves confidences a little; the new calibration measures that, and no editor is to blame for it.
    """
    right_before, right_after = before.entry_id in asked.expected, after.entry_id in asked.expected
    if asked.source is Source.JUDGED:
        only_suggested = same and before.decision == "suggest"
        if asked.expected and right_before and not right_after and not gone and not only_suggested:
            return Loss.LOST
        if after.decision == "answer" and not right_after and not same:
            return Loss.ANSWERED
    if right_before and gone and after.decision != "answer":
        return Loss.TAKEN_BACK
    if asked.source is Source.VARIANT and right_before and not right_after and not gone:
        return Loss.MISLED
    if before.decision == "answer":
        return Loss.REDIRECTED if after.decision == "answer" else Loss.SILENCED
    return Loss.OTHER
