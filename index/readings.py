"""How a text sounds, in katakana, cut into n-grams: hiragana, conversion mistakes and unknown words still match."""

import re
from collections.abc import Iterable
from functools import lru_cache

from index.tokenizer import Token

GRAM = 3  # kana an n-gram; two are too common, four break at every typing mistake
KANA = re.compile("[ぁ-ゖァ-ヺー]+")
O_ROW = frozenset("オコソトノホモヨロゴゾドボポョォヲウクスツヌフムユルグズヅブプュゥ")
E_ROW = frozenset("エケセテネヘメレゲゼデベペェ")
TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
SILENT = frozenset({"補助記号", "記号", "空白"})


def reading(tokens: Iterable[Token]) -> str:
    """The reading of a text as one katakana string, long vowels written with ー, without blanks or symbols."""
    return _fold_long_vowels("".join(map(_token_reading, tokens)))


def grams(text: str) -> list[str]:
    """The overlapping n-grams of a reading; a shorter reading is its own n-gram."""
    if len(text) <= GRAM:
        return [text] if text else []
    return [text[start : start + GRAM] for start in range(len(text) - GRAM + 1)]


@lru_cache(maxsize=20_000)
def _token_reading(token: Token) -> str:
    """A kana word reads as written: the dictionary's reading of mis-cut hiragana would mislead.

    MeCab takes single kana for symbols (えいぎょう becomes え, い, ぎょう), so kana come first.
    """
    if KANA.fullmatch(token.surface):
        return token.surface.translate(TO_KATAKANA)
    if token.pos in SILENT:
        return ""
    return token.reading or token.surface


def _fold_long_vowels(kana: str) -> str:
    """Write コウ, コオ… and ケイ as コー and ケー, so that spelling and pronunciation agree."""
    folded: list[str] = []
    for character in kana:
        before = folded[-1] if folded else ""
        long = (character == "ウ" and before in O_ROW) or (character == "イ" and before in E_ROW)
        written = "ー" if long else character
        if written != "ー" or before != "ー":
            folded.append(written)
    return "".join(folded)
