"""How well each kind of judged question is answered, measured beside the page: asking all of them takes a while."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.process.background import OneAtATime
from bot.web.team.figures.figure import Cell, Figure
from index.evaluation.evaluation import JudgedOutcome, evaluate
from index.searcher import Searcher
from index.snapshot_builder import judged_for
from knowledge.questions.shares import Share

UNNAMED = "種類の書いていない質問"
HEADER = ("種類", "件", "直接答えた", "間違って答えた", "正しく扱った", "下限", "上限")
SAYS = (
    "第{revision}版で、判定つきの質問をすべて尋ね、種類（判定つき質問の「種類」の欄）ごとに数えました。「正しく扱った」は、"
    "正しい項目が先頭に出たか、答えてはいけない質問に直接は答えなかったものです。"
)
METHOD = (
    "下限から上限は、正しく扱った本当の割合が95%の確かさで入る幅（ウィルソンの区間）です。割合の低い種類から並びます。"
)
NOT_YET = "種類ごとの正しさは、まだ測っていません。"


@dataclass(frozen=True, slots=True)
class Measured:
    """The table of one revision."""

    revision: int
    rows: tuple[tuple[Cell, ...], ...]


class Kinds(OneAtATime):
    """The newest measurement of this process."""

    def __init__(self, searcher: Searcher) -> None:
        super().__init__("measuring the kinds of questions")
        self._searcher, self._measured = searcher, Measured(0, ())

    @property
    def is_new(self) -> bool:
        """True when the newest one is of the live revision."""
        return self._measured.revision == self._searcher.snapshot.revision

    @property
    def figure(self) -> Figure:
        """The newest one."""
        says = SAYS.format(revision=self._measured.revision)
        return Figure("kinds", "質問の種類ごと", says, HEADER, self._measured.rows, method=METHOD, empty=NOT_YET)

    def do(self) -> None:
        """Measure the live revision."""
        snapshot = replace(self._searcher.snapshot, second_stage=None)  # which would take minutes
        outcomes = evaluate(snapshot, judged_for(snapshot.base)).outcomes
        self._measured = Measured(snapshot.revision, _rows(outcomes))


def _rows(outcomes: Sequence[JudgedOutcome]) -> tuple[tuple[Cell, ...], ...]:
    kinds: dict[str, list[JudgedOutcome]] = {}
    for one in outcomes:
        kinds.setdefault(one.query.kind or UNNAMED, []).append(one)
    return tuple(sorted((_row(kind, found) for kind, found in kinds.items()), key=lambda row: row[4]))


def _row(kind: str, found: Sequence[JudgedOutcome]) -> tuple[Cell, ...]:
    right = Share(sum(one.rank == 1 if one.query.answerable else not one.wrong for one in found), len(found))
    answered = sum(one.decision == "answer" for one in found) / len(found)
    return kind, len(found), answered, sum(one.wrong for one in found), right.value, *right.interval
