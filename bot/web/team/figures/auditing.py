"""The audit: answers of the last week before an editor, and what their verdicts say of the promise."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, render_template, request

from bot.roles import Role
from bot.web.team.figures.figure import Cell, Figure, as_csv
from bot.web.team.member import member
from bot.web.team.pages import TeamPages, go, notice
from bot.web.team.proposing import propose_or_tell
from bot.web.team.team import Team
from bot.wording.doors import LABELS as DOORS
from bot.wording.editing import VERDICTS
from bot.wording.evidence import AT_FIRST
from index.decision.calibration import Calibration
from index.decision.risk import clopper_pearson
from knowledge.entry import TOKYO
from knowledge.judged import with_judgements
from knowledge.list_name import ListName
from knowledge.match_key import match_key
from knowledge.questions.audits import SAMPLED, WEEK, Audits, AuditVerdict, SampledAnswer, last_week
from knowledge.revisions.store import Change, KnowledgeBase

WEEKS = 13  # whose verdicts count together
TWO_SIDED = 0.975  # certainty of each end, so that both hold in 95 of 100 cases
JUDGED = "点検で正しいとした回答"
NOTHING_NEW = (
    "判定つきの質問に加えるものはありません。正しいとした回答は、すべて判定つきの質問か、項目の言葉そのものです。"
)
NOT_DRAWN = "この答えは、いまの週の点検に入っていません。「答えの点検」を開き直してください。"
SAYS = "判定した回答{cases}件のうち、間違いは{wrong}件です。本当の割合は、多くて{high:.1%}です。"
NO_VERDICT = "「正しい」か「間違い」の判定は、まだありません。"
METHOD = (
    "毎週、その週に返した回答から{number}件をくじで選び、編集者が判定した数です。間違いの割合は「分からない」を除いて数え、"
    "下限から上限は、本当の割合が95%の確かさで入る幅（クロッパー・ピアソンの区間）です。"
)
HEADER = ("週の始まり", *VERDICTS.values(), "間違いの割合", "下限", "上限")
NO_PROMISE = f"{AT_FIRST}にだけ答えているので、比べる約束の数字はまだありません。"
NONE_YET = "約束は「答えのうち誤りは{bound:.1%}以下」です。判定がまだないので、比べられません。"
KEPT = "約束は「答えのうち誤りは{bound:.1%}以下」です。人の判定でも、誤りは{high:.1%}以下と言えます。"
BROKEN = (
    "約束は「答えのうち誤りは{bound:.1%}以下」ですが、人の判定では少なくとも{low:.1%}が誤りです。"
    "間違いとした質問に正解を付けると、次の公開からしきい値に反映されます。"
)
OPEN = (
    "約束は「答えのうち誤りは{bound:.1%}以下」です。人の判定では{low:.1%}から{high:.1%}の間としか言えず、"
    "守れているかどうかを決めるには、まだ件数が足りません。"
)


def add_auditing(pages: TeamPages) -> None:
    """Add /audit, and what is done there."""
    team = pages.team
    audits = Audits(team.overview.statistics.engine)
    pages.section("答えの点検", "audit")
    _add_judging(pages, audits)

    @pages.page("/audit")
    def audit() -> str | Response:
        week = last_week(datetime.now(TOKYO))
        counts = audits.counts(week - (WEEKS - 1) * WEEK)
        figure = _figure(counts)
        compared = _compared(team.faq.searcher.snapshot.calibration, sum(counts.values(), Counter()))
        drawn = audits.sample(week)
        told = {"figure": figure, "compared": compared, "fresh": _unjudged(team.publishing.live(), drawn)}
        return as_csv([figure]) or _page(team, week, drawn, **told)


def _add_judging(pages: TeamPages, audits: Audits) -> None:
    """The verdict on an answer, and the right ones of the week as judged queries."""
    team = pages.team

    @pages.page("/audit", Role.EDITOR, "POST")
    def judge_answer() -> Any:
        week = last_week(datetime.now(TOKYO))
        drawn = {one.reference: one for one in audits.sample(week)}
        answer = drawn.get(request.form.get("reference", ""))
        verdict = next((one for one in AuditVerdict if one.value == request.form.get("verdict")), None)
        if answer is None or verdict is None:
            return notice(NOT_DRAWN, 404)
        audits.judge(week, answer, verdict, member().user)
        return go("audit")

    @pages.page("/audit/judged", Role.EDITOR, "POST")
    def judge_right_answers() -> Any:
        base = team.publishing.live()
        fresh = _unjudged(base, audits.sample(last_week(datetime.now(TOKYO))))
        if not fresh:
            return notice(NOTHING_NEW, 422)
        text = base.lists.judged
        for one in fresh:
            text = with_judgements(text, [one.text], one.entry_id, base.entries)
        return propose_or_tell(team, Change(lists={ListName.JUDGED: text}), base.revision, JUDGED)


def _unjudged(base: KnowledgeBase, drawn: Sequence[SampledAnswer]) -> list[SampledAnswer]:
    """The answers that an editor found right, whose questions are not judged yet nor an entry's own text."""
    known = {match_key(query.text) for query in base.lists.judged_queries}
    known.update(match_key(text) for entry in base.entries for text in (entry.question, *entry.variants))
    right = (one for one in drawn if one.verdict is AuditVerdict.RIGHT and one.entry_id in base.by_id)
    return list({key: one for one in right if (key := match_key(one.text)) not in known}.values())


