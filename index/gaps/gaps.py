"""Gaps: groups of questions with one meaning that got no answer or a bad one, and would not get a good one now."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from index.decision.decision import Abstain, Reason, Suggest
from index.gaps.clusters import cluster
from index.queries import queries_of
from index.ranking.ranking import Query
from index.snapshot import Outcome, Snapshot
from knowledge.entry import Entry
from knowledge.match_key import match_key
from knowledge.questions.feedback import UnhelpfulReason
from knowledge.questions.gap_questions import GapKind, GapQuestion
from knowledge.questions.ignored_gaps import text_key
from knowledge.questions.signs import WEEK

MAX_WORDINGS = 400  # texts asked again and compared, 2 ms each; of more, those that most voices ask, then the newest
MAX_EXAMPLES = 20  # texts of a gap that are shown: nobody reads more
MAX_NEAR = 3  # entries that rank first and are kept: so many are suggested
Name = TypeVar("Name", bound=StrEnum)
MIN_UNPRESSED = 2  # questions with no sign but unpressed suggestions that make a gap: one may just have been read
UNPRESSED_WEIGHT = 0.5  # of such a question in the order of gaps, beside 1 for one with a clear sign
KEY_LENGTH = 12  # hexadecimal digits: two of a thousand gaps share a key once in half a billion times


class Trend(StrEnum):
    """This week's number of questions against last week's; the most urgent first."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Open questions of one meaning: `texts` are the distinct ones, the most frequent first.

    `askers` is the least number of people who asked: all without a name count as one. `nearest` is the
    live entry that ranks first for the `representative` text, with the `confidence` (0 to 1) in it; the `others` rank
    next. `voices` is how much the askers count: each once, and less who asks very much or only left suggestions
    unpressed.
    """

    key: str
    representative: str
    texts: tuple[str, ...]
    count: int
    askers: int
    voices: float
    kinds: Mapping[GapKind, int]
    reasons: Mapping[UnhelpfulReason, int]
    this_week: int
    last_week: int
    nearest: Entry | None
    confidence: float
    last_asked: datetime
    others: tuple[Entry, ...] = ()

    @property
    def trend(self) -> Trend:
        """This week's count against last week's."""
        if self.this_week == self.last_week:
            return Trend.STEADY
        return Trend.RISING if self.this_week > self.last_week else Trend.FALLING

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it has, or had while another of its texts was the most frequent."""
        return tuple(text_key(text)[:KEY_LENGTH] for text in self.texts)

    @property
    def examples(self) -> tuple[str, ...]:
        """The first texts, as many as are shown."""
        return self.texts[:MAX_EXAMPLES]


@dataclass(frozen=True, slots=True)
class _Wording:
    """The open questions of one text (in any spelling), its query, and the entries that rank first for it now."""

    text: str
    query: Query
    questions: Sequence[GapQuestion]
    near: Sequence[Entry]
    confidence: float


def find_gaps(
    questions: Iterable[GapQuestion], snapshot: Snapshot, now: datetime, changed: Mapping[str, int]
) -> list[Gap]:
    """The gaps that `snapshot` leaves open, the most urgent first.

    `changed` gives for each entry the revision that last changed it.
    """
    same = _same_texts(questions)
    texts = list(map(_most_frequent, same))
    queries = queries_of(texts, snapshot.index)
    left = []
    for text, query, asked, ranking in zip(texts, queries, same, snapshot.index.rank_all(queries), strict=True):
        outcome = snapshot.decided(ranking)
        unsolved = [question for question in asked if not _solved(question, outcome, changed)]
        if unsolved:
            left.append(_Wording(text, query, unsolved, _near(outcome), outcome.confidence))
    groups = cluster([wording.query for wording in left], snapshot.index)
    gaps = (_gap([left[number] for number in group], now) for group in groups)
    return sorted(filter(_is_certain, gaps), key=_priority)


