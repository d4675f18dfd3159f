"""A message as it was read: its kind, and each question in it with the rest as its context."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from index.message.frames import JOINING_WORDS
from index.message.joined_questions import joined_in, named_in
from index.message.kinds import Kind, kind_of
from index.message.phrases import ANNOUNCING, REQUEST
from index.message.sentences import Sentence, sentences
from index.message.written import only_language

MAX_QUESTIONS = 3  # of one message that are answered at once
CONTEXT = frozenset({Kind.SITUATION, Kind.QUOTE, Kind.HINT, Kind.TALK, Kind.TROUBLE, Kind.URGENT})
MENTION = re.compile(r"<(?:@[UW]|!subteam|!here|!channel|!everyone)[^>]*>")  # of others: ours is taken off before
TO_OTHERS = re.compile(rf"^\s*{MENTION.pattern}|[。！？!?\n]\s*{MENTION.pattern}\s*[^\s<]")
EACH = re.compile("それぞれ|両方(?:とも)?(?:でき|可能|お願い)")  # of the wishes before
MAX_INTRODUCTION = 10  # characters by which somebody says who they are


class MessageKind(StrEnum):
    """The kinds of messages, by what they want from us."""

    QUESTION = "question"
    THANKS = "thanks"
    ACKNOWLEDGEMENT = "acknowledgement"
    TALK = "talk"
    PERSON = "person"
    OTHER = "other"  # greetings, half sentences and what says nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a message; `context` are the sentences that tell its situation, "" for none.

    `wishes` are those of them that ask without being a question, and may want an answer of their own.
    """

    text: str
    context: str = ""
    wishes: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The question after its context."""
        return f"{self.context} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is the language of what was written; without a question, `questions` is empty."""

    text: str
    kind: MessageKind
    questions: tuple[Asked, ...] = ()
    half: bool = False  # announces what the next message says
    tells: bool = False  # tells something, and is not only said to oneself
    urgent: bool = False  # wants help now or tells of a fault, and asks nothing else
    empty: bool = False  # says nothing in words

    @property
    def whole(self) -> str:
        """All its questions with their context, without greetings and thanks; all its language where it asks none."""
        return " ".join(asked.whole for asked in self.questions) or self.text


@lru_cache(maxsize=200)  # read by the conversation and again by the query
def read_message(written: str) -> Message:
    """Read what somebody wrote at any door."""
    text = only_language(written)
    if TO_OTHERS.search(written):
        return Message(text, MessageKind.TALK)
    parts = _joined(_listed(_introduced([(sentence, kind_of(sentence)) for sentence in sentences(text)])))
    kinds = {kind for _, kind in parts}
    questions = tuple(_questions(parts))
    tells = Kind.SITUATION in kinds and Kind.TALK not in kinds
    half, urgent = Kind.HALF in kinds, Kind.URGENT in kinds and Kind.QUESTION not in kinds
    kind = MessageKind.QUESTION if kinds == {Kind.SITUATION} and len(questions) > 1 else _kind(kinds)
    return Message(text, kind, questions, half=half, tells=tells, urgent=urgent, empty=not parts)


def _introduced(parts: list[tuple[Sentence, Kind]]) -> list[tuple[Sentence, Kind]]:
    """The sentences with their kinds; beside a greeting 酒屋です greets too."""
    if all(kind is not Kind.GREETING for _, kind in parts):
        return parts
    return [(one, Kind.GREETING if _introduces(one, kind) else kind) for one, kind in parts]


def _listed(parts: list[tuple[Sentence, Kind]]) -> list[tuple[Sentence, Kind]]:
    """The sentences with their kinds; the items of a list that somebody wants to be told about ask, its head not."""
    heads = [_announces(sentence, kind) for sentence, kind in parts]
    asking = (
        kind is Kind.QUESTION or one.bare.endswith("か") or ANNOUNCING.search(one.text)
        for one, kind in parts
        if one.item
    )
    wants = any(heads) or any(asking)
    items = [one.item and wants and kind in (Kind.SITUATION, Kind.HINT) for one, kind in parts]
    asks = [
        item or ((one.item or any(heads)) and one.bare.endswith("か"))
        for item, (one, _) in zip(items, parts, strict=True)
    ]
    if not any(asks):
        return parts
    return [
        (one, Kind.QUESTION if ask else Kind.GREETING if head else kind)
        for ask, head, (one, kind) in zip(asks, heads, parts, strict=True)
    ]


