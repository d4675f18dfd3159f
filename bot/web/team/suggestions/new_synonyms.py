"""Synonym rules proposed for words that no entry has, each with what it would win and lose."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.web.team.suggestions.wordings import Wording
from index.review.new_words import NewWord, new_words, with_word
from index.review.pricing import Price, Right, asked_times, price
from index.review.replay import Replay
from index.text.analyzer import Analyzer
from knowledge.list_name import ListName
from knowledge.questions.set_aside import proposal_key
from knowledge.revisions.store import Change, KnowledgeBase

MOST_TEXTS = 100  # whose unknown words are looked at
MOST = 12  # rules that are priced


@dataclass(frozen=True, slots=True)
class NewSynonym:
    """A rule with its price; `times` says how often each text that it wins was asked in vain."""

    new: NewWord
    price: Price
    times: Mapping[str, int]

    @property
    def won(self) -> int:
        """The number of real questions that it wins."""
        return sum(self.times.values())

    @property
    def key(self) -> str:
        """The key by which it is set aside."""
        return key_of(self.new)

    def change_of(self, base: KnowledgeBase, analyzer: Analyzer) -> Change:
        """The synonyms of `base` with the rule."""
        return Change(lists={ListName.SYNONYMS: self.new.added_to(base.lists.synonyms, analyzer)})

    def is_open(self, base: KnowledgeBase) -> bool:
        """False where a rule of `base` has the word by now."""
        return not any(self.new.word in rule.sources for rule in base.lists.synonym_rules)


def key_of(new: NewWord) -> str:
    """The key of a rule whose word is set aside, whatever it may mean; no entry's id has a dot."""
    return proposal_key(ListName.SYNONYMS.file, new.word)


def new_synonyms(
    replay: Replay,
    missed: Sequence[Wording],
    right: Right,
    asked: Counter[str],
    *,
    aside: Collection[str],
    is_time: Callable[[], bool],
) -> tuple[list[NewSynonym], int]:
    """The rules that win a real question and lose none, best first, one a word; and how many wait for time."""
    tried = [new for new in _likeliest(replay, missed) if key_of(new) not in aside][:MOST]
    questions, best = replay.having({new.word for new in tried}), dict[str, NewSynonym]()
    for number, new in enumerate(tried):
        if not is_time():
            return sorted(best.values(), key=_order), len(tried) - number
        changed = replay.changed_by_word(with_word(replay.live.snapshot, new), questions[new.word])
        found = price(changed, right)
        one = NewSynonym(new, found, asked_times(found, asked))
        if one.won and not found.losses:
            best[new.word] = min(best.get(new.word, one), one, key=_order)
    return sorted(best.values(), key=_order), 0


def _likeliest(replay: Replay, missed: Sequence[Wording]) -> list[NewWord]:
    """The rules that the most texts speak for, then the likeliest."""
    index, likely = replay.live.snapshot.index, defaultdict[NewWord, float](float)
    for one in missed[:MOST_TEXTS]:
        for new, how_likely in new_words(index, one.text, one.entry.id):
            likely[new] += how_likely
    return sorted(likely, key=lambda new: -likely[new])


def _order(one: NewSynonym) -> tuple[int, int, str]:
    return -one.won, len(one.price.unproven), one.new.word
