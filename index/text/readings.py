"""Readings in katakana and their n-grams, by which hiragana, conversion mistakes and unknown words still match."""

import re
import sys

from index.text.tokenizer import Token

GRAM = 3  # kana an n-gram; two are too common, four break at every typing mistake
KANA = re.compile("[ぁ-ゖァ-ヺー]+")
LONG_VOWEL = re.compile(
    "(?<=[オコソトノホモヨロゴゾドボポョォヲウクスツヌフムユルグズヅブプュゥ])ウ|(?<=[エケセテネヘメレゲゼデベペェ])イ"
)
MARKS = re.compile("ー{2,}")
TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
SILENT = frozenset({"補助記号", "記号", "空白"})


def reading(token: Token) -> str:
    """The reading of a token in katakana.

    That of a kana word is the word itself: the dictionary's reading of mis-cut hiragana would mislead, and
    MeCab takes single kana for symbols (えいぎょう becomes え, い, ぎょう).
    """
    if KANA.fullmatch(token.surface):
        return token.surface.translate(TO_KATAKANA)
    if token.pos in SILENT:
        return ""
    return token.reading or token.surface


def as_pronounced(kana: str) -> str:
    """Write コウ, コオ… and ケイ as コー and ケー, so that spelling and pronunciation agree."""
    return MARKS.sub("ー", LONG_VOWEL.sub("ー", kana))


def grams(text: str) -> list[str]:
    """The overlapping n-grams of a reading; a shorter reading is its own n-gram.

    Equal ones are the same object: the millions of a large knowledge base take a quarter of a gigabyte otherwise.
    """
    if len(text) <= GRAM:
        return [text] if text else []
    return [sys.intern(text[start : start + GRAM]) for start in range(len(text) - GRAM + 1)]
