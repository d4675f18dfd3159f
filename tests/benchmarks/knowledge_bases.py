"""What knowledge bases of five trades get from which nothing was learned; entries and questions by other writers each.

Prints for each state (question and answer only, variants, judged queries) the questions with the right entry among the
first three, those answered rightly, and of the answers those that are wrong; in all, and of each knowledge base.
"""

import random
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Self

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

from index.decision.calibration import calibrate
from index.decision.decision import Answer, decide
from index.encoder.encoder import Encoder, load_encoder
from index.evaluation.trials import Trial, read_trials
from index.queries import queries_of
from index.ranking.entry_index import EntryIndex
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer

FOLDER = Path(__file__).parents[1] / "unseen_knowledge_bases"
STATES = ((0, 0), (5, 0), (5, 60))  # variants an entry, judged queries
SEED = 1


@dataclass(frozen=True, slots=True)
class Counts:
    """Questions with an answer, those of them with it among the first three and answered; wrong answers; the rest."""

    answerable: int = 0
    in_three: int = 0
    right: int = 0
    wrong: int = 0
    unanswerable: int = 0
    wrongly_answered: int = 0  # of the unanswerable

    @classmethod
    def sum_of(cls, several: Sequence[Self]) -> Self:
        """The counts of several knowledge bases together."""
        return cls(*map(sum, zip(*map(astuple, several), strict=True)))

    def __str__(self) -> str:
        given = self.right + self.wrong
        return (
            f"among the first three {self.in_three / self.answerable:.3f}, right directly"
            f" {self.right / self.answerable:.3f}, wrong {self.wrong} of {given} answers,"
            f" unanswerable ones answered {self.wrongly_answered} of {self.unanswerable}"
        )


def measure(trial: Trial, variants: int, judged: int, analyzer: Analyzer, encoder: Encoder | None) -> Counts:
    """Ask a knowledge base with so many variants an entry; so many of its questions are judged, and not asked."""
    questions = list(trial.questions)
    random.Random(SEED).shuffle(questions)  # noqa: S311  # to be repeated
    index = EntryIndex(trial.thinned(variants), analyzer, encoder)
    calibration = calibrate(index, questions[:judged], "")
    answerable = in_three = right = wrong = unanswerable = wrongly_answered = 0
    asked = questions[judged:]
    rankings = index.rank_all(queries_of([question.text for question in asked], index))
    for question, ranking in zip(asked, rankings, strict=True):
        decision, _ = decide(index, ranking, calibration)
        answered = decision.hit.entry.id if isinstance(decision, Answer) else ""
        answerable += question.answerable
        in_three += any(hit.entry.id in question.entries for hit in ranking.hits[:3])
        right += answered in question.entries
        wrong += bool(answered) and answered not in question.entries
        unanswerable += not question.answerable
        wrongly_answered += bool(answered) and not question.answerable
    return Counts(answerable, in_three, right, wrong, unanswerable, wrongly_answered)


def main() -> None:
    """Measure every state with the encoder."""
    analyzer, encoder = Analyzer(Tokenizer(), []), load_encoder()
    for variants, judged in STATES:
        found = {trial.name: measure(trial, variants, judged, analyzer, encoder) for trial in read_trials(FOLDER)}
        print(f"{variants} variants an entry, {judged} judged queries: {Counts.sum_of(list(found.values()))}")
        for name, counts in found.items():
            print(f"  {name}: {counts}")


if __name__ == "__main__":
    main()
