"""The analyzer: char filters, tokenizer and term filters, the same chain for entries and for queries."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from index.text import polarity, readings
from index.text.filters import (
    CharFilter,
    TermFilter,
    drop_function_words,
    drop_invisible,
    drop_stop_words,
    expand_iteration_marks,
    fold_case,
    fold_lemma_suffix,
    fold_long_vowels,
    fold_okurigana,
    fold_width,
)
from index.text.keystrokes import convert_keystrokes
from index.text.spellings import (
    join_spaced_letters,
    join_voicing_marks,
    mend_long_vowels,
    modernise_kanji,
)
from index.text.synonyms import SynonymMatch, Synonyms
from index.text.tokenizer import MAX_CACHED_WORDS, Token, Tokenizer
from knowledge.amounts.numerals import fold_numbers
from knowledge.synonyms import SynonymRule

CHAR_FILTERS: tuple[CharFilter, ...] = (
    join_voicing_marks,
    fold_width,
    drop_invisible,
    modernise_kanji,
    join_spaced_letters,
    mend_long_vowels,
    convert_keystrokes,
    fold_case,
    expand_iteration_marks,
    fold_long_vowels,
    fold_numbers,
)
TERM_FILTERS: tuple[TermFilter, ...] = (
    drop_function_words,
    drop_stop_words,
    fold_lemma_suffix,
    fold_okurigana,
)


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analyzed text: `text` after the char filters, and what is found in it.

    `terms` include synonym concepts; `grams` are n-grams of the reading; `head` are the terms before
    the first particle, in Japanese mostly the topic; `unwanted` are the lemmas of wishes that the text
    denies (解約したくない).
    """

    text: str
    terms: tuple[str, ...]
    grams: tuple[str, ...]
    head: tuple[str, ...]
    unwanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A token after the term filters: its term ("" where it is dropped) and its reading."""

    token: Token
    term: str
    reading: str
    particle: bool
    number: bool


class Analyzer:
    """The analysis chain with its dictionary and synonyms; safe to share between threads."""

    def __init__(self, tokenizer: Tokenizer, rules: Sequence[SynonymRule] = ()) -> None:
        self.tokenizer = tokenizer
        self._word_of = lru_cache(MAX_CACHED_WORDS)(_word)
        self.synonyms = Synonyms(rules, self.plain_terms)
        self.rules_digest = hashlib.sha256(repr([(rule.sources, rule.targets) for rule in rules]).encode()).hexdigest()

    def analyze(self, text: str) -> Analysis:
        """The terms and n-grams of `text`."""
        text = normalize(text)
        words = self._cut(text)
        terms = _plain_terms(words)
        concepts = [concept for match in self.synonyms.find(terms) for concept in match.concepts]
        return Analysis(
            text,
            terms=(*terms, *concepts),
            grams=tuple(readings.grams(readings.as_pronounced("".join([word.reading for word in words])))),
            head=tuple([word.term for word in takewhile(lambda word: not word.particle, words) if word.term]),
            unwanted=polarity.unwanted([word.token for word in words]) if polarity.may_deny(text) else (),
        )

    def plain_terms(self, text: str) -> list[str]:
        """The terms of `text` without synonym concepts."""
        return _plain_terms(self._cut(normalize(text)))

    def synonym_matches(self, text: str) -> list[SynonymMatch]:
        """The synonym rules that apply to `text`, for explanations."""
        return self.synonyms.find(self.plain_terms(text))

    def _cut(self, text: str) -> list[Word]:
        return list(map(self._word_of, self.tokenizer.tokenize(text)))


def normalize(text: str) -> str:
    """`text` after the char filters: one form for width, case, invisible characters, long vowels and numbers."""
    for char_filter in CHAR_FILTERS:
        text = char_filter(text)
    return text


def _plain_terms(words: Sequence[Word]) -> list[str]:
    """The terms of words in a row; a number is joined to the unit that follows it."""
    terms: list[str] = []
    number = ""
    for word in words:
        term = word.term
        if term:
            terms.append(number + term if number else term)  # 10 + 日
        number = term if word.number else ""
    return terms


def _word(token: Token) -> Word:
    term = token.lemma or token.surface
    for term_filter in TERM_FILTERS:
        term = term_filter(term, token)
        if not term:
            break
    return Word(token, term, readings.reading(token), token.pos == "助詞", token.pos_detail == "数詞")