def _page(team: Team, week: date, drawn: Sequence[SampledAnswer], **said: Any) -> str:
    wanted = request.args.get("reference", "")
    judged = [one for one in drawn if one.verdict]
    shown = next((one for one in drawn if one.reference == wanted or not (wanted or one.verdict)), None)
    return render_template(
        "team/audit.html",
        week=week,
        ends=week + WEEK - timedelta(days=1),
        drawn=drawn,
        judged=[(one, VERDICTS[one.verdict]) for one in judged if one.verdict],
        shown=shown,
        entry=team.publishing.history.entry_at(shown.entry_id, shown.revision) if shown else None,
        verdicts=VERDICTS,
        doors=DOORS,
        question_of=team.faq.question_of,
        **said,
    )


def _figure(counts: Mapping[date, Counter[AuditVerdict]]) -> Figure:
    rows = [_row(week.isoformat(), numbers) for week, numbers in counts.items()]
    total: Counter[AuditVerdict] = sum(counts.values(), Counter())
    if rows:
        rows.append(_row("合計", total))
    wrong, cases = _judged(total)
    says = SAYS.format(cases=cases, wrong=wrong, high=exact_interval(wrong, cases)[1]) if cases else NO_VERDICT
    return Figure("audit", "判定の結果", says, HEADER, rows, method=METHOD.format(number=SAMPLED))


def _judged(numbers: Mapping[AuditVerdict, int]) -> tuple[int, int]:
    """How many answers were found wrong, and how many wrong or right."""
    return numbers[AuditVerdict.WRONG], numbers[AuditVerdict.WRONG] + numbers[AuditVerdict.RIGHT]


def _row(name: str, numbers: Mapping[AuditVerdict, int]) -> tuple[Cell, ...]:
    wrong, cases = _judged(numbers)
    return (name, *(numbers[verdict] for verdict in VERDICTS), wrong / max(cases, 1), *exact_interval(wrong, cases))


def exact_interval(wrong: int, cases: int) -> tuple[float, float]:
    """Both ends of the exact interval (Clopper and Pearson 1934) of a share of which `wrong` in `cases` were seen."""
    return 1 - clopper_pearson(cases - wrong, cases, TWO_SIDED), clopper_pearson(wrong, cases, TWO_SIDED)


def _compared(calibration: Calibration, verdicts: Mapping[AuditVerdict, int]) -> str:
    """The verdicts of all weeks against the promise, in a sentence."""
    wrong, cases = _judged(verdicts)
    if not calibration.answers_more:
        return NO_PROMISE
    bound, (low, high) = calibration.risk.bound, exact_interval(wrong, cases)
    said = NONE_YET if not cases else KEPT if high <= bound else BROKEN if low > bound else OPEN
    return said.format(bound=bound, low=low, high=high)
