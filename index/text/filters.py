"""The filters of the analysis chain: char filters on the text, term filters on each token.

A char filter maps text to text. A term filter maps a term and its token to the term to index;
the empty string drops the token.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from index.text.tokenizer import Token

CharFilter = Callable[[str], str]
TermFilter = Callable[[str, Token], str]

STOP_WORDS_FILE = Path(__file__).parent / "stop_words.txt"
FUNCTION_WORDS = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白"})
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
BLANKS = re.compile(r"\s+")
DASH_AFTER_KANA = re.compile(r"(?<=[ぁ-ゖァ-ヺー])[~〜\-‐‑–—―−]+")
LONG_VOWELS = re.compile("ー{2,}")
ITERATION = re.compile("(.)([ゝゞヽヾ])")
KANJI_STEM = re.compile("(.*[一-鿿々])[ぁ-ん]+")
LATIN_ORIGIN = re.compile(r"[^-]+-([a-z][a-z ]*)")


def fold_width(text: str) -> str:
    """NFKC: full-width Latin and digits become half-width, half-width katakana full-width."""
    return unicodedata.normalize("NFKC", text)


def drop_invisible(text: str) -> str:
    """Remove control, zero-width and direction characters; any run of blanks becomes one blank."""
    return BLANKS.sub(" ", INVISIBLE.sub("", text))


def fold_case(text: str) -> str:
    """Latin letters in lower case."""
    return text.lower()


def fold_long_vowels(text: str) -> str:
    """Dashes and waves after kana become the long-vowel mark, several marks become one (サ-バ～ → サーバー)."""
    return LONG_VOWELS.sub("ー", DASH_AFTER_KANA.sub("ー", text))


def expand_iteration_marks(text: str) -> str:
    """Kana iteration marks become the kana they repeat (こゝろ → こころ, たゞ → ただ)."""
    return ITERATION.sub(_repeated, text)


def drop_function_words(term: str, token: Token) -> str:
    """Drop particles, auxiliaries, symbols and the polite prefix, which name no subject."""
    return "" if token.pos in FUNCTION_WORDS or (token.pos == "接頭辞" and token.lemma == "御") else term


def drop_stop_words(term: str, token: Token) -> str:
    """Drop the words of asking and politeness listed in `stop_words.txt`."""
    return "" if token.lemma in stop_words() else term


def fold_lemma_suffix(term: str, token: Token) -> str:
    """The term without the suffix by which UniDic tells homographs apart.

    A Latin suffix is the origin of a loan word and becomes the term (キャンセル-cancel → cancel), so
    that "cancel" finds キャンセル.
    """
    origin = LATIN_ORIGIN.fullmatch(term)
    if origin:
        return origin[1]
    return term.split("-", 1)[0] or term


def fold_okurigana(term: str, token: Token) -> str:
    """Cut the kana behind the last kanji, so that noun and verb meet (申し込み, 申し込む → 申し込)."""
    stem = KANJI_STEM.fullmatch(term)
    return stem[1] if stem else term


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """The lemmas of `stop_words.txt`."""
    lines = STOP_WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line.split("#", 1)[0].strip() for line in lines) - {""}


def _repeated(found: re.Match[str]) -> str:
    """A kana twice, instead of the kana and an iteration mark; with the voicing of the mark."""
    kana, mark = found[1], found[2]
    return kana + (unicodedata.normalize("NFC", kana + "\u3099") if mark in "ゞヾ" else kana)
