"""Polarity: finds denied wishes and requests not to do something, which share their words with the opposite."""

import re
from collections.abc import Sequence

from index.text.tokenizer import Token

WISHES = frozenset(
    {"たい", "欲しい", "積り", "積もり", "気"}
)  # したくない, してほしくない, するつもりはない, する気はない
NEGATIONS = frozenset({"無い", "ない", "ず"})
BETWEEN = frozenset({"は", "が", "も", "で", "て", "訳", "有る", "ます", "だ", "です"})  # between wish and negation
QUICK = re.compile("た[いく]|ほし|欲し|つもり|積り|積もり|気|ないで")
EMPTY_VERBS = frozenset({"為る", "致す"})  # the noun before them says what is done
ASKED_FOR = frozenset({"済む"})  # しないで済む is what one hopes for


def may_deny(text: str) -> bool:
    """True when `unwanted` could find anything in a normalized text; a cheap test that spares most texts the rest."""
    return QUICK.search(text) is not None


def unwanted(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The lemmas of denied wishes (解約したくない → 解約) and of requests not to do something (断らないで → 断る)."""
    found: list[str] = []
    predicate = wished = denied = ""
    for number, token in enumerate(tokens):
        if denied and token.lemma in NEGATIONS:  # したくないわけではない
            found.remove(denied)
            denied = ""
        elif token.lemma in WISHES and predicate:
            wished = predicate
        elif wished and token.lemma in NEGATIONS:
            found.append(wished)
            wished, denied = "", wished
        elif predicate and token.surface == "ない" and _asks_not_to(tokens[number + 1 :]):
            found.append(predicate)
        elif token.lemma not in BETWEEN:
            wished = denied = ""
        if token.pos in ("動詞", "名詞") and token.lemma not in WISHES | BETWEEN | EMPTY_VERBS:
            predicate = token.lemma
    return tuple(found)


def _asks_not_to(rest: Sequence[Token]) -> bool:
    """True when a negation goes on as a request (ないで…), not as what one hopes for (ないで済む)."""
    return bool(rest) and rest[0].surface == "で" and not any(token.lemma in ASKED_FOR for token in rest[1:2])
