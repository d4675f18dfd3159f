"""What a question says is not wanted: 解約したくない is no 解約したい, though the words are the same."""

import re
from collections.abc import Sequence

from index.tokenizer import Token

WISHES = frozenset({"たい", "積り", "積もり", "気"})  # したくない, するつもりはない, する気はない
NEGATIONS = frozenset({"無い", "ない", "ず"})
BETWEEN = frozenset({"は", "が", "も", "で", "訳", "有る", "ます", "だ", "です"})  # may stand between wish and negation
WISH = re.compile("た[いく]|つもり|積り|積もり|気")
EMPTY_VERBS = frozenset({"為る", "致す"})  # the noun before them says what is done


def may_deny(text: str) -> bool:
    """A quick look whether `unwanted` could find anything in a folded text."""
    return WISH.search(text) is not None


def unwanted(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The lemmas of what the text says nobody wants to do."""
    found: list[str] = []
    predicate = wished = ""
    for token in tokens:
        if token.lemma in WISHES and predicate:
            wished = predicate
        elif wished and token.lemma in NEGATIONS:
            found.append(wished)
            wished = ""
        elif wished and token.lemma not in BETWEEN:
            wished = ""
        if token.pos in ("動詞", "名詞") and token.lemma not in WISHES | BETWEEN | EMPTY_VERBS:
            predicate = token.lemma
    return tuple(found)
