"""Synonym rules applied to terms: a text with any word of a rule also gets the rule's concept as a term."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.synonyms import SynonymRule

CONCEPT = "≈"  # starts a concept's term; no text can contain it, because NFKC words never begin with it


@dataclass(frozen=True, slots=True)
class SynonymMatch:
    """A place in a term list where a rule applied: `terms` were found, `concepts` are added."""

    terms: tuple[str, ...]
    concepts: tuple[str, ...]
    line: int


class Synonyms:
    """The rules, prepared for matching runs of terms; `terms_of` gives the terms of a word without synonyms."""

    def __init__(self, rules: Sequence[SynonymRule], terms_of: Callable[[str], Sequence[str]]) -> None:
        self._matches: dict[tuple[str, ...], SynonymMatch] = {}
        self._lengths: dict[str, list[int]] = {}  # by first term: how long the runs are that begin with it
        for rule in rules:
            concepts = self._concepts(rule, terms_of)
            for word in rule.sources:
                terms = tuple(terms_of(word))
                if terms:
                    known = self._matches.get(terms)
                    merged = tuple(dict.fromkeys((*(known.concepts if known else ()), *concepts)))
                    self._matches[terms] = SynonymMatch(terms, merged, rule.line)
                    lengths = {*self._lengths.get(terms[0], ()), len(terms)}
                    self._lengths[terms[0]] = sorted(lengths, reverse=True)

    @staticmethod
    def _concepts(rule: SynonymRule, terms_of: Callable[[str], Sequence[str]]) -> tuple[str, ...]:
        """Two-way: one concept named after the first word. One-way: the targets' own terms."""
        if rule.two_way:
            return (CONCEPT + rule.sources[0],)
        return tuple(term for word in rule.targets for term in terms_of(word))

    def find(self, terms: Sequence[str]) -> list[SynonymMatch]:
        """Every rule match in a list of terms; at each place the longest run wins."""
        found = []
        free = 0  # the first place that no earlier match covers
        for start, term in enumerate(terms):
            for length in self._lengths.get(term, ()) if start >= free else ():
                match = self._matches.get(tuple(terms[start : start + length]))
                if match:
                    found.append(match)
                    free = start + length
                    break
        return found
