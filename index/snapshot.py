"""A snapshot: one revision's live entries with their index and calibration, swapped whole."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from index.decision.calibration import Calibration
from index.decision.decision import Abstain, Answer, Decision, Reason, Suggest, contradicted, decide
from index.parameters import MAX_SUGGESTIONS
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import Hit, Ranking
from index.ranking.second_stage import SecondStage
from knowledge.entry import Entry
from knowledge.revisions.store import KnowledgeBase


@dataclass(frozen=True)
class Outcome:
    """The outcome of one question: the decision, its confidence and the ranking behind them.

    Where nothing is shown of the ranking, the `second_stage` orders its best entries when somebody looks at them:
    most people who are told that nothing is known never do, and the encoder takes longer than all the rest.
    """

    decision: Decision
    confidence: float  # in the best hit, 0 to 1
    first_stage: Ranking
    second_stage: SecondStage | None = None

    @cached_property
    def ranking(self) -> Ranking:
        """The ranking, its best entries in the order of the second stage where there is one."""
        return self.second_stage.reordered(self.first_stage) if self.second_stage else self.first_stage

    @property
    def kind(self) -> str:
        """The decision's name as logs, JSON and reports carry it: answer, suggest or abstain."""
        return type(self.decision).__name__.lower()

    @property
    def entry(self) -> Entry | None:
        """The entry that is shown: it answers, or declines; None for suggestions and plain abstentions."""
        match self.decision:
            case Answer(hit) | Abstain(_, Hit() as hit):
                return hit.entry
            case Suggest() | Abstain():
                return None

    @property
    def judged_place(self) -> int:
        """The place (from 0) of the entry from which the confidence comes: the second stage may have moved it down."""
        rescoring = self.ranking.rescoring
        return self.ranking.order.index(next(iter(rescoring.likeness))) if rescoring else 0

    def confidences(self) -> list[tuple[Hit, float]]:
        """The best hits with a confidence each: the best one's is calibrated, the others' are in proportion."""
        hits = self.ranking.hits
        return [(hit, self.confidence * hit.share / hits[0].share) for hit in hits]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One revision, ready to be asked; immutable, safe to share between threads."""

    base: KnowledgeBase  # with the entries that are not live
    index: EntryIndex
    calibration: Calibration
    built_for: datetime
    changes_at: datetime | None = None  # when validity changes next, so that a new snapshot is due
    second_stage: SecondStage | None = None

    @property
    def revision(self) -> int:
        """The revision of its knowledge base."""
        return self.base.revision

    def ask(self, text: str) -> Outcome:
        """Rank and decide; where that is no answer, the second stage orders the best entries anew.

        The same snapshot and text give the same outcome, but for the order where the second stage had no time.
        """
        return self.reordered(self.decided(self.index.rank(self.index.query(text))))

    def decided(self, ranking: Ranking) -> Outcome:
        """The outcome of a ranking, without the second stage; deterministic."""
        decision, confidence = decide(self.index, ranking, self.calibration)
        return Outcome(decision, confidence, ranking)

    def reordered(self, outcome: Outcome) -> Outcome:
        """The same decision with the best entries in the order of the second stage; an answer stays as it is."""
        match outcome.decision:
            case Suggest() if self.second_stage and not self.is_held_back(outcome):
                ranking = self.second_stage.reordered(outcome.ranking)
                return Outcome(Suggest(tuple(ranking.hits[:MAX_SUGGESTIONS])), outcome.confidence, ranking)
            case Abstain(Reason.UNKNOWN):
                return replace(outcome, second_stage=self.second_stage)
            case _:
                return outcome

    def is_held_back(self, outcome: Outcome) -> bool:
        """True when the best entry would be shown but for a guard."""
        if not isinstance(outcome.decision, Suggest):
            return False
        cuts, best = self.calibration.thresholds, outcome.ranking.hits[0].entry
        return outcome.confidence >= (cuts.decline if best.declines else cuts.answer)

    def unwanted(self, outcome: Outcome) -> tuple[str, ...]:
        """The lemmas of what the question does not want, where that held the best entry back."""
        return contradicted(self.index, outcome.ranking) if self.is_held_back(outcome) else ()

    def holds_at(self, moment: datetime) -> bool:
        """True when no entry's validity changes between the moment it was built for and `moment`."""
        return self.built_for <= moment and (self.changes_at is None or moment < self.changes_at)

    def without_ended(self, moment: datetime) -> "Snapshot":
        """This snapshot without the entries whose validity has ended; for those that begin it has to be built anew."""
        live = [entry for entry in self.index.entries if entry.is_live(moment)]
        return self if len(live) == len(self.index.entries) else replace(self, index=self.index.replaced(live))

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The live entries by id."""
        return {entry.id: entry for entry in self.index.entries}