def _same_texts(questions: Iterable[GapQuestion]) -> list[list[GapQuestion]]:
    """The questions grouped by text in any spelling: the MAX_WORDINGS texts that most voices ask, then the newest."""
    same: dict[str, list[GapQuestion]] = defaultdict(list)
    for question in questions:
        same[match_key(question.text)].append(question)
    loud = sorted(same.values(), key=lambda some: (-_voices(some), -max(one.at for one in some).timestamp()))
    return loud[:MAX_WORDINGS]


def _voices(questions: Iterable[GapQuestion]) -> float:
    """How much the askers count together, each once, by the strongest sign they gave."""
    voices: dict[str, float] = {}
    for question in questions:
        voice = question.voice * (UNPRESSED_WEIGHT if question.kinds == {GapKind.UNPRESSED} else 1)
        voices[question.asker] = max(voices.get(question.asker, 0), voice)
    return sum(voices.values())


def _solved(question: GapQuestion, outcome: Outcome, changed: Mapping[str, int]) -> bool:
    """True when another entry comes up now, or the one shown then or suggested first now was changed since."""
    now = outcome.entry
    if now and now.id != question.entry_id:
        return True
    suggested = [hit.entry.id for hit in outcome.decision.hits[:1]] if isinstance(outcome.decision, Suggest) else []
    shown = [*suggested, *([question.entry_id] if question.entry_id else [])]
    return any(changed.get(entry_id, 0) > question.revision for entry_id in shown)


def _near(outcome: Outcome) -> list[Entry]:
    """The entries that rank first, also where we abstain; none for a text that cannot be read."""
    unread = isinstance(outcome.decision, Abstain) and outcome.decision.reason is Reason.EMPTY
    return [] if unread else [hit.entry for hit in outcome.ranking.hits[:MAX_NEAR]]


def _gap(wordings: Sequence[_Wording], now: datetime) -> Gap:
    """The gap of wordings that mean the same, the most central first."""
    ordered = sorted(wordings, key=lambda wording: -_number(wording.questions))  # stable: then the most central
    questions = [question for wording in ordered for question in wording.questions]
    first = ordered[0]
    return Gap(
        key=text_key(first.text)[:KEY_LENGTH],
        representative=first.text,
        texts=tuple(wording.text for wording in ordered),
        count=_number(questions),
        askers=len({question.asker for question in questions}),
        voices=_voices(questions),
        kinds=_counts(GapKind, ((kind, question.count) for question in questions for kind in question.kinds)),
        reasons=_counts(UnhelpfulReason, ((question.reason, question.count) for question in questions)),
        this_week=_number(question for question in questions if now - question.at < WEEK),
        last_week=_number(question for question in questions if WEEK <= now - question.at < 2 * WEEK),
        nearest=next(iter(first.near), None),
        confidence=first.confidence,
        last_asked=max(question.at for question in questions),
        others=tuple(first.near[1:]),
    )


def _is_certain(gap: Gap) -> bool:
    """False while the only sign is a single question whose suggestions nobody pressed."""
    return gap.count >= MIN_UNPRESSED or gap.kinds.get(GapKind.UNPRESSED, 0) < gap.count


def _number(questions: Iterable[GapQuestion]) -> int:
    return sum(question.count for question in questions)


def _counts(names: Iterable[Name], seen: Iterable[tuple[object, int]]) -> dict[Name, int]:
    """The sum of the numbers with which each name was seen."""
    counted: Counter[object] = Counter()
    for name, number in seen:
        counted[name] += number
    return {name: counted[name] for name in names if counted[name]}


def _most_frequent(questions: Sequence[GapQuestion]) -> str:
    """The spelling that most of them have, the shortest of several."""
    counts: Counter[str] = Counter()
    for question in questions:
        counts[question.text] += question.count
    return min(counts, key=lambda text: (-counts[text], len(text), text))


def _priority(gap: Gap) -> tuple[float, int, float, str]:
    """The sort key of urgency: how much its askers count, then rising before falling, then the newest."""
    return -gap.voices, list(Trend).index(gap.trend), -gap.last_asked.timestamp(), gap.key
