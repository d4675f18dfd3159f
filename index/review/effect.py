"""Effect: a change tried out on a candidate snapshot, now and when the entries' validity changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from index.review.checks import check_knowledge_base
from index.review.impact import Impact, measure_impact
from index.review.twins import each_once
from index.review.verdicts import AskedSnapshot
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder, judged_for
from knowledge.checks.contradictions import contradictions
from knowledge.checks.lost_judgements import check_lost_judgements
from knowledge.checks.old_amounts import check_old_amounts
from knowledge.errors import KnowledgeError, Problem, Severity
from knowledge.located_entry import LocatedEntry
from knowledge.revisions.store import Change, KnowledgeBase

MAX_MOMENTS = 6  # at which validity changes and the impact is measured again


@dataclass(frozen=True, slots=True)
class Effect:
    """The impact of a change, the warnings about its entries, and the snapshot that it makes of the live one."""

    impact: Impact
    problems: tuple[Problem, ...]
    candidate: AskedSnapshot
    changes_at: datetime | None  # when validity changes next, so that it has to be measured again

    def holds(self, revision: int, moment: datetime) -> bool:
        """True while `revision` is still the one it was measured on and no validity has changed since."""
        current = self.changes_at is None or moment < self.changes_at
        return self.impact.revision == revision and current


def measure_effect(
    change: Change,
    live: AskedSnapshot,
    builder: SnapshotBuilder,
    *,
    now: datetime,
    real: Sequence[str],
    about: Sequence[str],
    located: Sequence[LocatedEntry] = (),
) -> Effect:
    """The effect that `change` has from `now` on; `live` holds at `now`.

    `real` are questions people asked; the problems of the entries `about` are told. Raises KnowledgeError for an error.
    """
    base = live.snapshot.base
    after = change.on(base)
    candidate = _at(now, after, live, builder)
    warnings = (*_warnings(base, candidate.snapshot, about, located, now), *_lost_judgements(base, after))
    asked = (judged_for(after), real, builder.query)
    impact = measure_impact(live, candidate, *asked)
    for moment in _borders(base, after, change, now):
        then = live if live.snapshot.holds_at(moment) else _at(moment, base, live, builder)
        impact = impact.joined(measure_impact(then, _at(moment, after, then, builder), *asked), moment)
    ends = filter(None, (one.snapshot.changes_at for one in (live, candidate)))
    return Effect(each_once(impact), warnings, candidate, min(ends, default=None))


def _lost_judgements(before: KnowledgeBase, after: KnowledgeBase) -> Iterator[Problem]:
    removed = [entry for entry in before.entries if entry.id not in after.by_id]
    return check_lost_judgements(removed, after.entries, after.lists.judged_queries)


def _at(moment: datetime, base: KnowledgeBase, before: AskedSnapshot, builder: SnapshotBuilder) -> AskedSnapshot:
    return before.become(builder.build(base, moment, before.snapshot, calibrated=False))


def _borders(live: KnowledgeBase, candidate: KnowledgeBase, change: Change, now: datetime) -> Iterator[datetime]:
    """The moments to come at which the validity of a changed entry begins or ends."""
    ids = set(change.ids)
    changed = [entry for base in (live, candidate) for entry in base.entries if entry.id in ids]
    borders = {at for entry in changed for at in (entry.starts_at(), entry.ends_at()) if at and at > now}
    yield from sorted(borders)[:MAX_MOMENTS]


def _warnings(
    before: KnowledgeBase,
    candidate: Snapshot,
    ids: Sequence[str],
    located: Sequence[LocatedEntry],
    now: datetime,
) -> tuple[Problem, ...]:
    """The problems that involve a changed entry; raises KnowledgeError with the errors among them."""
    placed = {item.entry.id: item for item in located}
    everything = [  # a file's entry may lack what the live one has
        replace(placed[entry.id], entry=entry) if entry.id in placed else LocatedEntry(entry)
        for entry in candidate.base.entries
    ]
    style = candidate.base.lists.style_rules
    problems = check_knowledge_base(candidate.index, everything, now, ids, style=style)
    if errors := [problem for problem in problems if problem.severity is Severity.ERROR]:
        raise KnowledgeError(errors)
    told = {
        (one.other.id, (figure.amount.number, figure.amount.unit.name))
        for one in contradictions(everything, now, ids)
        for figure in one.there
    }
    return (*problems, *check_old_amounts(before.by_id, candidate.base.entries, ids, told))
