"""Words looked for in entries: every text of an entry is searched, and what is shown is where they stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.choosing.completion import fold
from knowledge.entry import Entry
from knowledge.labels import FIELD_LABELS

COMMA = re.compile("(?<=[0-9]),(?=[0-9])")
MAX_SEARCHED = 200  # characters of the words that are looked for
AROUND = 30  # characters shown before and behind a word


@dataclass(frozen=True, slots=True)
class Place:
    """A line in which a word stands, cut around it, and the name of its field."""

    label: str
    text: str


@dataclass
class SearchedTexts:
    """The texts of the entries as they are searched, each folded once: folding 10,000 takes 0.3 s."""

    _texts: dict[str, tuple[Entry, str]] = field(default_factory=dict)  # by id

    def of(self, entry: Entry) -> str:
        """The text of an entry."""
        known = self._texts.get(entry.id)
        if known is None or known[0] != entry:
            known = self._texts[entry.id] = entry, _text(entry)
        return known[1]

    def fit(self, entry: Entry, words: Sequence[str]) -> tuple[int, int]:
        """How well words fit an entry that has them: the number in its question, and how often they stand anywhere."""
        question, text = folded(entry.question), self.of(entry)
        return sum(word in question for word in words), sum(map(text.count, words))


def words_of(query: str) -> list[str]:
    """The words of a query as they are looked for."""
    return [folded(word) for word in query.split()]


def folded(text: str) -> str:
    """A text as it is searched: without the commas of its numbers too."""
    return COMMA.sub("", fold.__wrapped__(text))


def place_of(entry: Entry, words: Sequence[str]) -> Place | None:
    """The first line with a word that the question does not have; None where it has them all."""
    missing = [word for word in words if word not in folded(entry.question)]
    if not missing:
        return None
    pattern = re.compile(re.sub("(?<=[0-9])(?=[0-9])", ",?", re.escape(missing[0])))
    for name in ("answer", "variants", "note"):
        value = getattr(entry, name)
        for line in value.replace("**", "").splitlines() if isinstance(value, str) else value:
            if found := pattern.search(fold.__wrapped__(line)):
                return Place(FIELD_LABELS[name], _around(line, found.start()))
    return None


def _around(line: str, at: int) -> str:
    start, end = max(0, at - AROUND), at + 2 * AROUND
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")


def _text(entry: Entry) -> str:
    return folded("\n".join((entry.id, entry.question, *entry.variants, entry.answer, entry.note)))
