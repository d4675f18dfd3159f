"""Why an entry was ranked where it was: matched terms, what each signal gave, and the runner-up."""

from dataclasses import dataclass

from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import Ranking


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term of the query: what it gave to the entry's BM25 score (0: not in it) and where it stands.

    `fields` are the fields of the entry that hold it; `rule` is the synonym line that brought it in.
    """

    term: str
    score: float
    idf: float
    fields: tuple[str, ...]
    rule: int | None


@dataclass(frozen=True, slots=True)
class SignalShare:
    """What one signal says of the entry, its learned weight, and their product in the score."""

    name: str
    value: float
    weight: float

    @property
    def contribution(self) -> float:
        """What the signal added to the score."""
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
    rules = {
        concept: match.line
        for match in index.analyzer.synonym_matches(ranking.query.text)
        for concept in match.concepts
    }
    terms = [
        TermMatch(term, score, idf, index.fields_with(number, term), rules.get(term))
        for term, score, idf in index.term_scores(number, ranking.query.analysis.terms)
    ]
    closest, shared = index.closest_text(number, ranking.query.analysis.grams)
    rival = ranking.order[place + 1] if place + 1 < len(ranking.order) else None
    return Explanation(
        ranking.entries[number].id,
        float(ranking.scores[number]),
        tuple(sorted(terms, key=lambda match: -match.score)),
        tuple(
            SignalShare(name, float(value), index.weights[name])
            for name, value in zip(ranking.names, ranking.signals[:, number], strict=True)
        ),
        closest,
        shared,
        ranking.entries[rival].id if rival is not None else None,
        float(ranking.scores[number] - ranking.scores[rival]) if rival is not None else None,
    )
