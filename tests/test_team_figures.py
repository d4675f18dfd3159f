"""The figures of the team's pages against questions that were asked, reacted to and stored for real.

1. Each question ends in exactly one way, and no reaction is never taken for a solution.
2. Days are those of Japan; the numbers that are drawn are those of the table and of the CSV file.
3. An interval holds the share and narrows with the number; the curve shows the live calibration's risk.
"""

import re
import time
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from logged_questions import Asking
from team_tester import TeamTester, page_of, send

from bot.web.team.figures.charts import curve, scale_end, stacks
from bot.wording import doors
from knowledge.entry import TOKYO
from knowledge.list_name import ListName
from knowledge.questions.feedback import FeedbackKind
from knowledge.questions.outcomes import Ending, Outcomes, ReplyKind
from knowledge.questions.query_log import QueryLog
from knowledge.questions.shares import Share
from knowledge.revisions.store import Change

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)  # noon in Japan
FIRST = date(2026, 5, 1)


@pytest.fixture
def asking(engine: sa.Engine) -> Asking:
    return Asking(QueryLog(engine, b"key"))


def test_each_question_ends_in_one_way(asking: Asking) -> None:
    then, kinds = NOW - timedelta(days=3), FeedbackKind
    table: list[tuple[Ending, tuple[FeedbackKind, ...], dict[str, str | None]]] = [
        (Ending.CONFIRMED, (kinds.HELPFUL,), {}),
        (Ending.CONFIRMED, (kinds.CHOSEN,), {"decision": "suggest", "entry": None}),
        (Ending.REJECTED, (kinds.HELPFUL, kinds.UNHELPFUL), {}),
        (Ending.REJECTED, (kinds.NONE_OF_THESE,), {"decision": "suggest", "entry": None}),
        (Ending.HANDED_OVER, (kinds.UNHELPFUL, kinds.ESCALATED), {}),
        (Ending.UNANSWERED, (), {"decision": "abstain", "entry": None}),
        (Ending.SILENT, (), {"decision": "abstain"}),
        (Ending.SILENT, (), {}),
    ]
    for _, given, fields in table:
        asking.ask(then, *given, **fields)  # type: ignore[arg-type]
    found = {one.ending: one.count for one in Outcomes(asking.log.engine).ended(FIRST, NOW)}
    endings = [ending for ending, _, _ in table]
    assert found == {ending: endings.count(ending) for ending in endings}


def test_asking_again_is_another_message_of_the_same_person_within_a_day(asking: Asking) -> None:
    then = NOW - timedelta(days=9)
    day, second = timedelta(days=1), timedelta(seconds=1)
    pairs = {"U-two-parts": second, "U-soon": 60 * second, "U-late": day - second, "U-another-day": day + second}
    for asker, later in pairs.items():
        asking.ask(then, FeedbackKind.CHOSEN, asker=asker, decision="suggest", entry=None)
        asking.ask(then + later, FeedbackKind.HELPFUL, asker=asker)
    asking.ask(then)  # nobody knows whether these two are one person
    asking.ask(then + 60 * second)
    found = Outcomes(asking.log.engine).ended(FIRST, NOW)
    assert {(one.door, one.ending): one.count for one in found} == {
        ("slack", Ending.ASKED_AGAIN): 2,
        ("slack", Ending.CONFIRMED): 6,
        ("web", Ending.SILENT): 2,
    }


def test_questions_of_the_last_day_have_not_ended_yet(asking: Asking) -> None:
    asking.ask(NOW - timedelta(hours=23), FeedbackKind.HELPFUL)
    asking.ask(NOW - timedelta(hours=25))
    found = Outcomes(asking.log.engine).ended(FIRST, NOW)
    assert {one.ending: one.count for one in found} == {Ending.OPEN: 1, Ending.SILENT: 1}


def test_days_are_those_of_japan(asking: Asking) -> None:
    outcomes = Outcomes(asking.log.engine)
    assert (outcomes.replied(FIRST), outcomes.waiting(FIRST)) == ([], None)
    for hour in (14, 15):  # 23 o'clock and midnight in Japan
        asking.ask(datetime(2026, 5, 10, hour, 59, tzinfo=UTC))
    asking.ask(datetime(2026, 4, 30, 14, 59, tzinfo=UTC))  # before the first day
    asking.ask(datetime(2026, 5, 10, 16, 0, tzinfo=UTC), decision="abstain")
    found = [(one.day.day, one.reply, one.count) for one in outcomes.replied(FIRST)]
    assert found == [(10, ReplyKind.ANSWER, 1), (11, ReplyKind.ANSWER, 1), (11, ReplyKind.DECLINE, 1)]
    waiting = outcomes.waiting(FIRST)
    assert waiting and (waiting.median, waiting.slow) == (2, 4)


