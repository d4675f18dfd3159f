"""A message as it was read: its kind, and each question in it with the rest as its context."""

import re
from dataclasses import dataclass
from enum import StrEnum

from index.message.kinds import Kind, kind_of
from index.message.sentences import Sentence, sentences
from index.message.written import language

MAX_QUESTIONS = 3  # that one message is cut into; the last one keeps the rest
CONTEXT = frozenset({Kind.SITUATION, Kind.QUOTE, Kind.HINT, Kind.TALK})
AND = re.compile(r"[、,。]?\s*(?:それと|それから|そして|あと|また|並びに|ならびに|ついでに|加えて|and also)[、,は]?\s*|(?<=と)、")


class MessageKind(StrEnum):
    """What a message as a whole wants from us."""

    QUESTION = "question"
    THANKS = "thanks"
    ACKNOWLEDGEMENT = "acknowledgement"
    TALK = "talk"
    PERSON = "person"
    OTHER = "other"  # greetings, half sentences and what says nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a message; `context` are the sentences that tell its situation, "" for none."""

    text: str
    context: str = ""

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

    @property
    def whole(self) -> str:
        """All its questions with their context, without greetings and thanks; all its language where it asks none."""
        return " ".join(asked.whole for asked in self.questions) or self.text


def read_message(written: str) -> Message:
    """Read what somebody wrote at any door."""
    text = language(written)
    parts = [(sentence, kind_of(sentence)) for sentence in sentences(text)]
    kinds = {kind for _, kind in parts}
    questions = tuple(_questions(parts))
    return Message(text, _kind(kinds), questions, Kind.HALF in kinds)


def _kind(kinds: set[Kind]) -> MessageKind:
    order = (
        (Kind.PERSON, MessageKind.PERSON),
        (Kind.QUESTION, MessageKind.QUESTION),
        (Kind.HINT, MessageKind.QUESTION),
        (Kind.CORRECTION, MessageKind.QUESTION),
        (Kind.HALF, MessageKind.OTHER),
        (Kind.THANKS, MessageKind.THANKS),
        (Kind.TALK, MessageKind.TALK),
        (Kind.ACKNOWLEDGEMENT, MessageKind.ACKNOWLEDGEMENT),
        (Kind.SITUATION, MessageKind.TALK),
    )
    return next((of_message for kind, of_message in order if kind in kinds), MessageKind.OTHER)


def _questions(parts: list[tuple[Sentence, Kind]]) -> list[Asked]:
    """Each asking sentence with what was told before it since the last one; what comes after the last joins it."""
    found: list[tuple[list[str], list[str]]] = []  # contexts, questions
    asking = {Kind.QUESTION, Kind.CORRECTION}
    if not any(kind in asking for _, kind in parts):
        asking = {Kind.HINT}
    context: list[str] = []
    for sentence, kind in parts:
        if kind in asking:
            found.append((context, [sentence.text]))
            context = []
        elif kind in CONTEXT:
            context.append(sentence.text)
    if not found:
        return [Asked(" ".join(context))] if context else []
    if context:
        found[-1][0].extend(context)
    return [Asked(" ".join(questions), " ".join(told)) for told, questions in found]
