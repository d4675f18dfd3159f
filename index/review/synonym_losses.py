"""What each synonym rule wins and loses: who is first with the rule, and who is first without it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from index.ranking.analyzed_entry import AnalyzedEntry, starts_of, words_of
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LeftOut, Query, read_boosts
from index.review.sampling import evenly
from index.text.analyzer import Analysis, Analyzer
from index.text.synonyms import CONCEPT, Synonyms
from knowledge.entry import Entry
from knowledge.judged import JudgedQuery
from knowledge.synonyms import SynonymRule

MAX_OWN = 400  # of the entries' own texts, spread evenly: all of them would take longer than all other checks
Plain = Callable[[str], tuple[str, ...]]  # the terms of a text before any rule


@dataclass(frozen=True, slots=True)
class Balance:
    """The questions that a rule brings to their entry, and those that it leads to another one."""

    rule: SynonymRule
    won: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A question whose right entries are known; an entry's own variant is asked as if the entry did not have it."""

    text: str
    right: tuple[str, ...]
    left_out: LeftOut | None = None


class RuleLeftOut(Analyzer):
    """The analysis chain without one rule, made from the analyses with it: only the added terms differ."""

    def __init__(
        self, rule: SynonymRule, rules: Sequence[SynonymRule], known: Mapping[str, Analysis], plain: Plain
    ) -> None:
        self.adds = frozenset(added_terms(rule, plain))
        self.synonyms = Synonyms([other for other in rules if other is not rule], plain)
        self.known = known
        self._plain = plain

    def analyze(self, text: str) -> Analysis:
        """The terms and n-grams of `text` without the rule."""
        known = self.known[text]
        if self.adds.isdisjoint(known.terms):
            return known
        terms = self._plain(text)
        concepts = [concept for match in self.synonyms.find(terms) for concept in match.concepts]
        return replace(known, terms=(*terms, *concepts))


def added_terms(rule: SynonymRule, plain: Plain) -> tuple[str, ...]:
    """What a rule adds to a text that holds one of its sources."""
    if rule.two_way:
        return (CONCEPT + rule.sources[0],)
    return tuple(term for word in rule.targets for term in plain(word))


def measure_rules(index: EntryIndex, rules: Sequence[SynonymRule], judged: Sequence[JudgedQuery]) -> Iterator[Balance]:
    """For each rule the questions whose first place it makes right or wrong, without the encoder's help.

    The index is patched to what it would be without the rule. Asked are the judged queries and the entries'
    own texts that hold what the rule adds; a rule hardly moves others.
    """
    if not index.entries:
        return
    known: dict[str, Analysis] = {}
    holders = defaultdict(set)  # of each term: the entries
    for number, entry in enumerate(index.entries):
        for text, analysis in _analyses(entry, index.analyzed(number)):
            known[text] = analysis
            for term in analysis.terms:
                holders[term].add(number)
    plain = cache(lambda text: tuple(index.analyzer.plain_terms(text)))
    lexical = EntryIndex(
        index.entries,
        index.analyzer,
        arrays=replace(index.arrays, meanings=None),
        boosts=read_boosts(),
    )
    cases = [*_judged_cases(index, judged), *_own_cases(index)]
    known |= {case.text: index.analyzer.analyze(case.text) for case in cases if case.text not in known}
    right_now = [_is_right(lexical, case, known[case.text]) for case in cases]
    for rule in rules:
        analyzer = RuleLeftOut(rule, rules, known, plain)
        touched = [n for n, case in enumerate(cases) if not analyzer.adds.isdisjoint(known[case.text].terms)]
        moved = []
        if touched:
            numbers = sorted(set().union(*(holders[term] for term in analyzer.adds)))
            without = _without_rule(lexical, analyzer, numbers)
            right_then = [_is_right(without, cases[n], analyzer.analyze(cases[n].text)) for n in touched]
            moved = [n for n, right in zip(touched, right_then, strict=True) if right != right_now[n]]
        won, lost = (tuple(cases[n].text for n in moved if right_now[n] is better) for better in (True, False))
        yield Balance(rule, won, lost)


def _analyses(entry: Entry, analyzed: AnalyzedEntry) -> Iterator[tuple[str, Analysis]]:
    texts = (entry.question, *entry.variants, entry.answer, entry.category)
    return zip(texts, (*analyzed.asked, analyzed.answer, analyzed.category), strict=True)


def _judged_cases(index: EntryIndex, judged: Sequence[JudgedQuery]) -> Iterator[Case]:
    held = {entry.id for entry in index.entries}
    return (Case(query.text, query.entries) for query in judged if held.intersection(query.entries))


def _own_cases(index: EntryIndex) -> list[Case]:
    variants = {one.text: one for one in index.variants()}
    owners = np.repeat(np.arange(len(index.entries)), [1 + len(entry.variants) for entry in index.entries])
    return [
        Case(index.texts[text], (index.entries[owners[text]].id,), variants.get(text))
        for text in evenly(range(len(index.texts)), MAX_OWN)
    ]


def _is_right(index: EntryIndex, case: Case, analysis: Analysis) -> bool:
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
