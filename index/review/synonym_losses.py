"""Gains and losses of each synonym rule: the questions whose right entry is first only with it, or only without it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Self

import numpy as np

from index.ranking.analyzed_entry import AnalyzedEntry, starts_of, words_of
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LeftOut, Query, read_boosts
from index.review.sampling import evenly
from index.text.analyzer import Analysis, Analyzer
from index.text.synonyms import CONCEPT
from knowledge.entry import Entry
from knowledge.judged import JudgedQuery
from knowledge.synonyms import SynonymRule

MAX_OWN = 400  # of the entries' own texts, spread evenly: all of them would take longer than all other checks


@dataclass(frozen=True, slots=True)
class Balance:
    """The questions that a rule brings to their entry, and those that it leads to another one."""

    rule: SynonymRule
    won: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SynonymCase:
    """A question whose right entries are known; an entry's own variant is asked as if the entry did not have it."""

    text: str
    right: tuple[str, ...]
    left_out: LeftOut | None = None


class RuleLeftOut(Analyzer):
    """The analysis chain without one rule.

    `known` are analyses with the rule: of these texts only the terms that it `adds` can differ.
    """

    def __init__(self, rule: SynonymRule, rules: Sequence[SynonymRule], whole: "Baseline") -> None:
        self._plain = whole.plain_terms  # the chain asks for the terms of every rule's words: remembered
        super().__init__(whole.index.analyzer.tokenizer, [other for other in rules if other is not rule])
        self.adds = frozenset(added_terms(rule, self._plain))
        self.known = whole.known

    def analyze(self, text: str) -> Analysis:
        """The terms and n-grams of `text` without the rule."""
        known = self.known.get(text)
        if known is None:
            return super().analyze(text)
        if self.adds.isdisjoint(known.terms):
            return known
        terms = self._plain(text)
        concepts = [concept for match in self.synonyms.find(terms) for concept in match.concepts]
        return replace(known, terms=(*terms, *concepts))

    def plain_terms(self, text: str) -> list[str]:
        """The terms of `text` without synonym concepts."""
        return list(self._plain(text))


@dataclass(frozen=True)
class Baseline:
    """The index with every rule: the cases, which of them are right, and the analyses of all texts.

    `holders` gives for each term the numbers of the entries that hold it.
    """

    index: EntryIndex
    cases: Sequence[SynonymCase]
    right: Sequence[bool]
    known: Mapping[str, Analysis]
    holders: Mapping[str, set[int]]
    plain_terms: Callable[[str], tuple[str, ...]]

    @classmethod
    def of(cls, index: EntryIndex, judged: Sequence[JudgedQuery]) -> Self:
        """The judged queries and own texts asked of `index`, without the encoder's help."""
        known: dict[str, Analysis] = {}
        holders = defaultdict(set)
        for number, entry in enumerate(index.entries):
            for text, analysis in _analyses(entry, index.analyzed(number)):
                known[text] = analysis
                for term in analysis.terms:
                    holders[term].add(number)
        lexical = EntryIndex(
            index.entries, index.analyzer, arrays=replace(index.arrays, meanings=None), boosts=read_boosts()
        )
        cases = [*_judged_cases(index, judged), *_own_cases(index)]
        known |= {case.text: index.analyzer.analyze(case.text) for case in cases if case.text not in known}
        right = [_is_right(lexical, case, known[case.text]) for case in cases]
        return cls(lexical, cases, right, known, holders, cache(lambda text: tuple(index.analyzer.plain_terms(text))))

    def balance(self, rule: SynonymRule, rules: Sequence[SynonymRule]) -> Balance:
        """The cases that `rule` makes right or wrong; those without a term that it adds stay as they are."""
        analyzer = RuleLeftOut(rule, rules, self)
        touched = [n for n, case in enumerate(self.cases) if not analyzer.adds.isdisjoint(self.known[case.text].terms)]
        if not touched:
            return Balance(rule, (), ())
        numbers = sorted(set().union(*(self.holders.get(term, ()) for term in analyzer.adds)))
        without = _without_rule(self.index, analyzer, numbers)
        right = {n: _is_right(without, self.cases[n], analyzer.analyze(self.cases[n].text)) for n in touched}
        won = tuple(self.cases[n].text for n in touched if self.right[n] and not right[n])
        lost = tuple(self.cases[n].text for n in touched if right[n] and not self.right[n])
        return Balance(rule, won, lost)


def added_terms(rule: SynonymRule, plain_terms: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """The terms that a rule adds to a text that holds one of its sources."""
    if rule.two_way:
        return (CONCEPT + rule.sources[0],)
    return tuple(term for word in rule.targets for term in plain_terms(word))


def measure_rules(index: EntryIndex, rules: Sequence[SynonymRule], judged: Sequence[JudgedQuery]) -> Iterator[Balance]:
    """For each rule the questions whose first place it makes right or wrong, without the encoder's help.

    The index is patched to one without the rule. Asked are the judged queries and the entries' own texts that
    hold a term that the rule adds; it hardly moves others.
    """
    if index.entries and rules:
        whole = Baseline.of(index, judged)
        yield from (whole.balance(rule, rules) for rule in rules)


def _analyses(entry: Entry, analyzed: AnalyzedEntry) -> Iterator[tuple[str, Analysis]]:
    texts = (entry.question, *entry.variants, entry.answer, entry.category)
    return zip(texts, (*analyzed.asked, analyzed.answer, analyzed.category), strict=True)


def _judged_cases(index: EntryIndex, judged: Sequence[JudgedQuery]) -> Iterator[SynonymCase]:
    held = {entry.id for entry in index.entries}
    return (SynonymCase(query.text, query.entries) for query in judged if held.intersection(query.entries))


def _own_cases(index: EntryIndex) -> list[SynonymCase]:
    variants = {one.text: one for one in index.variants()}
    owners = np.repeat(np.arange(len(index.entries)), [1 + len(entry.variants) for entry in index.entries])
    return [
        SynonymCase(index.texts[text], (index.entries[owners[text]].id,), variants.get(text))
        for text in evenly(range(len(index.texts)), MAX_OWN)
    ]


def _is_right(index: EntryIndex, case: SynonymCase, analysis: Analysis) -> bool:
    ranking = index.rank(Query(case.text, analysis, None), case.left_out)
    return ranking.entries[ranking.order[0]].id in case.right


def _without_rule(index: EntryIndex, analyzer: RuleLeftOut, numbers: Sequence[int]) -> EntryIndex:
    """The index as `analyzer` would make it, where only the words of the entries with these numbers can differ."""
    boosts = read_boosts()
    starts = starts_of(index.entries)
    places, texts = np.arange(len(index.entries)), np.arange(len(index.texts))
    counts, terms = {}, {}
    for number in numbers:
        entry = index.entries[number]
        after = AnalyzedEntry.of(entry, analyzer)
        places[number] = -1
        counts[number] = after.counts(boosts, words_of)
        for text, analysis in enumerate(after.asked, start=int(starts[number])):
            if analysis is not analyzer.known[index.texts[text]]:
                texts[text] = -1
                terms[text] = analysis.terms
    arrays = replace(
        index.arrays,
        words=index.arrays.words.replaced(places, len(places), counts),
        closest_words=index.arrays.closest_words.replaced(texts, starts, len(texts), terms),
    )
    return EntryIndex(index.entries, analyzer, arrays=arrays, weights=index.weights, boosts=boosts)
