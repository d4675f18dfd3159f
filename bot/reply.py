"""The asker of a question, what is read of it, and the reply that a door shows for it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from index.asking.asking import AskedOutcome, Heard
from index.decision.decision import Abstain, Answer, Decision, Reason, Suggest
from index.decision.figures import Difference, differences
from index.message.message import MessageKind
from index.parameters import MAX_QUERY, MAX_SUGGESTIONS
from index.ranking.ranking import LAST
from index.snapshot import Outcome
from index.text.filters import drop_invisible
from knowledge.entry import Entry
from knowledge.questions.query_log import new_reference

MAX_LOOKED_AT = 4 * MAX_QUERY  # characters of a message, invisible ones and blanks among them
MAX_TURNS = 100  # of a conversation that are read, the last ones: each question may have to look through them all


@dataclass(frozen=True, slots=True)
class Asker:
    """A person at a door: `id` is the door's own name for the person, "" when there is none."""

    door: str
    id: str = ""
    is_visitor: bool = False  # known by an address alone, whom anybody can be


def member_of(workspace: str, user: str) -> str:
    """The id of a person where there are several workspaces: each of them may have somebody with the id `user`."""
    return f"{workspace}:{user}"


@dataclass(frozen=True, slots=True)
class Written:
    """The visible text of a message, MAX_QUERY characters at most, and whether there was more; its lines stay."""

    text: str
    is_cut: bool = False

    @classmethod
    def of(cls, text: str) -> "Written":
        """The part of a text that is read."""
        whole = text.strip()
        sound = whole[:MAX_LOOKED_AT].encode("utf-8", "ignore").decode()  # drops unpaired surrogates
        lines = [drop_invisible(line).strip() for line in sound.splitlines()]
        visible = "\n".join(lines).strip()
        return cls(visible[:MAX_QUERY], len(visible) > MAX_QUERY or len(whole) > MAX_LOOKED_AT)


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
    half: bool = False  # the message only announces what the next one says
    again: bool = False  # asked again after a reply of no help
    is_cut: bool = False  # more was written than is read
    is_left: bool = False  # more was asked than is answered at once

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

    def after(self, unhelpful: Collection[str]) -> "Reply":
        """This reply where those before were of no help: what they showed is not shown again, a person is offered."""
        further = tuple(one.after(unhelpful) for one in self.further)
        match self.decision:
            case Answer(hit):
                is_again = hit.entry.id in unhelpful
            case Suggest():
                is_again = True
            case Abstain():
                is_again = False
        if not is_again:
            return replace(self, further=further)
        hits = (hit for hit in self.outcome.ranking.hits if hit.score > LAST and hit.entry.id not in unhelpful)
        others = tuple(hits)[:MAX_SUGGESTIONS]
        decision = Suggest(others) if others else Abstain(Reason.UNKNOWN)
        return replace(
            self, outcome=replace(self.outcome, decision=decision), differences=(), further=further, again=True
        )


def reply_of(one: AskedOutcome, heard: Heard, revision: int, milliseconds: float, previous: Entry | None) -> Reply:
    """The reply to one of the questions heard in a message; `previous` is the entry shown before it."""
    return Reply(
        reference=new_reference(),
        query=one.asked,
        outcome=one.outcome,
        revision=revision,
        milliseconds=milliseconds,
        differences=_differences(one.asked, one.outcome.decision),
        follows=previous if one.follows else None,
        asked=one.asked,
        message=heard.kind,
        half=heard.message.half and heard.kind is MessageKind.OTHER,
    )


def _differences(query: str, decision: Decision) -> tuple[Difference, ...]:
    match decision:
        case Answer(hit):
            return tuple(differences(query, hit.entry.answer))
        case Suggest() | Abstain():
            return ()
