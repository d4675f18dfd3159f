"""Checks of the synonym rules at work: overlaps, rules that never match, rules that lose more than they win."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.ranking.entry_index import EntryIndex
from index.review.synonym_losses import measure_rules
from index.text.synonyms import CONCEPT
from knowledge.errors import Problem, Severity
from knowledge.judged import JudgedQuery
from knowledge.synonyms import SynonymRule

MIN_LOSS = 2  # questions a rule must lose on balance; a single one is chance
FRAMES = ("{}について", "{}は", "{}を", "{}したい", "{}ですか")  # how a word stands in a question


def check_synonyms(
    index: EntryIndex, rules: Sequence[SynonymRule], judged: Sequence[JudgedQuery], path: Path
) -> list[Problem]:
    """Every problem of the rules in the file `path`, the same with and without the encoder.

    What a rule loses is measured on the judged queries and the entries' own texts.
    """
    return [
        *_overlaps(index, rules, path),
        *_widened(index, rules, path),
        *_idle(index, rules, path),
        *_unreachable(index, rules, path),
        *_losing(index, rules, judged, path),
    ]


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


def _widened(index: EntryIndex, rules: Sequence[SynonymRule], path: Path) -> Iterator[Problem]:
    """A word of a two-way rule that a one-way rule gives a further meaning: seldom what was meant."""
    terms_of = index.analyzer.plain_terms
    groups = {tuple(terms_of(word)): rule for rule in rules if rule.two_way for word in rule.sources}
    for rule in rules:
        for word in () if rule.two_way else rule.sources:
            group = groups.get(tuple(terms_of(word)))
            if group:
                yield Problem(
                    f"「{word}」は {group.line}行目の「{', '.join(group.sources[:3])}…」と同じ意味とされているのに、"
                    f"「{', '.join(rule.targets)}」の意味にもなります。",
                    "意図したことかを確かめ、違えばどちらかの規則から消してください。",
                    str(path),
                    rule.line,
                    severity=Severity.WARNING,
                )


def _unreachable(index: EntryIndex, rules: Sequence[SynonymRule], path: Path) -> Iterator[Problem]:
    """Words that the dictionary cuts otherwise as soon as they stand in a sentence."""
    for rule in rules:
        for word in rule.sources:
            terms = tuple(index.analyzer.plain_terms(word))
            matches = (match for frame in FRAMES for match in index.analyzer.synonym_matches(frame.format(word)))
            if terms and terms not in (match.terms for match in matches):
                yield Problem(
                    f"「{word}」は、文の中では別の語に区切られるので、規則が働きません。",
                    "文の中で使う形に書き直すか、消してください。",
                    str(path),
                    rule.line,
                    severity=Severity.WARNING,
                )


def _idle(index: EntryIndex, rules: Sequence[SynonymRule], path: Path) -> Iterator[Problem]:
    held = index.arrays.words.bm25.idf
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
                severity=Severity.WARNING,
            )


def _first(index: EntryIndex) -> Callable[[str], str]:
    return lambda word: next(iter(index.analyzer.plain_terms(word)), "")


def _losing(
    index: EntryIndex, rules: Sequence[SynonymRule], judged: Sequence[JudgedQuery], path: Path
) -> Iterator[Problem]:
    """Rules without which more questions would find their entry."""
    for balance in measure_rules(index, rules, judged):
        lost = len(balance.lost) - len(balance.won)
        if lost >= MIN_LOSS:
            yield Problem(
                f"この規則（{', '.join(balance.rule.sources[:3])}…）のために、"
                f"正しく見つかる質問が差し引き{lost}件減ります: {'、'.join(balance.lost[:3])}",
                "外れる原因の語を規則から消すか、意味の広すぎる規則を分けてください。",
                str(path),
                balance.rule.line,
                severity=Severity.WARNING,
            )