def test_an_interval_holds_its_share_and_narrows() -> None:
    few, many = Share(3, 10).interval, Share(300, 1_000).interval
    assert [round(one, 4) for one in few] == [0.1078, 0.6032]  # Wilson's, as statistics packages give it
    assert few[0] < many[0] < 0.3 < many[1] < few[1]
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(0, 5).interval[0] == 0.0
    assert Share(5, 5).interval[1] == 1.0


def test_bars_stack_up_to_their_numbers() -> None:
    days = [date(2026, 5, 1), date(2026, 5, 2)]
    labels = {"answer": "回答", "suggest": "候補"}
    drawn = stacks(
        days, {(days[0], "answer"): 6, (days[1], "answer"): 1, (days[0], "suggest"): 3}, list(labels), labels
    )
    assert drawn.top == 10
    assert [(round(bar.x), round(bar.y), round(bar.height), bar.label) for bar in drawn.bars] == [
        (5, 40, 60, "5月1日 回答 6件"),
        (5, 10, 30, "5月1日 候補 3件"),
        (55, 90, 10, "5月2日 回答 1件"),
    ]
    assert [scale_end(number) for number in (0, 1, 3, 10, 11, 4_999)] == [1, 1, 5, 10, 20, 5_000]
    assert curve([(0.0, 1.0), (0.5, 0.25)], 0.5).points == "0.00,0.00 50.00,75.00"
    assert (curve([(0.0, 0.04)], 0.5).top, curve([(0.0, 0.04)], 2.0).mark) == (0.05, None)


@pytest.fixture
def tester(tester: TeamTester) -> TeamTester:
    """The same with an editor signed in."""
    tester.signed_in()
    return tester


