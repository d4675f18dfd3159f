"""The entry that an editor means by what they typed, and how an entry stands in an input."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from bot.choosing.completion import MAX_TYPED, fold
from bot.choosing.own_texts import same
from bot.faq import Faq
from index.decision.decision import Abstain, Reason
from index.text.filters import drop_invisible
from knowledge.entry import Entry, Status
from knowledge.judged import ABSTAIN
from knowledge.match_key import match_key
from knowledge.revisions.store import KnowledgeBase

MAX_OFFERED = 40_000  # bytes of a list on a page; for more entries the server is asked while something is typed
MAX_MATCHING = 12
MAX_NAMED = 3  # near entries in a message
MAX_SHOWN = 60  # characters of what was typed
OR = "|"  # between several entries in one input
HINT = "質問を途中まで書くと候補が出ます。質問かidを、そのまま書いてもかまいません"
NO_SUCH = "「{typed}」という質問やidの項目はありません。{next}"
SEVERAL = "「{typed}」という質問の項目は{number}件あります。{next}"
ONE_OF = "どれかを書いてください: {named}。"
NEAR = "近い項目のどれかなら、その質問を書いてください: {named}。"
TYPE_ON = "質問の一部を入れると出る候補から選ぶか、「項目」で探した質問をそのまま書いてください。"


class Choices:
    """The entries of one revision, to be chosen among."""

    hint = HINT

    def __init__(self, base: KnowledgeBase, faq: Faq) -> None:
        self.base, self.by_id, self._faq = base, base.by_id, faq
        self._ids: dict[str, list[str]] = defaultdict(list)  # by question
        for entry in base.entries:
            self._ids[_line(entry.question)].append(entry.id)

    def written(self, entry_id: str) -> str:
        """An entry as it stands in an input: by its question, with the id where others ask the same.

        What is no entry's id stays as it is.
        """
        entry = self.by_id.get(entry_id)
        question = _line(entry.question) if entry else ""
        if not question or OR in question:
            return entry_id
        return question if len(self._ids[question]) == 1 and question not in self.by_id else f"{entry_id} {question}"

    def listed(self, ids: Sequence[str]) -> str:
        """Several entries as they stand in one input; a dash where none is right."""
        return OR.join(map(self.written, ids)) or ABSTAIN

    def found(self, typed: str) -> str:
        """The id of the entry that was typed: by its id, its question, or both; "" where it is none, or several."""
        text = _line(typed)
        plain = unicodedata.normalize("NFKC", text).lower()
        entry_id, _, question = plain.partition(" ")
        if plain in self.by_id or (entry_id in self.by_id and self._asks(entry_id, question)):
            return entry_id
        alike = self._alike(text)
        return alike[0] if len(alike) == 1 else ""

    def ids(self, typed: str) -> str:
        """The ids of several entries, apart by OR as they were typed; what names none stays as it is."""
        whole = self.found(typed)
        return whole or OR.join(self.found(part) or part for part in typed.replace("｜", OR).split(OR))

    def fault(self, typed: str) -> str:
        """Why `typed` names no entry, and what to write; "" where it is the id of one."""
        if typed in self.by_id:
            return ""
        if alike := self._alike(_line(typed)):
            named = ONE_OF.format(named=self._named(alike))
            return SEVERAL.format(typed=typed[:MAX_SHOWN], number=len(alike), next=named)
        near = self._named([entry.id for entry in self.matching(typed)[:MAX_NAMED]])
        return NO_SUCH.format(typed=typed[:MAX_SHOWN], next=NEAR.format(named=near) if near else TYPE_ON)

    def matching(self, typed: str) -> Sequence[Entry]:
        """The entries whose question or id holds every word of `typed`, then those that could answer it."""
        text = drop_invisible(typed)[:MAX_TYPED]
        words, snapshot = [fold(word) for word in text.split()], self._faq.searcher.snapshot
        if not words:
            return []
        found = [entry.id for entry in self.entries() if _holds(entry, words)]
        outcome = snapshot.decided(snapshot.index.rank(snapshot.index.query(text)))
        if outcome.decision != Abstain(Reason.UNKNOWN):
            found += [hit.entry.id for hit in outcome.ranking.hits]
        return [self.by_id[one] for one in dict.fromkeys(found) if one in self.by_id][:MAX_MATCHING]

    @cached_property
    def offered(self) -> Sequence[str]:
        """Every entry as it stands in an input, for the list of a page; none where they are too many."""
        written, size = [], 0
        for entry in self.entries():
            written.append(self.written(entry.id))
            size += len(written[-1].encode()) + len('<option value=""></option>')
            if size > MAX_OFFERED:
                return []
        return written

    def entries(self) -> Iterator[Entry]:
        """Every entry that may be chosen, in their order: all but the retired ones."""
        return (entry for entry in self.by_id.values() if entry.status is not Status.RETIRED)

    def _asks(self, entry_id: str, question: str) -> bool:
        return match_key(question) == match_key(self.by_id[entry_id].question)

    def _alike(self, text: str) -> list[str]:
        """The ids of the entries that ask `text` letter for letter, else but for how it is typed."""
        if text in self._ids:
            return self._ids[text]
        key = match_key(text)
        return [entry_id for question in same(key, self._ids) for entry_id in self._ids[question]] if key else []

    def _named(self, ids: Sequence[str]) -> str:
        return "".join(f"「{self.written(one)}」" for one in ids)


def _line(text: str) -> str:
    return " ".join(text.split())


def _holds(entry: Entry, words: Sequence[str]) -> bool:
    question = fold(entry.question)
    return all(word in question or word in entry.id for word in words)
