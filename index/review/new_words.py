"""New words: a word of questions that no entry has, with the word of the right entry that it may mean.

A synonym rule for it changes no entry, so that its candidate has the live index, and only questions with the word can
be answered otherwise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby

from index.ranking.entry_index import EntryIndex
from index.snapshot import Snapshot
from index.text.analyzer import Analyzer, normalize
from index.text.tokenizer import Token
from knowledge.list_name import ListName
from knowledge.synonyms import parse_synonyms

MOST_MEANINGS = 3  # of one new word in one question
LEAST_ALIKE = 0.45  # in meaning: 一対一 and マンツーマン 0.44, カウント and 回数 0.64, words of one subject 0.4 at most
LEAST_NEAR, LEAST_NEAR_ALONE = 0.34, 0.5  # share of the words that are the same; without an encoder it speaks alone
KATAKANA, KANJI = re.compile("[ァ-ヴー]+"), re.compile("[一-龠々]+")
ASKS = re.compile("[何誰]")
WORD = re.compile(r"(?![ぁ-ん]+$)(?![a-z]{2}$)[^\W\d_]{2,}")  # no figure, not one letter, not of hiragana alone

Scripts = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word that no entry has, and the word of an entry that it may mean."""

    word: str
    known: str

    def added_to(self, synonyms: str, analyzer: Analyzer) -> str:
        """A list of synonyms with the new word: in the two-way rule of the known one, else in a rule of its own.

        That one is one-way, since the known word gains nothing by it.
        """
        lines, known = synonyms.splitlines(keepends=True), analyzer.plain_terms(self.known)
        for rule in parse_synonyms(lines, ListName.SYNONYMS.file):
            if rule.two_way and any(analyzer.plain_terms(word) == known for word in rule.sources):
                body, mark, comment = lines[rule.line - 1].rstrip().partition("#")
                lines[rule.line - 1] = f"{body.rstrip()}, {self.word}{f'  #{comment}' if mark else ''}\n"
                return "".join(lines)
        end = "" if not synonyms or synonyms.endswith("\n") else "\n"
        return f"{synonyms}{end}{self.word} => {self.known}\n"


def new_words(index: EntryIndex, text: str, entry_id: str) -> Iterator[tuple[NewWord, float]]:
    """The words that each unknown word of a question may mean, and how likely, where `entry_id` is the right entry.

    Likely is a word with which the question would be nearly one of the entry's own texts, and that is alike in meaning.
    """
    number = next((n for n, entry in enumerate(index.entries) if entry.id == entry_id), None)
    if number is None:
        return
    asked = frozenset(index.analyzer.analyze(text).terms)
    for word in _unknown(index, text):
        near = _nearness(index, number, asked.difference(index.analyzer.plain_terms(word)))
        alike = _likeness(index, word, list(near))
        likely = {known: near[known] + alike.get(known, 0) for known in near if _may_be(near[known], alike.get(known))}
        best = sorted(likely, key=lambda known: (-likely[known], known))[:MOST_MEANINGS]
        yield from ((NewWord(word, known), likely[known]) for known in best)


def _may_be(near: float, alike: float | None) -> bool:
    return near >= LEAST_NEAR_ALONE if alike is None else alike >= LEAST_ALIKE


def with_word(live: Snapshot, new: NewWord) -> Snapshot:
    """The live snapshot as it would be with the rule, but for its calibration."""
    text = new.added_to(live.base.lists.synonyms, live.index.analyzer)
    base = replace(live.base, lists=live.base.lists.replaced({ListName.SYNONYMS: text}))
    index = live.index
    analyzer = Analyzer(index.analyzer.tokenizer, base.lists.synonym_rules)
    read = EntryIndex(
        index.entries, analyzer, index.encoder, arrays=index.arrays, weights=index.weights, boosts=index.boosts
    )
    return replace(live, base=base, index=read)


def _unknown(index: EntryIndex, text: str) -> list[str]:
    """The words of a text that no text of an entry and no rule has, as they are written, each once."""
    analyzer, known = index.analyzer, index.arrays.words.bm25.idf
    terms_of = {word: analyzer.plain_terms(word) for word in _words(analyzer, text, (KATAKANA,))}
    return [
        word
        for word, terms in terms_of.items()
        if not known.keys() >= set(terms)
        and not analyzer.synonyms.find(terms)
        and not any(word in own for own in index.texts)  # as a part of another word (週間 in 2週間)
    ]


def _words(analyzer: Analyzer, text: str, joined: Scripts, *, parts: bool = False) -> dict[str, None]:
    """The nouns of a text, neighbours in a script of `joined` as one: the tokenizer cuts new words (サブ|スク).

    With `parts` what is joined is there too.
    """
    found: list[str] = []
    for piece in normalize(text).split():
        nouns = enumerate(analyzer.tokenizer.tokenize(piece))
        for (_, joins), tokens in groupby(nouns, key=partial(_script, joined=joined)):
            surfaces = [token.surface for _, token in tokens if joins or token.pos == "名詞"]
            found += ["".join(surfaces), *(surfaces if parts else ())] if joins else surfaces
    return dict.fromkeys(word for word in found if WORD.fullmatch(word) and not ASKS.search(word))


def _script(numbered: tuple[int, Token], joined: Scripts) -> tuple[object, bool]:
    """The script that neighbours share which are one word: that of `joined`, in which they are nouns."""
    number, token = numbered
    is_noun = token.pos in ("名詞", "接頭辞", "接尾辞")
    script = next((one for one in joined if one.fullmatch(token.surface)), None)
    return (script, True) if script and (is_noun or script is KATAKANA) else (number, False)


def _nearness(index: EntryIndex, entry: int, rest: frozenset[str]) -> dict[str, float]:
    """For each word of an entry the share of common terms that `rest` with that word has with one of its texts."""
    nearness: dict[str, float] = {}
    terms_of = cache(lambda word: frozenset(index.analyzer.analyze(word).terms))
    texts = (index.entries[entry].question, *index.entries[entry].variants)
    for own, text in zip(index.analyzed(entry).asked, texts, strict=True):
        terms = frozenset(own.terms)
        for known in _words(index.analyzer, text, (KATAKANA, KANJI), parts=True) if terms & rest else ():
            said = rest | terms_of(known)
            near = len(said & terms) / len(said | terms)
            if near >= LEAST_NEAR and terms_of(known) and terms_of(known).isdisjoint(rest):
                nearness[known] = max(nearness.get(known, 0.0), near)
    return nearness


def _likeness(index: EntryIndex, word: str, known: list[str]) -> dict[str, float]:
    """How alike each known word and the new one are in meaning; of none without an encoder."""
    if not index.encoder or not known:
        return {}
    vectors = index.encoder.encode([word, *known])
    return dict(zip(known, (vectors[1:] @ vectors[0]).tolist(), strict=True))
