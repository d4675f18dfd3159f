"""Replay: the questions that one more variant or synonym may reach asked again; asking all takes many seconds."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.ranking.postings import best
from index.ranking.ranking import Query, Ranking
from index.review.impact import ImpactLine, ImpactQuestion, Source, differing
from index.review.reach import owners_of
from index.review.verdicts import AskedSnapshot, Verdict
from index.snapshot import Snapshot
from index.text.analyzer import Analyzer
from knowledge.judged import JudgedQuery
from knowledge.match_key import match_key

NEAR_ENTRIES = 8  # best entries for the variant: what is asked for them may change its verdict
NEAR_QUESTIONS = 120  # judged and real ones, 2 ms each
NEAR_TEXTS = 60  # of entries


@dataclass(frozen=True, slots=True)
class Replay:
    """The questions that may be asked again; `query_of` analyzes and encodes one."""

    live: AskedSnapshot
    judged: Sequence[JudgedQuery]
    real: Sequence[str]
    query_of: Callable[[str, Analyzer], Query]

    def verdicts(self, texts: Sequence[str]) -> list[Verdict]:
        """The live verdict of each text."""
        return self.live.verdicts([self._query(text) for text in texts])

    def changed(self, candidate: Snapshot, entry_id: str, text: str) -> tuple[ImpactLine, ...]:
        """The changed questions of those near `text`, a variant that the entry has in `candidate` alone; worst first.

        Near are the questions for one of the entries that are best for `text`, then those that are spelled alike.
        """
        ranking = self.live.snapshot.index.rank(self._query(text))
        entries = {entry_id, *(hit.entry.id for hit in ranking.hits[:NEAR_ENTRIES])}
        near = sorted(self._questions(entries, text), key=lambda found: -found[0])[:NEAR_QUESTIONS]
        analyzer = self.live.snapshot.index.analyzer
        asked = [ImpactQuestion(self._query(question), analyzer, source, right) for _, source, question, right in near]
        return differing(self.live, AskedSnapshot(candidate), [*asked, *self._own_texts(ranking)])

    def changed_by_word(self, candidate: Snapshot, asked: Sequence[ImpactQuestion]) -> tuple[ImpactLine, ...]:
        """The changed questions of those `having` a word that only `candidate` has a synonym rule for; worst first."""
        return differing(self.live, AskedSnapshot(candidate), asked)

    def having(self, words: Collection[str]) -> dict[str, list[ImpactQuestion]]:
        """The judged and real questions with each of these words."""
        analyzer, found = self.live.snapshot.index.analyzer, {word: list[ImpactQuestion]() for word in words}
        terms_of = {word: set(analyzer.plain_terms(word)) for word in words}
        judged = ((Source.JUDGED, one.text, tuple(one.entries)) for one in self.judged)
        for source, text, right in (*judged, *((Source.REAL, text, ()) for text in self.real)):
            said = set(analyzer.plain_terms(text))
            for word in (word for word, terms in terms_of.items() if terms <= said):
                found[word].append(ImpactQuestion(self._query(text), analyzer, source, right))
        return found

    def _questions(self, entries: Collection[str], text: str) -> Iterator[tuple[float, Source, str, tuple[str, ...]]]:
        """Every judged and real question with how near it is to `text` and the entries."""
        spelled = _pairs(text)
        for query in self.judged:
            belongs = any(entry_id in entries for entry_id in query.entries)
            yield belongs + _likeness(spelled, _pairs(query.text)), Source.JUDGED, query.text, query.entries
        firsts = [verdict.first for verdict in self.verdicts(self.real)]
        for question, first in zip(self.real, firsts, strict=True):
            yield (first in entries) + _likeness(spelled, _pairs(question)), Source.REAL, question, ()

    def _own_texts(self, ranking: Ranking) -> list[ImpactQuestion]:
        """The entries' texts that are most like the text of the ranking in words, readings and meaning."""
        index = self.live.snapshot.index
        alike = np.sum(ranking.alike, axis=0) if ranking.alike else np.zeros(0)
        numbers = best(alike, NEAR_TEXTS).tolist()
        owners = list(owners_of(index))
        return [ImpactQuestion(index.own_query(n), index.analyzer, Source.VARIANT, (owners[n].id,)) for n in numbers]

    def _query(self, text: str) -> Query:
        return self.query_of(text, self.live.snapshot.index.analyzer)


def _pairs(text: str) -> Counter[str]:
    """The pairs of neighbouring characters of a text."""
    key = match_key(text)
    return Counter(map("".join, pairwise(key)))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of pairs that two texts have in common (Dice), 0 to 1."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())
