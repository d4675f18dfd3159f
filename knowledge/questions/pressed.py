"""Questions that were only suggested or not answered, and the entry that their askers pressed."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import reading
from knowledge.database.tables import feedback, queries
from knowledge.match_key import match_key
from knowledge.questions.feedback import FeedbackKind

MAX_PRESSES = 5_000  # the newest ones that are read
MAX_TEXTS = 400  # pressed by most, and as many judged ones: each is asked again, 2 ms a text
UNDECIDED = queries.c.decision.in_(("suggest", "abstain")) & (queries.c.text != "")
WHO = sa.case((feedback.c.asker != "", feedback.c.asker), else_=queries.c.asker)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A question (redacted) with the entry that most of its askers meant.

    `askers` is the least number of people who did: they pressed the entry, or were suggested it first where others
    pressed it. All without a name count as one. `times` is how often it was asked and got no answer.
    """

    text: str
    entry_id: str
    askers: int
    times: int


@dataclass(slots=True)
class _Asked:
    """One question in all its spellings: who pressed, was suggested or rejected which entry."""

    spellings: Counter[str] = field(default_factory=Counter)
    pressed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by entry: who pressed it
    first: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by entry: who was suggested it first
    rejected: set[str] = field(default_factory=set)  # askers to whom none of the suggestions fitted


class PressedQuestions:
    """Reads them from the query log; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def since(self, moment: datetime) -> list[Pressed]:
        """The questions since `moment` of which one entry was pressed by more people than any other, most askers first.

        Where more people said that no suggestion fitted, it is none.
        """
        presses = self._all(_feedback(FeedbackKind.CHOSEN, moment))
        numbers = Counter(match_key(row.text) for row in presses if match_key(row.text))
        asked = {key: _Asked() for key, _ in numbers.most_common(MAX_TEXTS)}
        for row in presses:
            if one := asked.get(match_key(row.text)):
                one.pressed[row.entry_id].add(row.who)
        self._add_others(asked, {row.text for row in presses if match_key(row.text) in asked}, moment)
        meant = [found for found in map(_pressed, asked.values()) if found]
        return sorted(meant, key=lambda found: (-found.askers, -found.times, found.text))

    def asked_in_vain(self, moment: datetime) -> Counter[str]:
        """The texts since `moment` that got no answer, and how often, the most frequent ones."""
        times = sa.func.count().label("times")
        found = sa.select(queries.c.text, times).where(UNDECIDED, queries.c.at > moment).group_by(queries.c.text)
        rows = self._all(found.order_by(times.desc(), queries.c.text).limit(MAX_PRESSES))
        return Counter({row.text: row.times for row in rows})

    def newest(self) -> int:
        """The number of the newest reaction to suggestions, 0 before the first: where it is the same, so is `since`."""
        kinds = [FeedbackKind.CHOSEN.value, FeedbackKind.NONE_OF_THESE.value]
        (row,) = self._all(sa.select(sa.func.max(feedback.c.id).label("id")).where(feedback.c.kind.in_(kinds)))
        return row.id or 0

    def _add_others(self, asked: dict[str, _Asked], texts: Iterable[str], moment: datetime) -> None:
        """Add who asked these texts besides, and whom no suggestion fitted."""
        wanted = queries.c.text.in_(sorted(texts)), queries.c.at > moment
        keys = queries.c.text, queries.c.asker, queries.c.suggested
        counted = sa.select(*keys, sa.func.count().label("times")).where(UNDECIDED, *wanted).group_by(*keys)
        for row in self._all(counted):
            one = asked[match_key(row.text)]
            one.spellings[row.text] += row.times
            if suggested := row.suggested.split():
                one.first[suggested[0]].add(row.asker)
        for row in self._all(_feedback(FeedbackKind.NONE_OF_THESE, moment).where(*wanted)):
            asked[match_key(row.text)].rejected.add(row.who)

    def _all(self, found: sa.Select[Any]) -> list[sa.Row[Any]]:
        with reading(self.engine) as connection:
            return list(connection.execute(found))


def _feedback(kind: FeedbackKind, moment: datetime) -> sa.Select[Any]:
    """The newest reactions of a kind to questions without an answer."""
    found = sa.select(queries.c.text, WHO.label("who"), feedback.c.entry_id)
    of_questions = found.select_from(feedback.join(queries, queries.c.reference == feedback.c.reference))
    newest = of_questions.order_by(feedback.c.id.desc()).limit(MAX_PRESSES)
    return newest.where(feedback.c.kind == kind.value, UNDECIDED, queries.c.at > moment)


def _pressed(one: _Asked) -> Pressed | None:
    """The entry that most pressed, None where two are level or more people rejected all."""
    ranked = sorted(((len(who), entry_id) for entry_id, who in one.pressed.items()), reverse=True)
    most, entry_id = ranked[0]
    others = {who for other, pressed in one.pressed.items() if other != entry_id for who in pressed}
    meant = one.pressed[entry_id] | (one.first[entry_id] - others - one.rejected)
    level = len(ranked) > 1 and ranked[1][0] == most
    if level or not one.spellings or len(one.rejected - one.pressed[entry_id]) > len(meant):
        return None
    text = min(one.spellings, key=lambda spelling: (-one.spellings[spelling], len(spelling), spelling))
    return Pressed(text, entry_id, len(meant), one.spellings.total())
