"""Asking a message: an outcome for each of its questions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.asking.follow_up import follow_up
from index.asking.turns import Conversation, Turn, read_within, resolved
from index.decision.decision import Abstain, Answer, Reason
from index.decision.elsewhere import is_about_another
from index.decision.other_things import other_things
from index.message.frames import unframed
from index.message.joined_questions import completed
from index.message.message import MAX_QUESTIONS, Asked, Message, MessageKind
from index.ranking.ranking import Query, Ranking
from index.snapshot import Outcome, Snapshot

MAX_ASKED = 8  # questions of a message that are asked each by itself: two hundred short ones take seconds
UNDERSTOOD = 0.35  # confidence from which a part of a message is a question of its own
LIKELY = 0.5  # confidence from which each part has suggestions of its own where none is answered
BARE = 16  # characters; a shorter question is asked with what was told before it: 差し支えありませんか


@dataclass(frozen=True, slots=True)
class AskedOutcome:
    """One question of a message with its outcome; `follows` says that it was read with what was said before."""

    asked: str
    outcome: Outcome
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """The kind of a message, and an outcome for each of its questions; where it asks none, one that says so."""

    kind: MessageKind
    message: Message
    outcomes: tuple[AskedOutcome, ...]

    @property
    def is_left(self) -> bool:
        """True when the message asks more than is answered at once."""
        return len(self.outcomes) == MAX_QUESTIONS < len(self.message.questions)


def hear(snapshot: Snapshot, written: str, conversation: Conversation = ()) -> Heard:
    """Read what somebody wrote to us in a conversation, and ask what it asks.

    What tells without asking is asked at the beginning of a conversation; later only where it is answered by itself.
    What is urgent calls for a person where nothing answers it.
    """
    message = read_within(written, conversation)
    kind = message.kind
    if message.empty:  # 👍 in a conversation acknowledges; at its beginning it cannot be read
        kind = MessageKind.ACKNOWLEDGEMENT if conversation else MessageKind.QUESTION
    if kind is MessageKind.QUESTION:
        outcomes = tuple(ask_message(snapshot, message, conversation))
        if not message.urgent or any(isinstance(one.outcome.decision, Answer) for one in outcomes):
            return Heard(kind, message, outcomes)
        kind = MessageKind.PERSON
    if kind is MessageKind.TALK and message.questions and (message.tells or not conversation):
        outcomes = tuple(ask_message(snapshot, message, conversation))
        by_itself = (one for one in outcomes if not one.follows)
        if not conversation or any(isinstance(one.outcome.decision, Answer) for one in by_itself):
            return Heard(MessageKind.QUESTION, message, outcomes)
    reason = Reason.PERSON if kind is MessageKind.PERSON else Reason.NOT_ASKED
    index = snapshot.index
    nothing = Ranking.nothing(Query.of(message.text, index.analyzer, None), index.names)
    return Heard(kind, message, (AskedOutcome(message.whole, Outcome(Abstain(reason), 0.0, nothing)),))


def ask_message(snapshot: Snapshot, message: Message, conversation: Conversation = ()) -> list[AskedOutcome]:
    """The outcome of each question of a message, at most MAX_QUESTIONS, the first question first.

    A message is cut into its questions only where they lead to different entries; else it is one question with
    its situation. What asks nothing is asked as it stands.
    """
    several = len(message.questions) > 1 or any(asked.wishes for asked in message.questions)
    parts = _parts(snapshot, message.questions, conversation) if several else []
    kept = parts if _are_several(snapshot, parts) else [_ask(snapshot, message.whole, conversation)]
    return [one if one.follows else replace(one, outcome=snapshot.reordered(one.outcome)) for one in kept]


def _ask(snapshot: Snapshot, text: str, conversation: Conversation) -> AskedOutcome:
    """The outcome without the second stage, which takes longer than all the rest: only what is kept needs it."""
    text = resolved(text, conversation)
    alone = snapshot.decided(snapshot.index.rank(snapshot.index.query(text)))
    outcome = follow_up(snapshot, alone, conversation) if conversation else None
    return AskedOutcome(text, outcome or alone, outcome is not None)


def _parts(snapshot: Snapshot, questions: Sequence[Asked], conversation: Conversation) -> list[AskedOutcome]:
    """Each of the first questions by itself, or as following the one before where it is not understood so.

    Wishes beside them that are answered by themselves come last. Equal answers are there once.
    """
    found: list[AskedOutcome] = []
    wishes = [unframed(wish) for asked in questions for wish in asked.wishes][:MAX_QUESTIONS]
    texts = completed([unframed(asked.text) for asked in questions[:MAX_ASKED]])
    for asked, text in zip(questions[:MAX_ASKED], texts, strict=True):
        one = _ask(snapshot, text, conversation)
        if asked.context and (len(text) <= BARE or not isinstance(one.outcome.decision, Answer)):
            told = _ask(snapshot, f"{asked.context} {text}", conversation)
            one = told if len(text) <= BARE else max(one, told, key=_confidence)
        if found and one.outcome.confidence < UNDERSTOOD:
            before = Turn(found[-1].asked, _shown(found[-1].outcome))
            one = max(one, _ask(snapshot, text, [*conversation, before]), key=_confidence)
        found.append(one)
    wished = (_ask(snapshot, wish, conversation) for wish in wishes)
    found += (one for one in wished if _is_settled(one.outcome) and not one.follows)
    sure = [one for one in found if one.outcome.confidence >= UNDERSTOOD]
    return list({_best(one): one for one in reversed(sure)}.values())[::-1][:MAX_QUESTIONS]


def _are_several(snapshot: Snapshot, parts: Sequence[AskedOutcome]) -> bool:
    """True when the parts say more than the whole would: two are understood, and one is answered or all are likely.

    Where one is about another organisation or thing, the others may be about it too: あっちは無料ですか.
    """
    likely = all(one.outcome.confidence >= LIKELY for one in parts)
    settled = any(_is_settled(one.outcome) for one in parts)
    return len(parts) > 1 and (likely or settled) and not any(_is_elsewhere(snapshot, one) for one in parts)


def _is_elsewhere(snapshot: Snapshot, one: AskedOutcome) -> bool:
    ranking = one.outcome.first_stage
    return is_about_another(one.asked) or bool(other_things(snapshot.index, ranking.query.text, ranking.order[0]))


def _is_settled(outcome: Outcome) -> bool:
    match outcome.decision:
        case Answer():
            return True
        case Abstain(reason, _):
            return reason is Reason.DECLINED
        case _:
            return False


def _confidence(one: AskedOutcome) -> float:
    return one.outcome.confidence


def _best(one: AskedOutcome) -> str:
    hits = one.outcome.ranking.hits
    return hits[0].entry.id if hits else ""


def _shown(outcome: Outcome) -> tuple[str, ...]:
    return (outcome.ranking.hits[0].entry.id,) if outcome.ranking.hits and outcome.confidence >= UNDERSTOOD else ()
