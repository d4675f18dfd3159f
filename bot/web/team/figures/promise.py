"""The promise: risk and coverage over the cut, where today's cut stands, and what another one would do."""

from flask import Response, render_template

from bot.roles import Role
from bot.web.team.figures.charts import curve
from bot.web.team.figures.figure import Cell, Figure, as_csv
from bot.web.team.figures.kinds import Kinds
from bot.web.team.pages import TeamPages, go
from bot.wording.evidence import AT_FIRST, advice_lines, measured_lines
from index.decision.calibration import Calibration

LISTED = 20  # cuts of the table, about
NEAREST = 10  # rows around today's cut, which are shown first
AT_CUTS = (
    "確信度がこの値以上の質問に答えるとしたら、測った質問{asked}件のうち何割に答え、"
    "その答えのうち何割が誤りになるかを数えました。"
    "どれも学習に使わなかったときの結果です{others}。"
)
FROM_OTHERS = "（{number}件は、ほかのナレッジベースの質問）"
PROMISED = "直接答えたうち、間違いは多くて{bound:.1%}です。"
ONLY = "いまは、{when}にだけ直接答えています。"
TODAY = "いまの線"


def add_promise(pages: TeamPages) -> None:
    """Add /figures/promise, and the press that has the kinds of questions measured."""
    searcher = pages.team.faq.searcher
    kinds = Kinds(searcher)

    @pages.page("/figures/kinds", Role.EDITOR, "POST")
    def measure_kinds() -> Response:
        kinds.start()
        return go("promise", _anchor="kinds")

    @pages.page("/figures/promise")
    def promise() -> str | Response:
        snapshot, running = searcher.snapshot, kinds.is_running
        cuts, by_kind = _at_cuts(snapshot.calibration), kinds.figure
        return as_csv([cuts, by_kind]) or render_template(
            "team/promise.html",
            cuts=cuts,
            by_kind=by_kind,
            is_running=running,
            is_new=kinds.is_new,
            says=_says(snapshot.calibration),
            measured=measured_lines(snapshot),
            advice=advice_lines(snapshot),
        )


def _says(calibration: Calibration) -> str:
    """The promise in one sentence."""
    return PROMISED.format(bound=calibration.risk.bound) if calibration.answers_more else ONLY.format(when=AT_FIRST)


def _at_cuts(calibration: Calibration) -> Figure:
    risk, cut = calibration.risk, calibration.thresholds.answer
    coverage = curve([(one, answered) for one, answered, _ in risk.curve], cut)
    wrong = curve([(one, share) for one, _, share in risk.curve], cut)
    others = FROM_OTHERS.format(number=f"{risk.from_others:,}") if risk.from_others else ""
    says = AT_CUTS.format(asked=f"{risk.asked:,}", others=others)
    header = ("線（確信度）", "答える割合", "誤りの割合", "備考")
    listed = risk.curve[:: max(1, len(risk.curve) // LISTED)]
    rows: list[tuple[Cell, ...]] = [(f"{one:.3f}", answered, share, "") for one, answered, share in listed]
    if calibration.answers_more and risk.asked:
        share = risk.wrong / max(risk.answered, 1)
        rows.append((f"{cut:.3f}", risk.answered / risk.asked, share, TODAY))
    rows.sort(key=lambda row: str(row[0]))
    near = sorted(rows, key=lambda row: abs(float(row[0]) - cut))[:NEAREST]
    first = [row for row in rows if row in near] if len(rows) > NEAREST else []
    return Figure("cuts", "線がほかの値だったら", says, header, rows, (coverage, wrong), first=first)
