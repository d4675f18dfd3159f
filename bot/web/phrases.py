"""Phrases: where a line of Japanese may end, for browsers that do not find it themselves (`auto-phrase` in CSS)."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup

from index.text.tokenizer import Token, Tokenizer

KEPT = 10_000  # questions whose phrases are remembered
BEGINS = frozenset({"名詞", "代名詞", "動詞", "形容詞", "形状詞", "副詞", "連体詞", "接続詞", "接頭辞", "感動詞"})
GOES_ON = frozenset({"名詞", "代名詞", "接頭辞", "接尾辞", "形状詞"})  # behind it a noun belongs to the same word
OPENING, CLOSING, DEPENDENT = "括弧開", "括弧閉", "非自立可能"  # details of UniDic's word classes


def phrase_breaks(tokenizer: Tokenizer) -> Callable[[str], Markup]:
    """A function that makes HTML of a text, with <wbr> between its phrases."""

    @lru_cache(KEPT)
    def broken(text: str) -> Markup:
        return Markup("<wbr>").join(phrases(text, tokenizer))

    return broken


def phrases(text: str, tokenizer: Tokenizer) -> list[str]:
    """A text cut before each word that begins a phrase; the parts join to the text."""
    cuts = [0, *_beginnings(text, tokenizer.tokenize(text)), len(text)]
    return [text[start:end] for start, end in pairwise(cuts) if start < end]


def _beginnings(text: str, tokens: list[Token]) -> Iterator[int]:
    place, before = 0, None
    for token in tokens:
        place = text.index(token.surface, place)
        if before and _begins(token, before):
            yield place
        place += len(token.surface)
        before = token


def _begins(token: Token, before: Token) -> bool:
    """True where a line may end before `token`."""
    if before.pos_detail == OPENING or before.pos == "接頭辞":
        return False
    if token.pos_detail == OPENING:
        return True
    if token.pos not in BEGINS or token.pos_detail == DEPENDENT:
        return False
    return before.pos not in GOES_ON and before.pos_detail != CLOSING
