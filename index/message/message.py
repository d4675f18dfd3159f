"""A message as it was read: its kind, and each question in it with the rest as its context."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from index.message.kinds import Kind, kind_of
from index.message.phrases import ANNOUNCING, REQUEST
from index.message.sentences import Sentence, sentences
from index.message.written import language

LEAST_PIECE = 4  # characters of a question that is cut off
MAX_QUESTIONS = 3  # of one message that are answered at once
CONTEXT = frozenset({Kind.SITUATION, Kind.QUOTE, Kind.HINT, Kind.TALK, Kind.TROUBLE})
AND = re.compile(  # between two questions of one sentence; それとも chooses within one
    r"(?<=か)(?:と?[、,]\s*(?!それとも|または|あるいは)(?:それと|それから|あと(?!の|で)|また)?|(?:それと(?!も)|それから|あと(?!の|で)))[、,]?\s*(?=.{4,}か(?!ら))"
    r"|[、,]\s*(?:(?:それと(?!も)|それから|および|及び|並びに|ついでに|加えて)[、,は]?|(?:あと|また)[、,は])\s*"
    r"|(?<=と)[、,]\s*(?=.{3,}(?:教え|知りたい|聞きたい|伺い|示し|お願い|ですか))|(?:および|及び|並びに|ならびに)"
    r"|,?\s+and\s+(?:also\s+)?(?=(?:how|what|when|where|which|who|why|can|could|do|does|is|are|will|would|may|should)\b)"
    r"|[,，]\s*(?:另外|还有|而且|그리고)\s*"
)
MENTION = re.compile(r"<(?:@[UW]|!subteam|!here|!channel|!everyone)[^>]*>")  # of others: ours is taken off before
TO_OTHERS = re.compile(rf"^\s*{MENTION.pattern}|[。！？!?\n]\s*{MENTION.pattern}\s*[^\s<]")
MAX_INTRODUCTION = 10  # characters by which somebody says who they are


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
    tells: bool = False  # tells something, and is not only said to oneself
    empty: bool = False  # says nothing in words

    @property
    def whole(self) -> str:
        """All its questions with their context, without greetings and thanks; all its language where it asks none."""
        return " ".join(asked.whole for asked in self.questions) or self.text


def read_message(written: str) -> Message:
    """Read what somebody wrote at any door."""
    text = language(written)
    if TO_OTHERS.search(written):
        return Message(text, MessageKind.TALK)
    parts = _listed(_introduced([(sentence, kind_of(sentence)) for sentence in sentences(text)]))
    kinds = {kind for _, kind in parts}
    questions = tuple(_questions(parts))
    tells = Kind.SITUATION in kinds and Kind.TALK not in kinds
    return Message(text, _kind(kinds), questions, half=Kind.HALF in kinds, tells=tells, empty=not parts)


def _introduced(parts: list[tuple[Sentence, Kind]]) -> list[tuple[Sentence, Kind]]:
    """The sentences with their kinds; beside a greeting 酒屋です greets too."""
    if all(kind is not Kind.GREETING for _, kind in parts):
        return parts
    return [(one, Kind.GREETING if _introduces(one, kind) else kind) for one, kind in parts]


def _listed(parts: list[tuple[Sentence, Kind]]) -> list[tuple[Sentence, Kind]]:
    """The sentences with their kinds; the items of a list that somebody wants to be told about ask."""
    wants = any(
        ANNOUNCING.search(sentence.text)
        or (REQUEST.search(sentence.bare) and (kind is Kind.GREETING or (kind is Kind.QUESTION and sentence.item)))
        for sentence, kind in parts
    )
    return [(one, Kind.QUESTION if wants and one.item and kind is Kind.SITUATION else kind) for one, kind in parts]


def _introduces(sentence: Sentence, kind: Kind) -> bool:
    said = sentence.bare
    return kind is Kind.SITUATION and len(said) <= MAX_INTRODUCTION and said.endswith("です") and "件で" not in said


def _kind(kinds: set[Kind]) -> MessageKind:
    order = (
        (Kind.PERSON, MessageKind.PERSON),
        (Kind.QUESTION, MessageKind.QUESTION),
        (Kind.TROUBLE, MessageKind.PERSON),
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
    found: list[tuple[list[str], list[str]]] = []  # contexts, questions
    parts = [(part, kind) for sentence, kind in parts for part in _cut(sentence, kind)]
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


def _cut(sentence: Sentence, kind: Kind) -> list[Sentence]:
    """The questions that one asking sentence joins (「AかとBか」「AとBを教えて」), or the sentence."""
    if kind not in (Kind.QUESTION, Kind.HINT):
        return [sentence]
    pieces = [piece.strip() for piece in AND.split(sentence.text)]
    if len(pieces) != 2 or min(map(len, pieces)) < LEAST_PIECE:
        return [sentence]
    return [replace(sentence, text=piece) for piece in pieces]
