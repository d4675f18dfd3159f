"""A question in its parts: what it is about, how it ends, and what other sentences are made of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Self

from index.text.tokenizer import Token, Tokenizer

SENTENCE = re.compile("[？?。!！]")
OPEN = re.compile("[何誰]|どう|どの|どこ|どちら|どんな|どれ|いつ|いくら|いくつ|だれ|なぜ|なに|なん")
POTENTIAL = re.compile("(?:[えけげせぜてねべめれ]|でき)$")  # 変更でき, 選べ, もらえ
TURNED = (("ありますか", "ない"), ("かかりますか", "かからない"), ("必要ですか", "必要ない"))
REQUEST = re.compile(  # プランは途中で変更できますか: what, and what is done with it
    "(?P<thing>.+?)[をは]、?(?:[^をはが、]{0,5})(?<![一-龠])"
    "(?P<done>(?![利使]用|参加|確認|受診|記入|管理|処分|[入退来]|何)[一-龠]{2,4})"  # not what askers do themselves
    "(?:(?:することは)?でき|して(?:もらえ|いただけ))ますか"
)
NOUNS = ("名詞", "接頭辞", "接尾辞", "記号", "補助記号")
JOINING = frozenset(["の", "や", "と"])  # particles within a noun phrase
VAGUE = frozenset(["事", "の", "時", "所", "場合", "物", "方", "為", "後", "前", "間", "此方", "其方", "私", "貴方"])
TOLD = re.compile("(?:について)?を?教えてください")  # ends what is asked without は


@dataclass(frozen=True)
class Question:
    """One sentence that asks, without its mark, and its words."""

    text: str
    words: Sequence[Token]

    @classmethod
    def of(cls, text: str, tokenizer: Tokenizer) -> Self:
        """The first sentence of `text`."""
        first = " ".join(SENTENCE.split(text.strip())[0].split())
        return cls(first, tokenizer.tokenize(first))

    @property
    def is_open(self) -> bool:
        """True when yes and no are no answers to it."""
        return bool(OPEN.search(self.text))

    @cached_property
    def topic(self) -> str:
        """The topic: the noun phrase before the first は, or before を教えてください; "" where there is none."""
        at = next((n for n, word in enumerate(self.words) if _is_topic_mark(word)), 0)
        told = TOLD.search(self.text)
        if not at and told:
            return _noun_phrase(self._words_before(told.start()))
        return _noun_phrase(self.words[:at])

    @cached_property
    def request(self) -> str:
        """The thing that the asker may want to be done (プランの変更), "" where it asks for something else."""
        found = REQUEST.fullmatch(self.text)
        words = self._words_before(found.end("thing")) if found else ()
        thing = _noun_phrase(words)
        is_plain = thing and not any(word.pos == "動詞" and word.surface in thing for word in words)
        return f"{thing}の{found['done']}" if found and is_plain else ""

    def _words_before(self, end: int) -> Sequence[Token]:
        """The words of the first `end` characters."""
        starts = list(accumulate((len(word.surface) for word in self.words), initial=0))
        return self.words[: starts.index(end)] if end in starts and not self._has_blanks else ()

    @property
    def te_form(self) -> str:
        """The sentence going on after what can be done (プランは変更できて), "" where it asks for something else."""
        return f"{stem}て" if (stem := self._potential) else ""

    @property
    def negated_clause(self) -> str:
        """The question denied and put in front of a noun (プランが変更できない); "" where that cannot be said."""
        clause = self._clause()
        ended = next(((clause, end, no) for end, no in TURNED if clause.endswith(end)), None)
        if ended:
            return clause.removesuffix(ended[1]) + ended[2]
        return clause.removesuffix("ますか") + "ない" if clause and self._potential else ""

    @property
    def _has_blanks(self) -> bool:
        """True where the words are not all of the text, since blanks belong to none."""
        return any(map(str.isspace, self.text))

    @property
    def _potential(self) -> str:
        stem = self.text.removesuffix("ますか")
        is_verb = len(self.words) > 2 and self.words[-3].pos in ("動詞", "助動詞") and stem != self.text
        return stem if is_verb and POTENTIAL.search(stem) else ""

    def _clause(self) -> str:
        """The text with は as it is said within a sentence; "" with several, and with what cannot stand there."""
        marks = [n for n, word in enumerate(self.words) if _is_topic_mark(word)]
        if len(marks) > 1 or self._has_blanks or any(word.surface in ("も", "でも") for word in self.words):
            return ""
        said = [word.surface for word in self.words]
        for n in marks:
            said[n] = "" if self.words[n - 1].pos == "助詞" else "が"
            if said[n + 1 : n + 2] == ["、"]:
                said[n + 1] = ""
        return "".join(said)


def _is_topic_mark(word: Token) -> bool:
    return word.surface == "は" and word.pos == "助詞"


def _noun_phrase(words: Sequence[Token]) -> str:
    """The noun phrase at the end of `words`, with a clause that describes it; "" where they end otherwise."""
    if not words or words[-1].pos not in NOUNS or words[-1].lemma in VAGUE:
        return ""
    start, in_clause = len(words), False
    while start:
        word, after = words[start - 1], words[start] if start < len(words) else None
        if word.surface == "、":
            if start < 2 or words[start - 2].pos not in NOUNS or words[start - 2].lemma in VAGUE:
                break
        elif word.pos == "助詞" and not in_clause:
            joins = word.surface in JOINING or (after is not None and after.surface == "の")
            if not joins:
                break
        in_clause = in_clause or word.pos in ("動詞", "助動詞", "形容詞")
        start -= 1
    return "".join(word.surface for word in words[start:])
