"""The tokenizer: MeCab with UniDic (through fugashi) cuts text into tokens."""

import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import fugashi

from knowledge.errors import FaqError

# MeCab writes exactly what a Token holds: reading its output costs a third of reading node features.
# The surface comes last because fugashi strips trailing blanks, and only a surface is never empty.
FORMAT = r"-O '' -F '%f[7]\t%f[9]\t%f[0]\t%f[1]\t%m\n' -U '*\t*\t%f[0]\t%f[1]\t%m\n' -E ''"
SYMBOL = "補助記号"
NOUN = ("名詞", "普通名詞")
LETTERS_AND_MARKS = "LM"  # Unicode's categories of letters and of the signs that stand on them begin so
MAX_CACHED_WORDS = 50_000  # words repeat far more than sentences do; a token takes about 300 bytes


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: hashing five fields costs more than MeCab
class Token:
    """One word as MeCab cut it; equal words are the same object as long as they are cached.

    `lemma` is UniDic's, "" for an unknown word; `reading` is the pronunciation in katakana,
    "" where the dictionary has none.
    """

    surface: str
    pos: str
    pos_detail: str
    lemma: str
    reading: str


class Tokenizer:
    """Cuts text into tokens; safe to share between threads.

    All of a process take turns with one tagger, which takes some 0.1 ms for a question: each further one would map
    200 MB of dictionary. Raises FaqError without UniDic.
    """

    def __init__(self) -> None:
        self._tagger, self._turn = _shared_tagger()

    def tokenize(self, text: str) -> list[Token]:
        """The tokens of one line of text; blanks between words belong to no token."""
        with self._turn:  # what a tagger gives back is overwritten by its next parse
            output = str(self._tagger.parse(text)).strip("\n")
        return list(map(_token, output.split("\n"))) if output else []


@lru_cache(MAX_CACHED_WORDS)
def _token(line: str) -> Token:
    """The token of one line of MeCab's output in FORMAT."""
    lemma, reading, pos, pos_detail, surface = line.split("\t")
    if pos == SYMBOL and _is_word(surface):
        pos, pos_detail = NOUN
    return Token(surface, pos, pos_detail, "" if lemma == "*" else lemma, "" if reading == "*" else reading)


def _is_word(surface: str) -> bool:
    """True when what MeCab calls a symbol is a word of a script that UniDic does not know (Hangul, Thai, Arabic …)."""
    return len(surface) > 1 and all(unicodedata.category(character)[0] in LETTERS_AND_MARKS for character in surface)


@lru_cache(1)
def _shared_tagger() -> tuple[fugashi.GenericTagger, threading.Lock]:
    """The tagger of this process, and the lock to hold while using it."""
    try:
        return fugashi.Tagger(FORMAT), threading.Lock()
    except RuntimeError as error:
        raise FaqError(
            "日本語の辞書（UniDic）が見つかりません。",
            "`.venv/bin/pip install unidic-lite` を実行してください（`make serve` なら自動で入ります）。",
        ) from error
