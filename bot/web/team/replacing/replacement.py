"""Words and those that replace them, in the questions and answers of entries."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.amounts.grammar import amounts_in, plain_text
from knowledge.changes import Difference, EntryChange
from knowledge.entry import Entry

WIDER = 0xFEE0  # the distance from ! to ！, and from each that follows up to ~
NARROW = {code + WIDER: code for code in range(ord("!"), ord("~") + 1)}
DIGIT = "0-9０-９"
THOUSANDS = "[,，]?"  # written between the digits of a price, or not

Pair = tuple[str, str]  # words, and those that replace them


class Replacement:
    """Pairs of words, replaced at one time: what one of them writes, no other replaces."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        ordered = sorted(pairs, key=lambda pair: -len(pair[0]))
        self._new = [new for _, new in ordered]
        self._pattern = re.compile("|".join(f"({_spellings(old)})" for old, _ in ordered))

    def of(self, entry: Entry) -> Entry:
        """The entry with the words replaced; it is the same one where it has none of them."""
        return replace(entry, question=self._written(entry.question), answer=self._written(entry.answer))

    def _written(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._new[(found.lastindex or 1) - 1], text)


def changed_amounts(changes: Iterable[Difference]) -> list[Pair]:
    """The amounts that entries write anew, each with the one in its place where the rest of the answer stayed."""
    pairs = dict[str, str]()
    for one in changes:
        if isinstance(one, EntryChange) and one.before and one.after:
            before, after = (_amounts(entry.answer) for entry in (one.before, one.after))
            if len(before) == len(after):
                pairs |= {old: new for old, new in zip(before, after, strict=True) if old != new}
    return list(pairs.items())


def _amounts(answer: str) -> list[str]:
    return [f"{one.number:,.10g}{one.unit.name}" for one in amounts_in(plain_text(answer))]


def _spellings(words: str) -> str:
    """A pattern of words in any width; a number is found with and without commas, and never within another one."""
    folded = re.sub("(?<=[0-9]),(?=[0-9])", "", words.translate(NARROW))
    return "".join(_spelling(part) for part in re.findall("[0-9]+|[^0-9]", folded))


def _spelling(part: str) -> str:
    if part[0] in "0123456789":
        digits = THOUSANDS.join(f"[{digit}{chr(WIDER + ord(digit))}]" for digit in part)
        return rf"(?<![{DIGIT}.．])(?<![{DIGIT}][,，]){digits}(?![{DIGIT}])(?![,，.．][{DIGIT}])"
    wide = chr(WIDER + ord(part)) if "!" <= part <= "~" else part
    return f"[{re.escape(part)}{re.escape(wide)}]"
