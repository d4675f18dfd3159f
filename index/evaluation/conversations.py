"""Conversations with the outcome that each turn wants, as JSON lines; `faqbot evaluate --conversations`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.asking.asking import Heard, hear
from index.asking.turns import Turn
from index.snapshot import Outcome, Snapshot

BOT = "<@U0BOT>"  # stands for the bot wherever a turn mentions it


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """What somebody writes, and what is wanted: answer:ID, both:ID+ID, refuse, silent, courtesy or person.

    `also` are outcomes that are acceptable too.
    """

    who: str
    text: str
    expect: str
    also: tuple[str, ...] = ()

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
    """The conversations of a file, one JSON object a line: id, place, turns with who, text, expect, also."""
    return [_conversation(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _conversation(values: dict[str, Any]) -> SpokenConversation:
    turns = [SpokenTurn(t["who"], t["text"], t["expect"], tuple(t.get("also", ()))) for t in values["turns"]]
    return SpokenConversation(values["id"], values["place"], turns)


def play(snapshot: Snapshot, conversation: SpokenConversation) -> list[tuple[SpokenTurn, Heard]]:
    """What the bot makes of each turn that it hears, with its own replies between them."""
    said: list[Turn] = []
    found = []
    for turn in conversation.heard:
        heard = hear(snapshot, turn.text.replace(BOT, ""), said)
        said.append(Turn(turn.text, tuple(entry for one in heard.outcomes if (entry := shown(one.outcome)))))
        found.append((turn, heard))
    return found


def shown(outcome: Outcome) -> str:
    """The id of the entry that a reply shows, "" for suggestions and where none is shown."""
    return outcome.entry.id if outcome.entry else ""
