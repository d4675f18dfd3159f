"""Proposed variants and synonyms with their prices: what each wins and loses, replayed on real questions."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.gate.publishing import REAL_QUESTIONS, Publishing
from bot.overview import GAP_DAYS
from bot.process.background import repeat
from bot.web.team.suggestions.new_synonyms import NewSynonym, new_synonyms
from bot.web.team.suggestions.wordings import Wording, judged_right, pressed_right, wordings
from index.review.pricing import Price, Right, asked_times, price
from index.review.replay import Replay
from index.review.verdicts import AskedSnapshot
from index.snapshot import Snapshot
from index.snapshot_builder import judged_for
from knowledge.entry import TOKYO
from knowledge.match_key import match_key
from knowledge.questions.pressed import PressedQuestions
from knowledge.questions.set_aside import SetAside

logger = logging.getLogger(__name__)
MOST = 20  # texts that are priced
BUDGET_SECONDS = 30.0  # of processor time in one computation, from the first price on
PAUSE = timedelta(minutes=10)  # between computations that nobody waits for, however much is pressed meanwhile
CHECK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A wording with its price; `times` says how often each text that it wins was asked in vain."""

    wording: Wording
    price: Price
    times: Mapping[str, int]

    @property
    def won(self) -> int:
        """The number of real questions that it wins."""
        return sum(self.times.values())


@dataclass(frozen=True, slots=True)
class Board:
    """The suggestions of one revision, best first; `left` texts wait for room, `unpriced` ones for time."""

    suggestions: tuple[Suggestion, ...]
    synonyms: tuple[NewSynonym, ...]
    left: int
    unpriced: int
    revision: int
    at: datetime
    seconds: float


@dataclass
class Suggestions:
    """Computes the board of this process and keeps it; any thread may call anything but `refresh`."""

    publishing: Publishing
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    timer: Callable[[], float] = time.thread_time  # so that a busy machine prices no fewer
    board: Board | None = field(default=None, init=False)
    _state: tuple[object, ...] = field(default=(), init=False)  # of all that the board depends on
    _live: AskedSnapshot | None = field(default=None, init=False)  # with what it was asked by computations before
    _priced: dict[str, Suggestion] = field(default_factory=dict, init=False)  # by key, of this state
    _wanted: threading.Event = field(default_factory=threading.Event, init=False)

    def start(self) -> None:
        """Compute in the background until the process ends; while nothing is pressed that is a look now and then."""
        repeat("suggestions", self.refresh, partial(self._wanted.wait, CHECK_SECONDS))

    def want(self) -> None:
        """Somebody looks: let the board be of now, without a pause."""
        self._wanted.set()

    def refresh(self) -> None:
        """Compute the board anew where something was pressed or published since. Raises FaqError."""
        is_wanted, now = self._wanted.is_set(), self.clock()
        self._wanted.clear()
        if self.board and not is_wanted and now < self.board.at + PAUSE:
            return
        engine = self.publishing.store.engine
        questions = PressedQuestions(engine)
        aside, today = SetAside(engine).keys(), now.astimezone(TOKYO).date()
        state = self.publishing.store.revision(), questions.newest(), len(aside), today
        is_live = self.publishing.searcher.snapshot.revision == state[0]  # else the next look finds it so
        if is_live and state != self._state:
            self._priced.clear()
        if is_live and (state != self._state or (self.board and self.board.unpriced)):
            self.board, self._state = self._computed(questions, aside, now), state

    def _computed(self, questions: PressedQuestions, aside: set[str], now: datetime) -> Board:
        started, live = self.timer(), self.publishing.searcher.snapshot
        base = live.base
        since = now - timedelta(days=GAP_DAYS)
        pressed, asked, judged = questions.since(since), questions.asked_in_vain(since), judged_right(base)
        found = [one for one in wordings(base, now, pressed, asked, judged) if one.key not in aside]
        if not found:
            return Board((), (), 0, 0, base.revision, now, self.timer() - started)
        right = {**pressed_right(pressed), **judged}
        replay = self._replay(live, [text for text in asked if match_key(text) in right])
        missed, began = _missed(replay, found), self.timer()
        priced = self._variants(replay, missed[:MOST], right, asked, began)
        is_time = partial(self._is_time, began)
        synonyms, waiting = new_synonyms(replay, missed, right, asked, aside=aside, is_time=is_time)
        left, seconds = max(0, len(missed) - MOST), self.timer() - started
        logger.info("%d variants and %d synonyms are proposed after %.1f s", len(priced), len(synonyms), seconds)
        unpriced = len(missed) - left - len(priced) + waiting
        return Board(tuple(priced), tuple(synonyms), left, unpriced, base.revision, now, seconds)

    def _is_time(self, began: float) -> bool:
        return self.timer() - began < BUDGET_SECONDS

    def _variants(
        self, replay: Replay, missed: Sequence[Wording], right: Right, asked: Counter[str], began: float
    ) -> list[Suggestion]:
        """Those that have a price by now, best first."""
        for one in missed:
            if one.key not in self._priced and self._is_time(began):
                self._priced[one.key] = self._price(replay, one, right, asked)
        return sorted((self._priced[one.key] for one in missed if one.key in self._priced), key=_order)

    def _price(self, replay: Replay, one: Wording, right: Right, asked: Counter[str]) -> Suggestion:
        live = replay.live.snapshot
        candidate = self.publishing.builder.build(one.change.on(live.base), live.built_for, live, calibrated=False)
        found = price(replay.changed(candidate, one.entry.id, one.text), right)
        return Suggestion(one, found, asked_times(found, asked))

    def _replay(self, live: Snapshot, known: Sequence[str]) -> Replay:
        """The questions to ask again."""
        real = dict.fromkeys((*known, *self.publishing.log.recent_texts(REAL_QUESTIONS)))
        if self._live is None or self._live.snapshot is not live:
            self._live = AskedSnapshot(live)
        return Replay(self._live, judged_for(live.base), list(real), self.publishing.builder.query)


def _missed(replay: Replay, found: Sequence[Wording]) -> list[Wording]:
    """Those that do not get their entry today, the ones of most askers first."""
    verdicts = replay.verdicts([one.text for one in found])
    missed = [
        one
        for one, now in zip(found, verdicts, strict=True)
        if now.decision == "suggest" or now.entry_id != one.entry.id
    ]
    return sorted(missed, key=lambda one: (-one.askers, not one.is_judged, -one.times, one.text))


def _order(one: Suggestion) -> tuple[bool, int, int, int, str]:
    """The sort key: without loss first, then by what is won."""
    return bool(one.price.losses), -one.won, len(one.price.losses), -one.wording.askers, one.wording.text
