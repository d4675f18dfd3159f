"""Questions about another thing: a credit card, the electricity, a programme, of which an entry says nothing."""

import re
from functools import cache
from pathlib import Path

from index.message.message import read_message
from index.ranking.entry_index import EntryIndex
from index.text.filters import fold_width
from index.text.synonyms import CONCEPT

WORDS_FILE = Path(__file__).with_name("other_things.txt")
PART = re.compile("[a-z0-9]{2}|[ァ-ヶー]{2}")  # of a longer word: バス in バスケット
MOST = 0.5  # confidence in an answer that does not say the thing
# After a thing by which somebody tells their trade, or what happened: 不動産屋です, 家具を直しています
TOLD = re.compile(
    r"屋|店|業|工事|教室|会社|投資|取り?付|修理|部品|など|とか|やら|の(?:売り込み|勧誘|営業|広告|仕事)"
    r"|を(?:経営|営|し|や|な?お?直|作|売)|で(?:働|勤)|ばっか|さん|関係"
)


def other_things(index: EntryIndex, question: str, number: int) -> tuple[str, ...]:
    """The things that a question asks about and the entry `number` does not say, in one width and case.

    An entry says a thing by a word of the same concept too. None where it declines.
    """
    text, entry = _folded(question), index.entries[number]
    if entry.declines or not any(word in text for word in _words()):
        return ()
    asked = _folded("\n".join(one.text for one in read_message(question).questions)) or text
    named = [word for word in _words() if _is_named(word, asked)]
    said = _folded("\n".join((entry.question, entry.answer, *entry.variants))) if named else ""
    return tuple(word for word in named if word not in said and not _is_meant(index, number, word))


def bounded(confidence: float, *, other_thing: bool) -> float:
    """The confidence, at most MOST where the question is about another thing."""
    return min(confidence, MOST) if other_thing else confidence


def _is_meant(index: EntryIndex, number: int, word: str) -> bool:
    """True when a concept of a thing is one of the entry's."""
    concepts = {term for term in index.analyzer.analyze(word).terms if term.startswith(CONCEPT)}
    return not concepts.isdisjoint(index.analyzed(number).said)


@cache
def _words() -> tuple[str, ...]:
    lines = WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(_folded(word) for line in lines if not line.startswith("#") for word in line.split())


def _is_named(word: str, text: str) -> bool:
    """True when a text names a thing, as a word of its own and not only to tell of it."""
    begin = text.find(word)
    while begin >= 0:
        end = begin + len(word)
        cut = PART.search(text[max(begin - 1, 0) : begin + 1]) or PART.search(text[end - 1 : end + 1])
        if not cut and not TOLD.match(text, end):
            return True
        begin = text.find(word, end)
    return False


def _folded(text: str) -> str:
    return fold_width(text).lower()
