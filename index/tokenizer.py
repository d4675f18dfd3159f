"""MeCab with UniDic behind one small type; the only module that knows fugashi."""

import threading
from dataclasses import dataclass
from functools import lru_cache

import fugashi

from knowledge.errors import FaqError

# MeCab writes exactly what a Token holds: reading its output costs a third of reading node features.
# The surface comes last because fugashi strips trailing blanks, and only a surface is never empty.
FORMAT = r"-O '' -F '%f[7]\t%f[9]\t%f[0]\t%f[1]\t%m\n' -U '*\t*\t%f[0]\t%f[1]\t%m\n' -E ''"


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
    """Cuts text into tokens; safe to share between threads.

    MeCab's taggers are not: their results point into the tagger's own memory. Each thread gets one.
    """

    def __init__(self) -> None:
        self._local = threading.local()
        self._tagger()  # fail at start, not at the first question

    def tokenize(self, text: str) -> list[Token]:
        """The tokens of one line of text; blanks between words belong to no token."""
        lines = str(self._tagger().parse(text)).split("\n")
        return [_token(line) for line in lines if line]

    def _tagger(self) -> fugashi.GenericTagger:
        tagger = getattr(self._local, "tagger", None)
        if tagger is None:
            tagger = self._local.tagger = _new_tagger()
        return tagger


@lru_cache(maxsize=20_000)  # words repeat far more than sentences do
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
