"""Checks of the synonym rules at work: overlaps, rules that never match, rules that lose more than they win."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.entry_index import EntryIndex
from index.ranking import Query
from index.synonyms import CONCEPT
from knowledge.errors import Problem
from knowledge.judged import JudgedQuery
from knowledge.synonyms import SynonymRule

MIN_LOSS = 2  # judged queries a rule must lose on balance; a single one is chance


def check_synonyms(
    index: EntryIndex, rules: Sequence[SynonymRule], judged: Sequence[JudgedQuery], path: Path
) -> list[Problem]:
    """Every problem of the rules in the file `path`, measured on the judged queries."""
    return [*_overlaps(index, rules, path), *_idle(index, rules, path), *_losing(index, rules, judged, path)]


def _overlaps(index: EntryIndex, rules: Sequence[SynonymRule], path: Path) -> Iterator[Problem]:
    """A word in two two-way rules makes all words of both mean the same, which nobody asked for."""
    first: dict[tuple[str, ...], SynonymRule] = {}
    for rule in rules:
        for word in rule.sources if rule.two_way else ():
            terms = tuple(index.analyzer.plain_terms(word))
            known = first.setdefault(terms, rule)
            if known is not rule and terms:
                yield Problem(
                    f"「{word}」が {known.line}行目の規則にもあります。",
                    "どちらの意味かを決めて片方から消すか、2つの規則を1つにまとめてください。",
                    str(path),
                    rule.line,
                )


def _idle(index: EntryIndex, rules: Sequence[SynonymRule], path: Path) -> Iterator[Problem]:
    held = index.parts.words.bm25.idf
    for rule in rules:
        empty = [word for word in rule.sources if not index.analyzer.plain_terms(word)]
        for word in empty:
            yield Problem(
                f"「{word}」は検索に使わない語だけでできているので、規則が働きません。",
                "別の言い方にするか、消してください。",
                str(path),
                rule.line,
            )
        leads_to = (CONCEPT + rule.sources[0],) if rule.two_way else tuple(map(_first(index), rule.targets))
        if not any(term in held for term in leads_to):
            yield Problem(
                f"「{', '.join(rule.sources)}」のどの語も、どの項目にも出てきません。",
                "項目で使っている言葉を加えるか、この行を消してください。",
                str(path),
                rule.line,
            )


def _first(index: EntryIndex) -> Callable[[str], str]:
    return lambda word: next(iter(index.analyzer.plain_terms(word)), "")


def _losing(
    index: EntryIndex, rules: Sequence[SynonymRule], judged: Sequence[JudgedQuery], path: Path
) -> Iterator[Problem]:
    """Rules without which more judged queries would find their entry; document lengths are left as they are."""
    by_line = {rule.line: rule for rule in rules}
    balance: Counter[int] = Counter()
    lost: defaultdict[int, list[str]] = defaultdict(list)
    for query in judged:
        if not query.answerable:
            continue
        asked = index.query(query.text)
        right = _best(index, asked) in query.entries
        for match in index.analyzer.synonym_matches(query.text):
            terms = tuple(term for term in asked.analysis.terms if term not in match.concepts)
            without = replace(asked, analysis=replace(asked.analysis, terms=terms))
            otherwise = _best(index, without) in query.entries
            balance[match.line] += right - otherwise
            if otherwise and not right:
                lost[match.line].append(query.text)
    for line, won in balance.items():
        if won <= -MIN_LOSS:
            yield Problem(
                f"この規則（{', '.join(by_line[line].sources[:3])}…）のために、"
                f"判定つきの質問の1位が変わって外れます（差し引き{-won}件）: {'、'.join(lost[line][:3])}",
                "外れる原因の語を規則から消すか、意味の広すぎる規則を分けてください。",
                str(path),
                line,
            )


def _best(index: EntryIndex, query: Query) -> str:
    return index.rank(query).hits[0].entry.id
