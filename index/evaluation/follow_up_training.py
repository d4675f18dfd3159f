"""Learning how follow-ups are read, from conversations: `python -m index.evaluation.training follow_up FOLDER`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.asking.follow_up import FEATURES, MODEL_FILE, Reading, read_follow_up
from index.asking.turns import Turn
from index.decision.logistic import Logistic
from index.evaluation.conversations import SpokenTurn, read_conversations
from index.message.message import MessageKind, read_message
from index.snapshot import Snapshot

STRENGTH = 5.0  # of the prior, in cases
SIGNS = (1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0)
MAX_WRONG = 0.04  # of the follow-ups answered, by models that know other writers only
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
    """Learn the model from every conversation of `folder`, one file a writer; print how it reads those left out."""
    cases = [case for path in sorted(folder.glob("*.jsonl")) for case in _cases(snapshot, path)]
    writers = sorted({case.writer for case in cases})
    measured = []
    for writer in writers:
        model = _fitted([case for case in cases if case.writer != writer])
        measured += [(_outcome(model, case), case) for case in cases if case.writer == writer]
    answer, suggest = _cuts([one for one, _ in measured])
    for writer in writers:
        _print_writer(writer, [pair for pair in measured if pair[1].writer == writer], answer)
    values = {"model": asdict(_fitted(cases)), "answer": answer, "suggest": suggest}
    MODEL_FILE.write_text(json.dumps(values) + "\n", encoding="utf-8")
    print(f"answer from {answer:.3f}, suggest from {suggest:.3f}")


def _cases(snapshot: Snapshot, path: Path) -> Iterator[FollowUpCase]:
    for conversation in read_conversations(path):
        said: list[Turn] = []
        for turn in conversation.heard:
            message = read_message(turn.text)
            if message.kind is not MessageKind.QUESTION and not message.half:
                continue
            alone = snapshot.ask(message.whole)
            reading = read_follow_up(snapshot, alone, said) if said else None
            if reading and (turn.right or turn.refused):
                yield FollowUpCase(path.stem, reading, _right(reading, turn), turn.refused)
            said.append(Turn(turn.text, turn.right[:1]))


def _right(reading: Reading, turn: SpokenTurn) -> NDArray[np.bool_]:
    """For each candidate: it is a right entry, or declines what has to be refused."""
    return np.array(
        [
            entry.id in turn.right or (turn.refused and entry.declines and reading.features[n][3] > 0)
            for n, entry in enumerate(reading.candidates)
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


def _print_writer(writer: str, measured: Sequence[tuple[Outcome, FollowUpCase]], answer: float) -> None:
    asked = [one for one, case in measured if not case.refused]
    given = [one for one, _ in measured if one[0] >= answer and one[2]]
    refused = [one for one, case in measured if case.refused]
    print(
        f"  {writer}: of {len(asked)} follow-ups right first {sum(one[1] for one in asked)}, among three"
        f" {sum(one[3] for one in asked)}, answered {len(given)}, wrong {sum(not one[1] for one in given)};"
        f" of {len(refused)} to refuse answered {sum(one[0] >= answer and one[2] for one in refused)}"
    )
