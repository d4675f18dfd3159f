"""Completion: the questions that match what somebody has typed so far, with the matching parts."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from index.decision.decision import Abstain
from index.parameters import MAX_CANDIDATES, MAX_SUGGESTIONS
from index.snapshot import Snapshot
from index.text.analyzer import Analyzer
from index.text.readings import TO_KATAKANA, as_pronounced, reading
from knowledge.entry import Entry

MAX_SHOWN = 6
MAX_TYPED = 100  # characters that are read; nobody completes a longer question
FOLDED_QUESTIONS = 20_000  # kept, so that each is folded once
KANA_ONLY = re.compile("[ァ-ヺー]{2,}")
SAYS_NOTHING = re.compile("[^一-鿿々]?")  # yet: one letter that is no kanji

Part = tuple[str, bool]  # a part of a question, and whether it matches


def complete(snapshot: Snapshot, typed: str) -> list[tuple[Entry, list[Part]]]:
    """The answering entries whose questions fit `typed`, best first, MAX_SHOWN at most; nothing is logged.

    First those that contain it as it is written, then those that sound like it or share its words, then those that
    would be suggested for it.
    """
    typed = typed.strip()[:MAX_TYPED]
    wanted = fold(typed)
    if SAYS_NOTHING.fullmatch(wanted):
        return []
    index = snapshot.index
    ranking = index.rank(index.query(typed))
    ordered = sorted(zip(-ranking.scores, index.entries, strict=True), key=lambda pair: pair[0])
    answering = [entry for _, entry in ordered if not entry.declines]
    literal = [entry for entry in answering if wanted in fold(entry.question)][:MAX_SHOWN]
    near = answering[:MAX_CANDIDATES]
    suggested = [] if isinstance(snapshot.decided(ranking).decision, Abstain) else near[:MAX_SUGGESTIONS]
    found: dict[str, tuple[Entry, list[Part]]] = {}
    for entry in [*literal, *near]:
        found.setdefault(entry.id, (entry, marked(entry.question, typed, index.analyzer)))
    fitting = [pair for pair in found.values() if _has_match(pair[1])]
    fitting += [pair for pair in found.values() if pair[0] in suggested and not _has_match(pair[1])]
    return fitting[:MAX_SHOWN]


def marked(question: str, typed: str, analyzer: Analyzer) -> list[Part]:
    """A question cut into parts: what is written like `typed`, else what sounds like it, else the words they share."""
    places = {n for word in typed.split() for n in _written(question, fold(word))}
    places = places or set(_sounding(question, fold(typed), analyzer)) or set(_shared(question, typed, analyzer))
    parts: list[Part] = []
    for number, letter in enumerate(question):
        is_match = number in places
        if parts and parts[-1][1] == is_match:
            parts[-1] = (parts[-1][0] + letter, is_match)
        else:
            parts.append((letter, is_match))
    return parts


@lru_cache(FOLDED_QUESTIONS)
def fold(text: str) -> str:
    """A text without differences in width, case and kana."""
    return unicodedata.normalize("NFKC", text).lower().translate(TO_KATAKANA)


def _has_match(parts: list[Part]) -> bool:
    return any(is_match for _, is_match in parts)


def _written(question: str, wanted: str) -> Iterator[int]:
    """The places of the letters that `wanted` covers wherever it is written."""
    letters = [(fold(letter), number) for number, letter in enumerate(question)]
    text = "".join(folded for folded, _ in letters)
    origin = [number for folded, number in letters for _ in folded]
    for found in re.finditer(re.escape(wanted), text) if wanted else ():
        yield from origin[found.start() : found.end()]


def _sounding(question: str, wanted: str, analyzer: Analyzer) -> Iterator[int]:
    """The places of the words that `wanted`, in kana, is the reading of, begun or whole."""
    if not KANA_ONLY.fullmatch(wanted):
        return
    words = list(_words(question, analyzer))
    sounds = [as_pronounced(sound) for _, _, sound in words]
    spans = [found.span() for found in re.finditer(as_pronounced(wanted), "".join(sounds))]
    place = 0
    for (first, surface, _), sound in zip(words, sounds, strict=True):
        if any(place < end and place + len(sound) > start for start, end in spans):
            yield from range(first, first + len(surface))
        place += len(sound)


def _shared(question: str, typed: str, analyzer: Analyzer) -> Iterator[int]:
    """The places of the words that say the same as one of `typed`."""
    wanted = set(analyzer.plain_terms(typed))
    for first, surface, _ in _words(question, analyzer):
        if wanted.intersection(analyzer.plain_terms(surface)):
            yield from range(first, first + len(surface))


def _words(question: str, analyzer: Analyzer) -> Iterator[tuple[int, str, str]]:
    """Each word with its place and its reading in katakana."""
    place = 0
    for token in analyzer.tokenizer.tokenize(question):
        place = question.index(token.surface, place)
        yield place, token.surface, reading(token)
        place += len(token.surface)
