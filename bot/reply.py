"""The asker of a question, and the reply that a door shows for it."""

from dataclasses import dataclass

from index.decision.decision import Decision
from index.decision.figures import Difference
from index.message.message import MessageKind
from index.snapshot import Outcome
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Asker:
    """A person at a door: `id` is the door's own name for the person, "" when there is none."""

    door: str
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The outcome of one question, with the facts that a door shows beside it."""

    reference: str
    query: str
    outcome: Outcome
    revision: int
    milliseconds: float
    differences: tuple[Difference, ...] = ()  # figures of the question that the answer does not have
    follows: Entry | None = None  # the entry with whose subject the question was read
    asked: str = ""  # the question that it is the outcome of, where it is a part of the message `query`
    message: MessageKind = MessageKind.QUESTION
    further: tuple["Reply", ...] = ()  # the replies to further questions of the same message

    @property
    def wants_reply(self) -> bool:
        """False for thanks, acknowledgements and talk, which ask nothing."""
        return self.message in (MessageKind.QUESTION, MessageKind.PERSON)

    @property
    def every(self) -> tuple["Reply", ...]:
        """The replies to all questions of the message, the first one first."""
        return (self, *self.further)

    @property
    def decision(self) -> Decision:
        """Answer, suggest or abstain, with the hits."""
        return self.outcome.decision

    @property
    def confidence(self) -> float:
        """The confidence (0 to 1) in the best hit."""
        return self.outcome.confidence

    @property
    def entry(self) -> Entry | None:
        """The entry that answers, or that declines; None for suggestions and plain abstentions."""
        return self.outcome.entry

    @property
    def kind(self) -> str:
        """The decision's name as logs and JSON carry it: answer, suggest or abstain."""
        return self.outcome.kind