def _announces(sentence: Sentence, kind: Kind) -> bool:
    """True when a sentence says that several things are asked for: 以下について教えてください · この3つです."""
    if sentence.item:
        return False
    return bool(ANNOUNCING.search(sentence.text) or (kind is Kind.GREETING and REQUEST.search(sentence.bare)))


def _joined(parts: list[tuple[Sentence, Kind]]) -> list[tuple[Sentence, Kind]]:
    """The sentences with their kinds; a wish to which another question is joined (それと、…) asks as well."""
    each = any(EACH.search(sentence.text) for sentence, kind in parts if kind is Kind.QUESTION)
    also = [JOINING_WORDS.sub("", sentence.text) != sentence.text for sentence, _ in parts]
    return [
        (one, Kind.QUESTION if kind is Kind.HINT and (each or any(also[n : n + 2])) else kind)
        for n, (one, kind) in enumerate(parts)
    ]


def _introduces(sentence: Sentence, kind: Kind) -> bool:
    said = sentence.bare
    names = said.endswith("者です") or (len(said) <= MAX_INTRODUCTION and said.endswith("です"))
    return kind is Kind.SITUATION and names and "件で" not in said


def _kind(kinds: set[Kind]) -> MessageKind:
    order = (
        (Kind.PERSON, MessageKind.PERSON),
        (Kind.QUESTION, MessageKind.QUESTION),
        (Kind.TROUBLE, MessageKind.PERSON),
        (Kind.URGENT, MessageKind.QUESTION),
        (Kind.HINT, MessageKind.QUESTION),
        (Kind.CORRECTION, MessageKind.QUESTION),
        (Kind.HALF, MessageKind.OTHER),
        (Kind.THANKS, MessageKind.THANKS),
        (Kind.GREETING, MessageKind.OTHER if Kind.SITUATION not in kinds else MessageKind.TALK),
        (Kind.TALK, MessageKind.TALK),
        (Kind.ACKNOWLEDGEMENT, MessageKind.ACKNOWLEDGEMENT),
        (Kind.SITUATION, MessageKind.TALK),
    )
    return next((of_message for kind, of_message in order if kind in kinds), MessageKind.OTHER)


def _questions(parts: list[tuple[Sentence, Kind]]) -> list[Asked]:
    """Each asking sentence with what was told before it since the last one; what comes after the last joins it."""
    found: list[tuple[list[tuple[Kind, str]], str]] = []  # what is told before a question, and the question
    parts = [
        (replace(sentence, text=text), kind)
        for sentence, kind in parts
        for text in (joined_in(sentence.text) if kind in (Kind.QUESTION, Kind.HINT) else [sentence.text])
    ]
    asking = {Kind.QUESTION, Kind.CORRECTION}
    if not any(kind in asking for _, kind in parts):
        asking = {Kind.HINT}
    told: list[tuple[Kind, str]] = []
    for sentence, kind in parts:
        if kind in asking:
            found.append((told, sentence.text))
            told = []
        elif kind in CONTEXT:
            told.append((kind, sentence.text))
    if not found:
        texts = [text for _, text in told]
        return [Asked(text) for text in (named_in(texts[0]) if len(texts) == 1 else [" ".join(texts)]) if text]
    found[-1][0].extend(told)
    return [_asked(text, before) for before, text in found]


def _asked(text: str, told: list[tuple[Kind, str]]) -> Asked:
    return Asked(text, " ".join(one for _, one in told), tuple(one for kind, one in told if kind is Kind.HINT))
