"""The weekly digest for editors: gaps, entries past review, never asked for or of no help, and dead links."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.faq import Faq
from bot.overview import GAP_DAYS, Overview
from bot.wording.charts import CHARTED_DAYS
from bot.wording.entry_names import named_problem
from bot.wording.evidence import evidence_lines
from index.gaps.gaps import Gap
from knowledge.checks.links import check_links
from knowledge.entry import TOKYO, Entry
from knowledge.errors import Problem, Severity
from knowledge.located_entry import LocatedEntry
from knowledge.questions.audits import Audits, last_week
from knowledge.questions.statistics import DailyCounts, Votes
from knowledge.team.entry_faults import EntryFaults, FaultKind

MAX_GAPS = 10
LEAST_VOTES = 3  # fewer say more about who voted than about the entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The findings of a week; the first of each kind is the most pressing."""

    gaps: tuple[Gap, ...]
    past_review: tuple[Entry, ...]
    never_asked: tuple[Entry, ...]  # within GAP_DAYS, and older than that
    unhelpful: tuple[tuple[Entry, Votes], ...]  # with LEAST_VOTES or more, of which less than half in favour
    dead_links: tuple[Problem, ...]
    unjudged: int = 0  # answers drawn of the last week
    evidence: tuple[str, ...] = ()  # how much is known of the answers, in some lines
    daily: DailyCounts | None = None  # the questions of CHARTED_DAYS before, where there were some


def digest(faq: Faq, overview: Overview, now: datetime, dead_links: Callable[[], Sequence[Problem]] = tuple) -> Digest:
    """The digest at `now`; `dead_links` finds the links that lead nowhere. Raises StoreError."""
    live = {entry.id: entry for entry in faq.entries()}
    since = now - timedelta(days=GAP_DAYS)
    never_asked = overview.statistics.never_asked(live, since)
    daily = overview.statistics.daily(CHARTED_DAYS, now - timedelta(days=1))
    unhelpful = filter(_of_no_help, overview.statistics.unhelpful(since))
    return Digest(
        gaps=tuple(overview.gaps(now=now)[:MAX_GAPS]),
        past_review=tuple(_past_review(live.values(), now)),
        never_asked=tuple(live[entry_id] for entry_id in never_asked),
        unhelpful=tuple((live[votes.entry_id], votes) for votes in unhelpful if votes.entry_id in live),
        dead_links=tuple(named_problem(one, faq.question_of) for one in dead_links()),
        unjudged=sum(one.verdict is None for one in Audits(overview.statistics.engine).sample(last_week(now))),
        evidence=tuple(evidence_lines(faq.searcher.snapshot)),
        daily=daily if any(daily.counts) else None,
    )


def find_dead_links(
    faq: Faq, faults: EntryFaults, ask: Callable[[Sequence[LocatedEntry]], list[Problem]] = check_links
) -> list[Problem]:
    """The links of live entries that answer an error, found by asking each of them; takes some seconds.

    `faults` keeps them, and those that have moved, for the team's pages.
    """
    found = ask([LocatedEntry(entry) for entry in faq.entries()])
    faults.keep(FaultKind.LINK, found)
    return [problem for problem in found if problem.severity is Severity.ERROR]


def _past_review(entries: Iterable[Entry], now: datetime) -> list[Entry]:
    """The entries whose last day for a review is over, longest ago first."""
    today = now.astimezone(TOKYO).date()
    late = [(entry.review_by, entry.id, entry) for entry in entries if entry.review_by and entry.review_by < today]
    return [entry for _, _, entry in sorted(late, key=lambda found: found[:2])]


def _of_no_help(votes: Votes) -> bool:
    return votes.helpful + votes.unhelpful >= LEAST_VOTES and votes.helpful < votes.unhelpful