def charts_of(page: str) -> list[ET.Element]:
    """The drawings with a description, as XML."""
    drawn = map(ET.fromstring, re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    return [one for one in drawn if one.find("desc") is not None]


def test_a_page_draws_what_its_table_and_its_file_say(tester: TeamTester) -> None:
    asking, today = Asking(tester.app.log), datetime.now(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    for days, decision in ((0, "answer"), (0, "suggest"), (1, "answer"), (6, "answer"), (7, "answer")):
        asking.ask(today - timedelta(days=days), decision=decision)
    page = tester.client.get("/team/figures?days=7")
    (chart,) = charts_of(page.text)
    assert [bar.findtext("title") for bar in chart.iter("rect")][-2:] == [
        f"{today.month}月{today.day}日 {label} 1件" for label in ("回答", "候補")
    ]
    assert sum(float(bar.attrib["height"]) for bar in chart.iter("rect")) == 200  # four questions on a scale of two
    file = tester.client.get("/team/figures?days=7&format=csv&figure=questions-a-day")
    lines = file.data.decode("utf-8-sig").splitlines()
    assert file.data.startswith(b"\xef\xbb\xbf")
    assert len(lines) == 8
    assert lines[-1] == f"{today.date()},1,1,0,0,0,2"
    assert f"{today.date()} 1 1 0 0 0 2" in page_of(page)


def test_every_door_has_a_label(tester: TeamTester) -> None:
    names = {value for name, value in vars(doors).items() if name.isupper() and isinstance(value, str)}
    assert names == set(doors.LABELS) >= {"slack", "watch", "web", "api", "mcp", "cli"}
    asking, yesterday = Asking(tester.app.log), datetime.now(UTC) - timedelta(days=1)
    for name in names:
        asking.ask(yesterday, door=name)
    file = tester.client.get("/team/figures?format=csv&figure=questions-by-door").data.decode("utf-8-sig")
    assert {line.partition(",")[0] for line in file.splitlines()[1:]} == set(doors.LABELS.values())


def test_questions_are_counted_by_the_language_they_are_written_in(tester: TeamTester) -> None:
    asking, yesterday = Asking(tester.app.log), datetime.now(UTC) - timedelta(days=1)
    written = {
        "日本語": ["料金はいくらですか", "FAX", "ryoukin wa ikura", "料金", "4,060"],
        "英語": ["How much does it cost?"],
        "中国語": ["你们的电话费是多少"],
        "韓国語": ["요금은 얼마입니까"],
        "ほかの言語": ["ราคาเท่าไร", "Сколько это стоит"],
    }
    for texts in written.values():
        for text in texts:
            asking.ask(yesterday, text=text)
    asking.ask(yesterday, text="料金", decision="suggest")
    file = tester.client.get("/team/figures?format=csv&figure=questions-by-language").data.decode("utf-8-sig")
    numbers = {row[0]: row[-1] for row in (line.split(",") for line in file.splitlines()[1:])}
    assert numbers == {name: str(len(texts) + (name == "日本語")) for name, texts in written.items()}
    assert next(iter(numbers)) == "日本語"


def test_what_is_asked_most_stands_first_and_is_named_by_its_question(tester: TeamTester) -> None:
    asking, yesterday = Asking(tester.app.log), datetime.now(UTC) - timedelta(days=1)
    for asker, entry in (("U1", "plan-prices"), ("U2", "plan-prices"), *[("U3", "trial-limits")] * 3):
        asking.ask(yesterday, entry=entry, asker=asker)
    page = tester.client.get("/team/figures/endings?days=7").text
    first, second = re.findall(r'<th scope="row"><a href="/team/entries/([^"]*)">([^<]*)</a>', page)
    assert (first[0], second) == ("trial-limits", ("plan-prices", tester.app.faq.question_of("plan-prices")))


def test_every_figure_says_what_it_counts_and_can_be_taken_along(tester: TeamTester) -> None:
    for path in ("figures", "figures/endings", "figures/promise"):
        for day in ("", "?days=90", "?days=x"):
            assert tester.client.get(f"/team/{path}{day}").status_code == 200
    Asking(tester.app.log).ask(datetime.now(UTC) - timedelta(days=2))
    file = tester.client.get("/team/figures/endings?days=7&format=csv").data.decode("utf-8-sig")
    assert "\n反応なし,何かを示したが、票も次の質問もない。解決したかどうかは分からない,1,1.0,0.2065,1.0\r" in file
    missing = tester.web.test_client().get("/team/figures?format=csv")
    assert missing.headers["Location"].startswith("/team/in")


def test_the_curve_is_the_live_calibrations(tester: TeamTester) -> None:
    risk = tester.app.faq.searcher.snapshot.calibration.risk
    coverage, _ = charts_of(tester.client.get("/team/figures/promise").text)
    (line,) = coverage.iter("polyline")
    points = [float(number) for point in line.attrib["points"].split() for number in point.split(",")]
    assert points == pytest.approx(
        [one for cut, share, _ in risk.curve for one in (100 * cut, 100 - 100 * share)], abs=0.01
    )


def test_a_share_of_no_questions_is_not_drawn_and_statistics_wait_behind_a_plain_sentence(tester: TeamTester) -> None:
    nothing = tester.client.get("/team/figures/endings").text
    assert nothing.count("まだ数えられる質問がありません。") == 2 and "<svg" not in nothing
    Asking(tester.app.log).ask(datetime.now(UTC) - timedelta(days=2), FeedbackKind.HELPFUL)
    shown = tester.client.get("/team/figures/endings?days=7").text
    assert "質問1件のうち、解決を確認できたのは1件" in shown
    assert re.search(
        r"<details><summary>くわしく</summary>[^<]*<p[^>]*>[^<]*ウィルソン[^<]*Webでは接続元のアドレス", shown
    )
    promised = tester.client.get("/team/figures/promise").text
    assert re.search(r'told"><p>(直接答えたうち、間違いは多くて|いまは、)', promised)


def test_the_cuts_nearest_to_todays_are_shown_and_the_others_folded(tester: TeamTester) -> None:
    page = tester.client.get("/team/figures/promise").text
    near, folded = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    cuts, every = (re.findall(r'<th scope="row">([\d.]+)</th>', rows) for rows in (near, folded))
    today = tester.app.faq.searcher.snapshot.calibration.thresholds.answer
    far = [cut for cut in every if cut not in cuts]
    assert len(cuts) == 10 and "動かす" not in page
    assert max(abs(float(cut) - today) for cut in cuts) <= min(abs(float(cut) - today) for cut in far)


def test_each_kind_of_judged_question_is_measured_beside_the_page(tester: TeamTester) -> None:
    judged = [
        "料金プランと月額はいくらですか\tplan-prices\tそのまま",
        "月額いくら\tplan-prices\t短い",
        "傘の色\t-\t短い",
        "夜空\t-",
    ]
    change = Change(lists={ListName.JUDGED: "".join(f"{line}\n" for line in judged)})
    tester.app.store.publish(change, "editor", "", tester.app.store.revision())
    tester.app.searcher.refresh()
    assert "まだ測っていません" in page_of(tester.client.get("/team/figures/promise"))
    shown = page_of(send(tester.client, "/team/figures/kinds"))
    assert "尋ねています" in shown or "第2版で" in shown
    deadline = time.monotonic() + 20
    while "第2版で" not in shown:
        assert time.monotonic() < deadline
        time.sleep(0.05)
        shown = page_of(tester.client.get("/team/figures/promise"))
    file = tester.client.get("/team/figures/promise?format=csv&figure=kinds").data.decode("utf-8-sig")
    numbers = {line.split(",")[0]: line.split(",")[1] for line in file.splitlines()[1:]}
    assert numbers == {"そのまま": "1", "短い": "2", "種類の書いていない質問": "1"}
    assert "種類ごとの正しさを測る" not in shown
