"""Texts that people asked, as variants of the entry that they meant by what they pressed or editors judged."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from index.review.pricing import Right
from index.snapshot_builder import judged_for
from knowledge.entry import Entry
from knowledge.entry_rules import faults_of
from knowledge.list_name import ListName
from knowledge.match_key import match_key
from knowledge.questions.pressed import Pressed
from knowledge.questions.set_aside import proposal_key
from knowledge.revisions.store import Change, KnowledgeBase

LEAST_ASKERS = 2  # one person may press anything; where an editor judged the text, none is needed
LEAST_LETTERS = 4  # of a text without blanks and signs: a shorter one is read in its conversation
HIDDEN = re.compile(r"\[\w+\]")  # a word that was redacted


@dataclass(frozen=True, slots=True)
class Wording:
    """A text proposed for an entry: how many people meant that entry, and whether an editor judged so."""

    text: str
    entry: Entry
    askers: int
    times: int
    is_judged: bool = False

    @property
    def key(self) -> str:
        """The key by which it is set aside."""
        return proposal_key(self.entry.id, self.text)

    @property
    def change(self) -> Change:
        """The entry with the text among its variants."""
        return Change(put=(replace(self.entry, variants=(*self.entry.variants, self.text)),))

    def change_of(self, base: KnowledgeBase) -> Change:
        """The same, and the text is no judged query of `base` any more: an entry's own text tells nothing as one."""
        if not self.is_judged:
            return self.change
        lines = base.lists.judged.splitlines(keepends=True)
        left = [line for line in lines if match_key(line.partition("\t")[0]) != match_key(self.text)]
        return replace(self.change, lists={ListName.JUDGED: "".join(left)})


def judged_right(base: KnowledgeBase) -> Right:
    """The right entries of every judged query, none where it must not be answered."""
    return {match_key(one.text): frozenset(one.entries) for one in judged_for(base) if match_key(one.text)}


def pressed_right(pressed: Sequence[Pressed]) -> Right:
    """The right entry of each question for which enough people pressed one."""
    return {match_key(one.text): frozenset({one.entry_id}) for one in pressed if one.askers >= LEAST_ASKERS}


def wordings(
    base: KnowledgeBase, now: datetime, pressed: Sequence[Pressed], asked: Counter[str], judged: Right
) -> list[Wording]:
    """The texts that may be proposed, each once; `asked` are all that got no answer, `judged` the editors' verdicts.

    None is an entry's own text, holds a redacted word, or is judged to belong elsewhere.
    """
    owned = {match_key(own) for entry in base.entries for own in (entry.question, *entry.variants)}
    found: dict[str, Wording] = {}
    for one in (*_judged(base, asked, judged), *_pressed(base, pressed, judged)):
        key = match_key(one.text)
        is_fit = len(key) >= LEAST_LETTERS and not HIDDEN.search(one.text) and key not in owned
        if is_fit and one.entry.is_live(now) and not list(faults_of(one.change.put[0])):
            found[key] = one  # how many pressed it is known of the latter alone
    return list(found.values())


def _pressed(base: KnowledgeBase, pressed: Sequence[Pressed], judged: Right) -> Iterator[Wording]:
    for one in pressed:
        entry, verdict = base.by_id.get(one.entry_id), judged.get(match_key(one.text))
        if entry and (one.askers >= LEAST_ASKERS if verdict is None else entry.id in verdict):
            yield Wording(one.text, entry, one.askers, one.times, verdict is not None)


def _judged(base: KnowledgeBase, asked: Counter[str], judged: Right) -> Iterator[Wording]:
    """The texts that were asked and that belong to one entry, as an editor said."""
    spelled: dict[str, Counter[str]] = {}
    for text, times in asked.items():
        if len(judged.get(match_key(text), ())) == 1:
            spelled.setdefault(match_key(text), Counter())[text] += times
    for key, texts in spelled.items():
        (entry_id,) = judged[key]
        if entry := base.by_id.get(entry_id):
            yield Wording(texts.most_common(1)[0][0], entry, 0, texts.total(), is_judged=True)
