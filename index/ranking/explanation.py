"""The explanation of an entry's place in a ranking: matched terms, weighted signals and the runner-up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import Query, Ranking

PASSAGE = "passage_meaning"  # the signal of the second stage


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term of the query: its part of the entry's BM25 score (0 if the entry lacks it), and its idf.

    `fields` are the fields of the entry that hold it; `rule` is the synonym line that brought it in.
    """

    term: str
    score: float
    idf: float
    fields: tuple[str, ...]
    rule: int | None


@dataclass(frozen=True, slots=True)
class SignalShare:
    """The value of one signal for the entry, and the learned weight of the signal."""

    name: str
    value: float
    weight: float

    @property
    def contribution(self) -> float:
        """The part of the score that comes from the signal."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True)
class Explanation:
    """The account of one entry's place in one ranking; scores compare only inside that ranking."""

    entry_id: str
    score: float
    terms: tuple[TermMatch, ...]
    signals: tuple[SignalShare, ...]
    closest_text: str  # the entry's question or variant that is most like the query
    shared_readings: tuple[str, ...]  # n-grams the query shares with the closest text
    runner_up: str | None
    margin: float | None


def explain(index: EntryIndex, ranking: Ranking, place: int = 0) -> Explanation:
    """Account for the entry at `place` of the ranking (0 is the best), with the code that scored it."""
    number = ranking.order[place]
    closest, shared = _closest_text(index, number, ranking.query.analysis.grams)
    rival = ranking.order[place + 1] if place + 1 < len(ranking.order) else None
    return Explanation(
        ranking.entries[number].id,
        float(ranking.scores[number]),
        tuple(sorted(_term_matches(index, ranking.query, number), key=lambda match: -match.score)),
        tuple(_signal_shares(index, ranking, number)),
        closest,
        shared,
        ranking.entries[rival].id if rival is not None else None,
        float(ranking.scores[number] - ranking.scores[rival]) if rival is not None else None,
    )


def _signal_shares(index: EntryIndex, ranking: Ranking, number: int) -> Iterator[SignalShare]:
    """A share for each signal of one entry, and where it was scored again one for its likeness as a passage."""
    again = ranking.rescoring
    factor = again.first if again else 1.0
    for name, value in zip(ranking.names, ranking.signals[:, number], strict=True):
        yield SignalShare(name, float(value), index.weights[name] * factor)
    if again and number in again.likeness:
        yield SignalShare(PASSAGE, again.likeness[number], again.meaning)


def _term_matches(index: EntryIndex, query: Query, entry: int) -> Iterator[TermMatch]:
    """A match for each distinct term of the query."""
    rules = {concept: match.line for match in index.analyzer.synonym_matches(query.text) for concept in match.concepts}
    bm25 = index.arrays.words.bm25
    for term in dict.fromkeys(query.analysis.terms):
        score, idf = float(bm25.scores([term])[entry]), bm25.idf.get(term, bm25.max_idf)
        yield TermMatch(term, score, idf, _fields_with(index, entry, term), rules.get(term))


def _fields_with(index: EntryIndex, entry: int, term: str) -> tuple[str, ...]:
    """The fields of one entry that hold a term."""
    analyzed = index.analyzed(entry)
    fields = {
        "question": term in analyzed.asked[0].terms,
        "variants": any(term in analysis.terms for analysis in analyzed.asked[1:]),
        "answer": term in analyzed.answer.terms,
        "category": term in analyzed.category.terms,
    }
    return tuple(name for name, holds in fields.items() if holds)


def _closest_text(index: EntryIndex, entry: int, grams: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The question or variant of one entry that shares most n-grams of the reading with `grams`, and those."""
    texts = (index.entries[entry].question, *index.entries[entry].variants)
    wanted = dict.fromkeys(grams)
    shared = [tuple(gram for gram in wanted if gram in analysis.grams) for analysis in index.analyzed(entry).asked]
    best = max(range(len(texts)), key=lambda number: len(shared[number]))
    return texts[best], shared[best]
