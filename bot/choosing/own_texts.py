"""Texts that are the same but for how they are typed, found among very many: making every key would take seconds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from knowledge.match_key import match_key
from knowledge.revisions.store import KnowledgeBase

MAX_PLAIN = 8  # letters that are looked for first
MAX_LONGER = 4  # times as long as its key: a text with more blanks and signs than that is another one


@dataclass
class OwnTexts:
    """Finds the entry whose question or variant a text is; what was found is kept until the next revision."""

    _known: tuple[int, dict[str, str]] = field(default=(-1, {}))  # by match_key; swapped whole

    def owner(self, base: KnowledgeBase, key: str) -> str:
        """The question of the entry that has a text with this match_key, "" for none."""
        if self._known[0] != base.revision:
            self._known = base.revision, {}
        known = self._known[1]
        if key not in known:
            found = (one.question for one in base.entries if any(same(key, (one.question, *one.variants))))
            known[key] = next(found, "")
        return known[key]


def same(key: str, texts: Iterable[str]) -> Iterator[str]:
    """Those of `texts` with this match_key.

    A text has the kanji and hiragana of its key as they are, so that most need no key of their own.
    """
    plain = [letter for letter in key if "ぁ" <= letter <= "ん" or "一" <= letter <= "鿿"][:MAX_PLAIN]
    longest = MAX_LONGER * len(key)
    for text in texts:
        if len(text) <= longest and all(letter in text for letter in plain) and match_key(text) == key:
            yield text
