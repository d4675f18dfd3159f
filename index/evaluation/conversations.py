"""Conversations with the outcome that each turn wants, as JSON lines; `faqbot evaluate --conversations`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.asking.asking import Heard, hear
from index.asking.turns import Turn
from index.decision.decision import Answer, Suggest
from index.message.message import MessageKind
from index.snapshot import Outcome, Snapshot
from knowledge.errors import FaqError
from knowledge.file_io import read_lines

EXPECTATIONS = ("answer", "both", "refuse", "silent", "courtesy", "person")
HINT = (
    '1行に {"id": "…", "place": "dm", "turns": [{"who": "asker", "text": "…", "expect": "answer:項目のid"}]} '
    "と書きます。"
    "expect は answer・both・refuse・silent・courtesy・person のどれかです。"
)
BOT = "<@U0BOT>"  # stands for the bot wherever a turn mentions it


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A message and its wanted outcome: answer:ID, both:ID+ID, refuse, silent, courtesy or person."""

    who: str
    text: str
    expect: str

    @property
    def right(self) -> tuple[str, ...]:
        """The ids of the entries of which any is right, none where no answer is wanted."""
        kind, _, ids = self.expect.partition(":")
        return tuple(ids.split("|")) if kind == "answer" else ()

    @property
    def both(self) -> tuple[tuple[str, ...], ...]:
        """For a message with two questions the right entries of each."""
        kind, _, ids = self.expect.partition(":")
        return tuple(tuple(part.split("|")) for part in ids.split("+")) if kind == "both" else ()

    @property
    def refused(self) -> bool:
        """True where no entry may answer."""
        return self.expect == "refuse"


@dataclass(frozen=True, slots=True)
class SpokenConversation:
    """A conversation in a direct message (dm) or a thread."""

    id: str
    place: str
    turns: Sequence[SpokenTurn]

    @property
    def heard(self) -> list[SpokenTurn]:
        """The turns that the bot may answer: the asker's, and those that mention it."""
        return [turn for turn in self.turns if turn.who == "asker" or BOT in turn.text]


def read_conversations(path: Path) -> list[SpokenConversation]:
    """The conversations of a file, one JSON object a line: id, place, turns with who, text, expect.

    Raises FaqError for a line that is not one, naming it.
    """
    found = []
    for number, line in enumerate(read_lines(path), start=1):
        if line.strip():
            try:
                found.append(_conversation(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise FaqError(f"{path} の{number}行目を会話として読めません: {error}", HINT) from error
    return found


def _conversation(values: dict[str, Any]) -> SpokenConversation:
    turns = [SpokenTurn(t["who"], t["text"], t["expect"]) for t in values["turns"]]
    wrong = [turn.expect for turn in turns if turn.expect.partition(":")[0] not in EXPECTATIONS]
    if wrong:
        raise ValueError(f"expect「{wrong[0]}」")
    return SpokenConversation(values["id"], values["place"], turns)


def play(snapshot: Snapshot, conversation: SpokenConversation) -> list[tuple[SpokenTurn, Heard]]:
    """The results of the turns that the bot hears, with its own replies between them."""
    said: list[Turn] = []
    found = []
    for turn in conversation.heard:
        heard = hear(snapshot, turn.text.replace(BOT, ""), said)
        said.append(replied(turn.text, heard))
        found.append((turn, heard))
    return found


def replied(text: str, heard: Heard) -> Turn:
    """The turn that a message becomes, with what the reply showed."""
    return Turn(text, tuple(entry for one in heard.outcomes if (entry := shown(one.outcome))))


class Result(StrEnum):
    """A turn with the outcome that it got."""

    RIGHT = "right"
    SUGGESTED = "suggested"  # not shown, but among the suggestions
    LOST = "lost"  # replied, and neither
    SILENT = "silent"  # not replied where a reply was wanted
    REPLIED = "replied"  # replied where none was wanted
    WRONG = "wrong"  # another entry was shown as the answer


def measure_conversations(
    snapshot: Snapshot, conversations: Sequence[SpokenConversation]
) -> dict[str, dict[Result, int]]:
    """How many turns of each expectation came to what; they are played with our own replies between them."""
    counts: dict[str, dict[Result, int]] = {}
    for conversation in conversations:
        for turn, heard in play(snapshot, conversation):
            counted = counts.setdefault(turn.expect.partition(":")[0], dict.fromkeys(Result, 0))
            counted[judged(turn, heard)] += 1
    return counts


def judged(turn: SpokenTurn, heard: Heard) -> Result:
    """The result of one turn."""
    outcomes = [one.outcome for one in heard.outcomes] if heard.kind is MessageKind.QUESTION else []
    answered = [outcome for outcome in outcomes if isinstance(outcome.decision, Answer)]
    if turn.expect in ("silent", "courtesy"):
        return Result.REPLIED if outcomes or heard.kind is MessageKind.PERSON else Result.RIGHT
    if turn.expect == "person" and heard.kind is MessageKind.PERSON:
        return Result.RIGHT
    if not outcomes:
        return Result.SILENT
    wanted = turn.both or ((turn.right,) if turn.right else ())
    if not wanted:  # a refusal, or a person: every refusal names the way to one
        return Result.WRONG if answered else _refused(outcomes)
    return _answered(wanted, outcomes)


def _answered(wanted: Sequence[Sequence[str]], outcomes: Sequence[Outcome]) -> Result:
    """The result where each of `wanted`, ids of entries of which any is right, should be shown."""
    if all(any(shown(outcome) in right for outcome in outcomes) for right in wanted):
        return Result.RIGHT
    known = {entry for right in wanted for entry in right}
    if any(isinstance(one.decision, Answer) and shown(one) not in known for one in outcomes):
        return Result.WRONG
    return Result.SUGGESTED if all(any(_is_near(one, right) for one in outcomes) for right in wanted) else Result.LOST


def shown(outcome: Outcome) -> str:
    """The id of the entry that a reply shows, "" for suggestions and where none is shown."""
    return outcome.entry.id if outcome.entry else ""


def _refused(outcomes: Sequence[Outcome]) -> Result:
    return Result.SUGGESTED if any(isinstance(one.decision, Suggest) for one in outcomes) else Result.RIGHT


def _is_near(outcome: Outcome, right: Sequence[str]) -> bool:
    """True when the reply shows a right entry or offers one."""
    match outcome.decision:
        case Suggest(hits):
            return any(hit.entry.id in right for hit in hits)
        case _:
            return shown(outcome) in right
