"""MeCab with UniDic behind one small type; the only module that knows fugashi."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import fugashi

from knowledge.errors import FaqError

# MeCab writes exactly what a Token holds: reading its output costs a third of reading node features.
# The surface comes last because fugashi strips trailing blanks, and only a surface is never empty.
FORMAT = r"-O '' -F '%f[7]\t%f[9]\t%f[0]\t%f[1]\t%m\n' -U '*\t*\t%f[0]\t%f[1]\t%m\n' -E ''"
MAX_REMEMBERED = 50_000  # words; a dictionary entry takes about 300 bytes

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(dict[Key, Value]):
    """A function of one argument whose results are remembered: words repeat far more than sentences do.

    A dict, because looking up costs a third of a call through functools.lru_cache. Safe to share
    between threads: two of them at worst compute the same value.
    """

    def __init__(self, function: Callable[[Key], Value]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: Key) -> Value:
        """Compute, and start over when too much is remembered."""
        if len(self) >= MAX_REMEMBERED:
            self.clear()
        value = self[key] = self._function(key)
        return value


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: hashing five fields costs more than MeCab
class Token:
    """One word as MeCab cut it; equal words are the same object as long as they are remembered.

    `lemma` is UniDic's, "" for an unknown word; `reading` is the pronunciation in katakana,
    "" where the dictionary has none.
    """

    surface: str
    pos: str
    pos_detail: str
    lemma: str
    reading: str


class Tokenizer:
    """Thresholds text into tokens; safe to share between threads.

    They take turns with one tagger, which takes some 0.1 ms for a question: a tagger each would map the dictionary
    and warm it up for each.
    """

    def __init__(self) -> None:
        self._tokens = Remembered(_token)
        self._tagger = _new_tagger()
        self._turn = threading.Lock()

    def tokenize(self, text: str) -> list[Token]:
        """The tokens of one line of text; blanks between words belong to no token."""
        with self._turn:  # what a tagger gives back is overwritten by its next parse
            output = str(self._tagger.parse(text)).strip("\n")
        return list(map(self._tokens.__getitem__, output.split("\n"))) if output else []


def _token(line: str) -> Token:
    lemma, reading, pos, pos_detail, surface = line.split("\t")
    return Token(surface, pos, pos_detail, "" if lemma == "*" else lemma, "" if reading == "*" else reading)


def _new_tagger() -> fugashi.GenericTagger:
    try:
        return fugashi.Tagger(FORMAT)
    except RuntimeError as error:
        raise FaqError(
            "日本語の辞書（UniDic）が見つかりません。",
            "`.venv/bin/pip install unidic-lite` を実行してください（`make serve` なら自動で入ります）。",
        ) from error
