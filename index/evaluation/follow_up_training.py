"""Learning how follow-ups are read, from conversations: `python -m index.evaluation.training follow_up FOLDER`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.asking.asking import hear
from index.asking.follow_up import FEATURES, MODEL_FILE, SIGNS, Reading, is_understood, read_follow_up, read_model
from index.asking.turns import Conversation, Turn, read_within, resolved
from index.decision.logistic import Logistic
from index.evaluation.conversations import BOT, SpokenTurn, read_conversations, replied
from index.message.message import MessageKind
from index.snapshot import Snapshot

STRENGTH = 5.0  # of the prior, in cases
MAX_WRONG = 0.075  # of the follow-ups answered by models that know other writers; a fifth of theirs has no answer
KEPT = 0.98  # of the right entries not answered that are suggested

Outcome = tuple[float, bool, bool, bool]  # of the best candidate: probability, right, answers; a right one among three


@dataclass(frozen=True, eq=False)
class FollowUpCase:
    """A follow-up of one writer, and for each of its candidates if that is right."""

    writer: str
    reading: Reading
    right: NDArray[np.bool_]
    refused: bool


def learn_follow_up(snapshot: Snapshot, folder: Path) -> None:
    """Learn the model from every conversation of `folder`, one file a writer; print how it reads those left out.

    The first time each conversation goes on as if every turn had got its right entry, then with our own replies.
    """
    for replayed in (False, True):
        cases = [case for path in sorted(folder.glob("*.jsonl")) for case in _cases(snapshot, path, replayed=replayed)]
        measured = []
        for writer in sorted({case.writer for case in cases}):
            model = _fitted([case for case in cases if case.writer != writer])
            measured += [(_outcome(model, case), case) for case in cases if case.writer == writer]
        answer, suggest = _cuts([one for one, _ in measured])
        values = {"model": asdict(_fitted(cases)), "answer": answer, "suggest": suggest}
        MODEL_FILE.write_text(json.dumps(values) + "\n", encoding="utf-8")
        read_model.cache_clear()
        _print(measured, answer)
        print(f"answer from {answer:.3f}, suggest from {suggest:.3f}")


def _cases(snapshot: Snapshot, path: Path, *, replayed: bool) -> Iterator[FollowUpCase]:
    """The follow-ups of a file; `replayed` with our own replies between them, else with the right ones."""
    for conversation in read_conversations(path):
        said: list[Turn] = []
        for turn in conversation.heard:
            text = turn.text.replace(BOT, "")
            reading = _reading(snapshot, text, said) if turn.right or turn.refused else None
            if reading:
                yield FollowUpCase(path.stem, reading, _right(reading, turn), turn.refused)
            said.append(replied(text, hear(snapshot, text, said)) if replayed else Turn(text, turn.right[:1]))


def _reading(snapshot: Snapshot, text: str, said: Conversation) -> Reading | None:
    """How the model would have to read a message, None where it is not asked: the message is understood alone."""
    message = read_within(text, said)
    if message.kind is not MessageKind.QUESTION or len(message.questions) > 1:
        return None
    alone = snapshot.decided(snapshot.index.rank(snapshot.index.query(resolved(message.whole, said))))
    return None if is_understood(snapshot, alone) else read_follow_up(snapshot, alone, said)


def _right(reading: Reading, turn: SpokenTurn) -> NDArray[np.bool_]:
    """For each candidate: it is a right entry, or declines what has to be refused."""
    return np.array(
        [
            entry.id in turn.right or (turn.refused and entry.declines and entry == reading.alone.ranking.hits[0].entry)
            for entry in reading.candidates
        ]
    )


def _fitted(cases: Sequence[FollowUpCase]) -> Logistic:
    features = np.concatenate([case.reading.features for case in cases])
    right = np.concatenate([case.right for case in cases])
    start = Logistic.standardised(FEATURES, features, SIGNS)
    return start.fitted(features, right, np.ones(len(right)), STRENGTH)


def _outcome(model: Logistic, case: FollowUpCase) -> Outcome:
    """Probability of the best candidate, if it is right, if it answers, and if a right one is among the first three."""
    probabilities = model.probabilities(case.reading.features)
    order = np.argsort(-probabilities, kind="stable")
    best = int(order[0])
    answers = not case.reading.candidates[best].declines
    return float(probabilities[best]), bool(case.right[best]), answers, bool(case.right[order[:3]].any())


def _cuts(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    given = sorted((one for one in outcomes if one[2]), reverse=True)
    wrong = np.cumsum([not right for _, right, _, _ in given]) / np.arange(1, len(given) + 1)
    keeps = np.flatnonzero(wrong <= MAX_WRONG)
    answer = given[int(keeps[-1])][0] if len(keeps) else 1.0
    suggested = [one[0] for one in outcomes if one[3] and one[0] < answer]
    return answer, float(np.quantile(suggested, 1 - KEPT)) if suggested else answer


def _print(measured: Sequence[tuple[Outcome, FollowUpCase]], answer: float) -> None:
    for writer in sorted({case.writer for _, case in measured}):
        _print_writer(writer, [pair for pair in measured if pair[1].writer == writer], answer)


def _print_writer(writer: str, measured: Sequence[tuple[Outcome, FollowUpCase]], answer: float) -> None:
    asked = [one for one, case in measured if not case.refused]
    given = [one for one, _ in measured if one[0] >= answer and one[2]]
    refused = [one for one, case in measured if case.refused]
    print(
        f"  {writer}: of {len(asked)} follow-ups right first {sum(one[1] for one in asked)}, among three"
        f" {sum(one[3] for one in asked)}, answered {len(given)}, wrong {sum(not one[1] for one in given)};"
        f" of {len(refused)} to refuse answered {sum(one[0] >= answer and one[2] for one in refused)}"
    )
