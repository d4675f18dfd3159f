"""The entries' own texts by match_key, to which no judged query may be equal."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.entry import Entry
from knowledge.match_key import match_key
from knowledge.revisions.store import KnowledgeBase


@dataclass
class OwnTexts:
    """Finds the entry whose own text something is; each entry's keys are made once: those of 10,000 take 0.5 s."""

    _keys: dict[str, tuple[Entry, Sequence[str]]] = field(default_factory=dict)  # by id
    _known: tuple[int, dict[str, str]] = (-1, {})  # of a revision; swapped whole

    def of(self, base: KnowledgeBase) -> dict[str, str]:
        """The question of an entry by the match_key of each of its texts."""
        if self._known[0] != base.revision:
            self._known = (
                base.revision,
                {key: one.question for one in base.entries for key in self._keys_of(one) if key},
            )
        return self._known[1]

    def _keys_of(self, entry: Entry) -> Sequence[str]:
        known = self._keys.get(entry.id)
        if known is None or known[0] != entry:
            known = self._keys[entry.id] = entry, [match_key(text) for text in (entry.question, *entry.variants)]
        return known[1]
