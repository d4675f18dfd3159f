"""How it goes: the questions of each day, and how they ended; drawn, as tables and as CSV."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, render_template

from bot.web.team.figures.charts import stacks
from bot.web.team.figures.counts import PERIODS, Counts, Period, asked_period
from bot.web.team.figures.figure import Cell, Figure, as_csv
from bot.web.team.pages import TeamPages
from bot.web.team.team import Team
from bot.wording.doors import LABELS as DOORS
from bot.wording.languages import NAMES as LANGUAGES
from knowledge.questions.outcomes import Ended, Ending, Outcomes, Replied, ReplyKind, Waiting, day_begins
from knowledge.questions.shares import Share

LISTED = 20  # entries
MOST_COUNTED = 1_000  # of them, before those with the most questions are taken
REPLIES = {
    ReplyKind.ANSWER: "回答",
    ReplyKind.SUGGEST: "候補",
    ReplyKind.DECLINE: "回答しない項目",
    ReplyKind.ABSTAIN: "回答なし",
    ReplyKind.PERSON: "担当者を希望",
}
ENDINGS = {  # each with its meaning
    Ending.CONFIRMED: (
        "解決を確認",
        "「役に立った」の票があった。または、候補を選び、24時間以内に次の質問をしなかった",
    ),
    Ending.SILENT: ("反応なし", "何かを示したが、票も次の質問もない。解決したかどうかは分からない"),
    Ending.ASKED_AGAIN: ("尋ね直し", "同じ人（Webでは同じアドレス）が24時間以内に、別のメッセージでまた質問した"),
    Ending.HANDED_OVER: ("担当者へ", "担当者に引き継いだ"),
    Ending.REJECTED: ("役に立たず", "「役に立たなかった」の票、「どれでもない」「この返信は不要」のどれかがあった"),
    Ending.UNANSWERED: ("示せず", "示せるものがなく、その後の反応もない"),
}
EACH_DAY = "日本時間の1日ごとに、受けた質問を返し方で分けて数えました。1つのメッセージに質問が2つあれば、2件です。"
BY_DOOR = "期間の質問を、受けた場所と返し方で分けて数えました。"
BY_LANGUAGE = (
    "期間の質問を、書かれた文字から見分けた言語と返し方で分けて数えました。回答は、どの言語の質問にも日本語で返します。"
)
WAITED = "質問を受け取ってから返し方が決まるまでの時間を、期間の質問すべてで測りました。送信にかかる時間は含みません。"
HOW_ENDED = (
    "質問{of:,}件のうち、解決を確認できたのは{confirmed:,}件、反応がなく解決したか分からないのは{silent:,}件です。"
)
HOW_COUNTED = (
    "1件を1つの終わり方に分けて数えました。この24時間の質問{open:,}件は、終わり方がまだ決まらないので含みません。"
    "範囲（下限から上限）は、本当の割合が95%の確かさで入る幅（ウィルソンの区間）です。"
    "だれの質問かは、Slackではメンバー、Webでは接続元のアドレスで見分けます。同じアドレスを使う別の人の質問は「尋ね直し」に、"
    "アドレスの変わった人の尋ね直しは「反応なし」に入ることがあります。"
)
NOTHING_COUNTED = "まだ数えられる質問がありません。"
ENDED_BY_DOOR = "同じ質問を、受けた場所ごとに分けました。"
MOST_ASKED = "回答または「回答しない項目」として示した回数の多い項目です。候補として示しただけの回数は含みません。"
LEAST_HELPFUL = (
    "期間内の票のうち、その項目が最後に変わってからの票を数えました。「役に立たなかった」が多い順です。"
    "割合は「役に立った」の割合です。"
)
RANGE = "下限から上限は、「役に立った」の本当の割合が95%の確かさで入る幅（ウィルソンの区間）です。"
SHARES = ("割合", "下限", "上限")


def add_figures(pages: TeamPages) -> None:
    """Add /figures and /figures/endings, each for 7, 30 or 90 days."""
    team = pages.team
    counts = Counts(Outcomes(team.overview.statistics.engine))
    pages.section("数字", "figures")

    @pages.page("/figures")
    def figures() -> str | Response:
        period = asked_period()
        return _shown("team/figures.html", period, _asked(period, counts), team)

    @pages.page("/figures/endings")
    def endings() -> str | Response:
        period = asked_period()
        found = [*_ended(counts.ended(period)), *_entries(team, period)]
        return _shown("team/endings.html", period, found, team)


def _shown(template: str, period: Period, found: Sequence[Figure], team: Team) -> str | Response:
    kept = team.settings.log_retention_days
    return as_csv(found) or render_template(
        template, period=period, periods=PERIODS, figures=found, kept=kept if kept < period.days else 0
    )


def _asked(period: Period, counts: Counts) -> list[Figure]:
    replied, waiting = counts.replied(period), counts.waiting(period)
    spoken = _by_language(counts.by_language(period))
    return [_each_day(period, replied), _by_door(replied), spoken, *([_waited(waiting)] if waiting else [])]


def _each_day(period: Period, replied: Sequence[Replied]) -> Figure:
    numbers: Counter[Any] = Counter()
    for one in replied:
        numbers[one.day, one.reply.value] += one.count
    labels = {reply.value: label for reply, label in REPLIES.items()}
    rows = [_row(day.isoformat(), [numbers[day, reply] for reply in labels]) for day in period.every]
    chart = stacks(period.every, numbers, list(labels), labels), labels
    header = ("日", *labels.values(), "合計")
    return Figure("questions-a-day", "1日ごとの質問", EACH_DAY, header, rows, chart, is_open=False)


def _by_door(replied: Sequence[Replied]) -> Figure:
    numbers: Counter[Any] = Counter()
    for one in replied:
        numbers[one.door, one.reply] += one.count
    rows = [_row(DOORS.get(door, door), [numbers[door, reply] for reply in REPLIES]) for door in _doors(replied)]
    header = ("場所", *REPLIES.values(), "合計")
    return Figure("questions-by-door", "受けた場所", BY_DOOR, header, rows)


def _by_language(numbers: Counter[tuple[str, ReplyKind]]) -> Figure:
    rows = [_row(name, [numbers[code, reply] for reply in REPLIES]) for code, name in LANGUAGES.items()]
    header = ("言語", *REPLIES.values(), "合計")
    return Figure("questions-by-language", "質問の言語", BY_LANGUAGE, header, [row for row in rows if row[-1]])


def _waited(waiting: Waiting) -> Figure:
    rows = [("半分の質問", f"{waiting.median:,} ミリ秒以内"), ("100件に95件", f"{waiting.slow:,} ミリ秒以内")]
    return Figure("time-to-reply", "返すまでの時間", WAITED, ("質問", "時間"), rows)


def _ended(ended: Sequence[Ended]) -> list[Figure]:
    numbers: Counter[Any] = Counter()
    for one in ended:
        numbers[one.ending] += one.count
        numbers[one.door, one.ending] += one.count
    of = sum(numbers[ending] for ending in ENDINGS)
    shares = {ending: Share(numbers[ending], of) for ending in ENDINGS}
    rows = [(*ENDINGS[ending], one.count, one.value, *one.interval) for ending, one in shares.items()] if of else []
    doors = [_row(DOORS.get(door, door), [numbers[door, ending] for ending in ENDINGS]) for door in _doors(ended)]
    header = ("場所", *(label for label, _ in ENDINGS.values()), "合計")
    return [
        Figure(
            "endings",
            "質問の終わり方",
            HOW_ENDED.format(of=of, confirmed=numbers[Ending.CONFIRMED], silent=numbers[Ending.SILENT]),
            ("終わり方", "意味", "件", *SHARES),
            rows,
            chart=list(shares.values()),
            method=HOW_COUNTED.format(open=numbers[Ending.OPEN]),
            empty=NOTHING_COUNTED,
        ),
        Figure(
            "endings-by-door", "場所ごとの終わり方", ENDED_BY_DOOR, header, doors if of else [], empty=NOTHING_COUNTED
        ),
    ]


def _entries(team: Team, period: Period) -> list[Figure]:
    counted = team.overview.statistics.most_asked(period.days, MOST_COUNTED)  # in the order of their askers' number
    asked = sorted(counted, key=lambda one: -one[1])[:LISTED]
    votes = team.overview.statistics.unhelpful(day_begins(period.first))[:LISTED]
    most = [(entry_id, team.faq.question_of(entry_id) or "公開中ではない項目", count) for entry_id, count in asked]
    least: list[tuple[Cell, ...]] = []
    for one in votes:
        share = Share(one.helpful, one.helpful + one.unhelpful)
        named = one.entry_id, team.faq.question_of(one.entry_id)
        least.append((*named, one.unhelpful, one.helpful, share.value, *share.interval))
    voted = ("id", "質問", "役に立たなかった", "役に立った", *SHARES)
    return [
        Figure("most-asked", "よく尋ねられた項目", MOST_ASKED, ("id", "質問", "回"), most),
        Figure("least-helpful", "役に立たなかった項目", LEAST_HELPFUL, voted, least, method=RANGE),
    ]


def _doors(counted: Iterable[Replied | Ended]) -> list[str]:
    return sorted({one.door for one in counted})


def _row(name: str, numbers: Sequence[int]) -> tuple[Cell, ...]:
    return (name, *numbers, sum(numbers))
